# SPDX-License-Identifier: BSD-2-Clause
"""Cases: several boots of one test image, listed in a file X.cases beside its source X.c.

    # a comment; empty lines are fine, too
    empty-property | --dtb tests/dtb/empty.dts --append 'expect=refused'
    crash          | --expect 'end=panic status=255 text="# paravane trap"'
    nested-only    | --only e500:nested,x86_64:nested --timeout 90

One line is one boot: a name (letters, digits, `-` and `_`), a bar, options. Options are those of
`paravane run` that describe a boot (see `run --help`), quoted as for a shell; files are named from
the project's top folder. `--only PLACE,…` says where the case applies: an architecture, a host
(that of cmd:… is called `cmd`), or both as ARCH:HOST; elsewhere the case is left out. Without a
file, or with an empty one, an image is booted once, without options.

An image is build/A/tests/X.elf with its source in tests/portable or tests/A. A program of examples/
is a test, too, if there is an X.cases beside it.
"""
from __future__ import annotations

import argparse
import re
import shlex
from pathlib import Path
from typing import NamedTuple

from . import hosts
from .job import ARCHES, arch_of, find_image
from .options import Parser, add_boot, merge
from .tree import ROOT, USAGE, Problem, shown

_NAME = re.compile(r"[A-Za-z0-9][\w-]*")


class Case(NamedTuple):
    name: str
    options: argparse.Namespace  # as add_boot() declares them, and `only`

    def applies(self, arch: str, host: str) -> bool:
        return not self.options.only or (arch, hosts.kind(host)) in self.options.only


def _places(text: str) -> set[tuple[str, str]]:
    """The pairs of architecture and host that --only names."""
    every = {(arch, host) for arch in ARCHES for host in (*hosts.WORDS, "cmd")}
    found = set()
    for word in text.split(","):
        named = {(arch, host) for arch, host in every if word in (arch, host, f"{arch}:{host}")}
        if not named:
            raise argparse.ArgumentTypeError(f"{word!r} is no architecture, host, or ARCH:HOST")
        found |= named
    return found


def file_of(image: Path) -> Path | None:
    """X.cases of an image, if there is one."""
    try:
        arch, *middle, _ = image.resolve().relative_to(ROOT / "build").parts
    except ValueError:
        return None
    if arch == "hosts":
        return None  # a program of tests/host-kvm: it runs once
    folders = (f"tests/{arch}", "tests/portable") if middle == ["tests"] else (
        "examples", "tests/conformance")
    paths = (ROOT / folder / f"{image.stem}.cases" for folder in folders)
    return next((path for path in paths if path.is_file()), None)


def read(path: Path) -> list[Case]:
    """The cases of a file, in its order. Raises Problem with the line that is wrong."""
    parser = Parser(prog="a case", add_help=False)
    add_boot(parser)
    parser.add_argument("--only", type=_places)
    found: dict[str, Case] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, bar, words = (part.strip() for part in line.partition("|"))
        try:
            if not bar or not _NAME.fullmatch(name):
                raise Problem("a case is written as: name | options")
            if name in found:
                raise Problem(f"{name} is there already")
            found[name] = Case(name, parser.parse_args(shlex.split(words)))
        except (Problem, ValueError) as error:
            what = str(error).partition("; try: ")[0]
            raise Problem(f"{shown(path)}:{number}: {what}", USAGE) from None
    return list(found.values())


def complete(args: argparse.Namespace) -> None:
    """Adds the options of the case args.case to those of a command line, which win."""
    image = find_image(args.image, args.arch)
    arch_of(image, args.arch)
    path = file_of(image)
    known = read(path) if path else []
    case = next((case for case in known if case.name == args.case), None)
    if case is None:
        there = f"there are {', '.join(c.name for c in known)}" if known else "it has no cases"
        raise Problem(f"--case {args.case}: {image.stem} has no such case; {there}", USAGE)
    merge(args, case.options)
