# SPDX-License-Identifier: BSD-2-Clause
"""`paravane mutants`, the tests of /dev/kvm: do they notice when KVM's API breaks a rule?

Each program of tests/host-kvm takes sabotage=NAME (tests/host-kvm/lib/sabotage.h). A saboteur is
caught if a check of some program fails by it; and a program is good if some saboteur fails it.
"""
from __future__ import annotations

import fnmatch
from pathlib import Path

from . import hosts, nested, show, suite
from .job import ARCHES, Job
from .suite import Boot
from .tap import Tap
from .tree import Problem

LIMIT = 3.0               # seconds for a program: a saboteur may make it wait for ever
UNTOUCHED = ("monitor",)  # it tests another program, through which no saboteur reaches


def _job(arch: str, path: Path, word: str) -> Job:
    limit = {"timeout": LIMIT} if word else {}
    return Job(path, ARCHES[arch], append=f"sabotage={word}" if word else "", title=path.stem,
               **limit)


def _checks(boot: Boot) -> set[str]:
    return {result.name for result in Tap(boot.console.lines).results if not result.directive}


def run(arch: str, globs: list[str], context: hosts.Context, at_once: int) -> tuple[int, int]:
    """Prints a line for each saboteur, and one for each program that none fails. Caught, tried."""
    programs = [p for p in nested.programs(arch) if not p.stem.endswith(UNTOUCHED)]
    if not programs:
        return 0, 0
    listing, *healthy = suite.boot("nested", [_job(arch, programs[0], "list"), *(
        _job(arch, path, "") for path in programs)], context, at_once)
    if not (marks := listing.console.marks("saboteur")):
        raise Problem(f"{programs[0].stem}: sabotage=list did not work: {listing.end}")
    names = [mark["name"] for mark in marks
             if not globs or any(fnmatch.fnmatch(f"api.{mark['name']}", glob) for glob in globs)]
    boots = suite.boot("nested", [_job(arch, path, name) for name in names for path in programs],
                       context, at_once) if names else []
    never = {path.stem: _checks(good) for path, good in zip(programs, healthy)}
    every, caught = {name: set(checks) for name, checks in never.items()}, 0
    for n, name in enumerate(names):
        by = {path.stem: found for path, boot, good in zip(
            programs, boots[n * len(programs):], healthy) if (found := boot.failed - good.failed)}
        for program, checks in by.items():
            never[program] -= checks
        caught += bool(by)
        print(_line(arch, f"api.{name}", bool(by), f"by {sum(map(len, by.values()))} checks, of "
                    f"{len(by)} programs of {len(programs)}"), flush=True)
    if globs:
        return caught, len(names)
    useless = [program for program, checks in never.items() if checks and checks == every[program]]
    for program in useless:
        print(_line(arch, program, False, "no saboteur fails any check of it"), flush=True)
    if context.verbose:
        for program, checks in never.items():
            for check in sorted(checks):
                print(f"        {program}: no saboteur fails: {check}")
    return caught, len(names) + len(useless)


def _line(arch: str, name: str, caught: bool, text: str) -> str:
    word = show.coloured("caught", "green") if caught else show.coloured("MISSED", "red")
    return f"{word}  {arch + ' on nested':16} {name:34} {text}"
