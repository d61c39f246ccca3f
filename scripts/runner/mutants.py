# SPDX-License-Identifier: BSD-2-Clause
"""`paravane mutants`: does the suite notice, when a rule is broken on purpose?

Each saboteur of the conformance image (sabotage=list) is booted once, with the checks that are to
notice it, less those that fail without it. It is caught if one fails or crashes, or hangs where a
hang is what the saboteur brings about. Those of the tests of /dev/kvm: api_mutants.py.
"""
from __future__ import annotations

import argparse
import fnmatch
from typing import NamedTuple

from . import api_mutants, hosts, show, suite
from .suite import Boot
from .tree import FAILED, USAGE, Problem, Scratch

HANG = 12.0   # seconds for a boot that is to hang
LIMIT = 90.0  # for one that is not
HOSTS = ("qemu", "nested")


class Mutant(NamedTuple):
    arch: str
    host: str
    name: str
    rule: str
    checks: str  # globs: which are to notice
    hangs: bool  # by a hang
    monitor: str  # options of our monitor that it takes

    def words(self, healthy: Boot) -> str:
        """The command line; what fails without sabotage says nothing."""
        skip = ",".join(sorted(healthy.failed))
        return (f"sabotage={self.name} stop=1 run={self.checks}"
                + (f" skip={skip}" if skip else ""))


def verdict(mutant: Boot, hangs: bool) -> str:
    """Which check caught it, in words; nothing if none did."""
    for name in mutant.failed:
        return name
    ends = {"timeout"} if hangs else {"panic", "reset"}
    for mark in mutant.console.marks("expect"):  # the check is to end the machine, in that way
        ends = {"panic", "reset", "shutdown"} - {mark.get("end", "")}
    if mutant.under_way and mutant.end.reason in ends:
        return f"{mutant.under_way} ({mutant.end})"
    return ""


def _of_pair(arch: str, host: str, globs: list[str], context: hosts.Context,
             at_once: int) -> tuple[Boot, list[Mutant]]:
    """The suite without sabotage, and the saboteurs that there are."""
    listing, healthy = suite.boot(host, [suite.job(arch, "sabotage=list"), suite.job(arch, "")],
                                  context, at_once)
    if listing.end.reason != "shutdown":
        raise Problem(f"{arch} on {host}: sabotage=list did not work: {listing.end}")
    if healthy.under_way:
        raise Problem(f"{arch} on {host}: without sabotage, {healthy.under_way} does not end")
    found = [Mutant(arch, host, mark["name"], mark["rule"], mark["checks"],
                    mark["hangs"] == "yes", mark["monitor"]) for mark in listing.console.marks("saboteur")]
    return healthy, [m for m in found
                     if not globs or any(fnmatch.fnmatch(m.name, glob) for glob in globs)]


def _line(mutant: Mutant, boot: Boot, by: str) -> str:
    word = show.coloured("caught", "green") if by else show.coloured("MISSED", "red")
    where = f"{mutant.arch} on {mutant.host}"
    return f"{word}  {where:16} {mutant.name:34} {'by ' + by if by else _why(mutant, boot)}"


def _why(mutant: Mutant, boot: Boot) -> str:
    if boot.end.reason in ("timeout", "error"):
        return f"it did not come to its end: {boot.end.detail or boot.end}"
    return f"{mutant.checks} did not notice that this is broken: {mutant.rule}"


def run(args: argparse.Namespace, scratch: Scratch) -> int:
    """The command. Exit status: 0 if every saboteur was caught."""
    pairs = [pair for host in (args.on or HOSTS)
             for pair in hosts.pairs(args.arch, host)]
    context = hosts.Context(scratch, args.verbose)
    caught = total = 0
    for arch, host in pairs:
        healthy, mutants = _of_pair(arch, host, args.globs, context, args.jobs)
        jobs = [suite.job(arch, m.words(healthy), HANG if m.hangs else LIMIT, m.monitor)
                for m in mutants]
        boots = suite.boot(host, jobs, context, args.jobs) if jobs else []
        for mutant, boot in zip(mutants, boots):
            by = verdict(boot, mutant.hangs)
            caught, total = caught + bool(by), total + 1
            print(_line(mutant, boot, by), flush=True)
        if host == "nested":
            found, tried = api_mutants.run(arch, args.globs, context, args.jobs)
            caught, total = caught + found, total + tried
    if not total:
        raise Problem("no saboteur for that; sabotage=list on the image's command line names them",
                      USAGE)
    print(f"caught {caught} of {total}")
    return 0 if caught == total else FAILED
