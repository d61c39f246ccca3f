# SPDX-License-Identifier: BSD-2-Clause
"""The options that describe a boot. They are the same for `run`, for `tap`, and in X.cases."""
from __future__ import annotations

import argparse
import re
import shlex
from pathlib import Path

from .job import ARCHES, Job, arch_of, expectation, find_image
from .tree import ROOT, USAGE, Problem

EXPECT_HELP = ("how the machine must end: end=shutdown|reset|panic|timeout, status=N (0..255), "
               "text='…' (must be on the console), console=none (nothing may be there); "
               "default: end=shutdown status=0")


FREE_TEXT = ("--append", "--vmm-args", "--expect", "--type")


class Parser(argparse.ArgumentParser):
    """argparse whose errors are Problems, so that X.cases can say which line was wrong.

    What follows an option for free text is its value, even if it begins with a dash.
    """

    def __init__(self, **more: object):
        super().__init__(allow_abbrev=False, **more)

    def parse_known_args(self, args: list[str], namespace: argparse.Namespace | None = None
                         ) -> tuple[argparse.Namespace, list[str]]:  # type: ignore[override]
        joined: list[str] = []
        for word in args:
            if joined and joined[-1] in FREE_TEXT:
                joined[-1] += f"={word}"
            else:
                joined.append(word)
        return super().parse_known_args(joined, namespace)

    def error(self, message: str) -> None:  # type: ignore[override]
        raise Problem(f"{message}; try: {self.prog} --help", USAGE)


def _size(text: str) -> str:
    match = re.fullmatch(r"([1-9]\d*)([KMG]?)i?B?", text, re.IGNORECASE)
    if not match:
        raise argparse.ArgumentTypeError(f"{text!r} is no size; write 256M or 1G")
    return match[1] + (match[2].upper() or "M")


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 1e6:
        raise argparse.ArgumentTypeError(f"{text!r} is no time limit; write seconds, like 20")
    return seconds


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 256:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of CPUs (1 to 256)")
    return int(text)


def add_boot(parser: argparse.ArgumentParser) -> None:
    """The options of a boot. Every default is None or []: a case may set what the user did not."""
    group = parser.add_argument_group("the boot")
    group.add_argument("--append", metavar="WORDS", action="append", default=[],
                       help="command line of the guest; may be given more than once")
    group.add_argument("--dtb", metavar="F",
                       help="device tree for the guest; a .dts is compiled with dtc, a .dtsi laid "
                       "over the machine's own tree")
    group.add_argument("--initrd", metavar="F", help="initial ramdisk for the guest")
    group.add_argument("--machine", metavar="M",
                       help="QEMU machine (x86_64: microvm, q35, pc), with its properties")
    group.add_argument("--cpu", metavar="C", help="QEMU CPU model")
    group.add_argument("--mem", metavar="SIZE", type=_size, help="memory, like 256M")
    group.add_argument("--cpus", metavar="N", type=_count, help="number of CPUs, default 1")
    group.add_argument("--timeout", metavar="S", type=_seconds,
                       help="time limit in seconds; default 20, nested 60")
    group.add_argument("--vmm-args", metavar="'…'", action="append", default=[],
                       help="more options for the VMM: QEMU's, or on nested those of vmm/")
    group.add_argument("--type", metavar="LINE", dest="typed", action="append", default=[],
                       help="a line that is typed on the guest's console when it is up (QEMU only); "
                       "may be given more than once")
    group.add_argument("--expect", metavar="'…'", help=EXPECT_HELP)


def add_vmm(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--vmm", choices=("own", "qemu"),
                        help="on nested: whose monitor boots the guest, our own (vmm/) or "
                        "Debian's QEMU")


def merge(first: argparse.Namespace, then: argparse.Namespace) -> None:
    """Completes the user's options (first) with those of a case: lists grow, else his win."""
    for key, value in vars(then).items():
        mine = getattr(first, key, None)
        if isinstance(value, list):
            setattr(first, key, value + (mine or []))
        elif mine is None:
            setattr(first, key, value)


def _file(option: str, name: str | None) -> Path | None:
    """A file that the user named: from where he stands, or (in X.cases) from the project's top."""
    if name is None:
        return None
    for path in (Path(name), ROOT / name):
        if path.is_file():
            return path.resolve()
    raise Problem(f"{option} {name}: no such file", USAGE)


def _words(option: str, texts: list[str]) -> tuple[str, ...]:
    try:
        return tuple(word for text in texts for word in shlex.split(text))
    except ValueError as error:
        raise Problem(f"{option} {' '.join(texts)!r}: {error}", USAGE) from None


def job_from(args: argparse.Namespace, title: str = "") -> Job:
    """The Job that a command line asks for. Raises Problem for whatever does not fit."""
    image = find_image(args.image, args.arch)
    arch = arch_of(image, args.arch)
    dtb, initrd = _file("--dtb", args.dtb), _file("--initrd", args.initrd)
    if dtb and initrd and arch.name != "e500":
        raise Problem(f"--dtb with --initrd: on {arch.name} the device tree takes the place of "
                      "the initial ramdisk; give one of them", USAGE)
    return Job(image=image, arch=arch, append=" ".join(args.append), initrd=initrd, dtb=dtb,
               machine=args.machine, cpu=args.cpu, mem=args.mem, cpus=args.cpus or 1,
               timeout=args.timeout, vmm_args=_words("--vmm-args", args.vmm_args),
               typed=tuple(args.typed),
               expect=expectation(args.expect), title=title or image.stem)


def check_arch(name: str | None) -> None:
    if name is not None and name not in ARCHES:
        raise Problem(f"--arch {name}: there is no such architecture; "
                      f"there are {', '.join(ARCHES)}", USAGE)
