# SPDX-License-Identifier: BSD-2-Clause
"""One boot: what is asked for (Job), and how it ended as seen from outside (End)."""
from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from . import elf
from .tree import ROOT, USAGE, Problem, shown


class Arch(NamedTuple):
    name: str
    elf_machine: int
    words: str


ARCHES = {arch.name: arch for arch in (
    Arch("x86_64", elf.EM_X86_64, "x86-64"),
    Arch("e500", elf.EM_PPC, "32-bit PowerPC"),
    Arch("s390x", elf.EM_S390, "s390x"),
)}

REASONS = ("shutdown", "reset", "panic", "timeout")


class End(NamedTuple):
    """How the machine ended, by the word of the hypervisor and never of the guest.

    reason: shutdown (power-off), reset, panic (the guest said that it failed, or crashed), timeout
    (it did not end and was ended), error (the host could not run it). status is what the machine
    passed on, None if that machine has no way to; only its low `bits` bits can be seen.
    """
    reason: str
    status: int | None = None
    detail: str = ""               # one line, may be empty
    report: tuple[str, ...] = ()   # last known state: CPUs and registers, one line each
    bits: int = 32

    def __str__(self) -> str:
        words = {"shutdown": "power-off", "timeout": "time limit reached", "error": "host error"}
        text = words.get(self.reason, self.reason)
        if self.status and self.reason in ("shutdown", "panic"):
            text += f", status {self.status}"
        return text


class Expect(NamedTuple):
    """What --expect asks for; see expectation()."""
    reason: str = "shutdown"
    status: int | None = 0
    texts: tuple[str, ...] = ()
    said: bool = False             # the user named the end, so the program need not call exit()
    silent: bool = False           # the machine has no console that the guest could find


def expectation(text: str | None) -> Expect:
    """Expect from the words of --expect, which options.EXPECT_HELP lists."""
    import shlex

    if not text:
        return Expect()
    reason, status, texts, silent = "", None, [], False
    for word in shlex.split(text):
        key, equals, value = word.partition("=")
        if key == "end" and value in REASONS:
            reason = value
        elif key == "status" and value.isdecimal() and int(value) < 256:
            status = int(value)
        elif key == "text" and value:
            texts.append(value)
        elif word == "console=none":
            silent = True
        else:
            raise Problem(f"--expect {text!r}: {word!r} is none of end={'|'.join(REASONS)}, "
                          "status=0..255, text='part of a console line', console=none", USAGE)
    if status is None and reason in ("", "shutdown"):
        status = 0
    if not reason:
        reason = "panic" if status else "shutdown"
    return Expect(reason, status, tuple(texts), said="end=" in text, silent=silent)


class Job(NamedTuple):
    """A boot of one image. Files are absolute paths; None means: what the host thinks best."""
    image: Path
    arch: Arch
    append: str = ""
    dtb: Path | None = None
    initrd: Path | None = None
    machine: str | None = None
    cpu: str | None = None
    kernel: str = ""               # nested: which Linux, beside the usual one
    vmm: str = ""                  # nested: whose monitor, "" for our own, or qemu
    mem: str | None = None         # like 256M
    cpus: int = 1
    timeout: float | None = None   # seconds of host time
    vmm_args: tuple[str, ...] = ()
    typed: tuple[str, ...] = ()    # lines for the guest's console
    expect: Expect = Expect()
    title: str = ""                # of the test, for messages


def arch_of(image: Path, wanted: str | None) -> Arch:
    """The architecture of an image; if the user named one, it must be that."""
    machine = elf.Elf(image).machine
    arch = next((a for a in ARCHES.values() if a.elf_machine == machine), None)
    if arch is None:
        known = ", ".join(ARCHES)
        raise Problem(f"{shown(image)}: ELF machine {machine} is none of ours ({known})", USAGE)
    if wanted and arch.name != wanted:
        raise Problem(f"{shown(image)} is an image for {arch.name} ({arch.words}), "
                      f"not for {wanted}: leave --arch out, or name another image", USAGE)
    return arch


def find_image(name: str, arch: str | None) -> Path:
    """The image the user means: a file, or the name of a program or test that has been built."""
    path = Path(name)
    if path.is_file():
        return path.resolve()
    if "/" not in name and not name.endswith(".elf"):
        built = [found for a in ([arch] if arch else ARCHES) for folder in (a, f"{a}/tests")
                 if (found := ROOT / "build" / folder / f"{name}.elf").is_file()]
        if len(built) == 1:
            return built[0]
        if built:
            names = ", ".join(found.relative_to(ROOT / "build").parts[0] for found in built)
            raise Problem(f"{name} is built for {names}: say which with --arch", USAGE)
    what = "is a folder" if path.is_dir() else "no such image"
    raise Problem(f"{name}: {what}; `make` builds the images, "
                  "`scripts/paravane list` shows what there is", USAGE)
