# SPDX-License-Identifier: BSD-2-Clause
"""`paravane mutants`: does the suite notice, when a rule is broken on purpose?

Each saboteur of the conformance image (sabotage=list) is booted once, with the checks that are to
notice it, less those that fail without it. It is caught if one fails or crashes, or hangs where a
hang is what the saboteur brings about. Those of the tests of /dev/kvm: api_mutants.py.

Where the image can play calls that this hypervisor has not got (play=1), the saboteurs of those are
added; then the checks must pass without sabotage, too, for nobody else is there to be wrong.
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
    play: str     # play=1, if it needs calls that the image plays

    def words(self, healthy: Boot) -> str:
        """The command line; what fails without sabotage says nothing."""
        skip = ",".join(sorted(healthy.failed))
        return (f"sabotage={self.name} stop=1 run={self.checks} {self.play}".rstrip()
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


PLAY = "play=1"


def _listed(listing: Boot, arch: str, host: str, play: str) -> list[Mutant]:
    if listing.end.reason != "shutdown":
        raise Problem(f"{arch} on {host}: sabotage=list did not work: {listing.end}")
    return [Mutant(arch, host, mark["name"], mark["rule"], mark["checks"], mark["hangs"] == "yes",
                   mark["monitor"], play) for mark in listing.console.marks("saboteur")]


def _of_pair(arch: str, host: str, globs: list[str], context: hosts.Context,
             at_once: int) -> tuple[Boot, list[Mutant]]:
    """The suite without sabotage, and the saboteurs that there are."""
    def boots(*words: str) -> list[Boot]:
        return suite.boot(host, [suite.job(arch, each) for each in words], context, at_once)

    listing, healthy = boots("sabotage=list", "")
    if healthy.under_way:
        raise Problem(f"{arch} on {host}: without sabotage, {healthy.under_way} does not end")
    found = _listed(listing, arch, host, "")
    if listing.console.marks("plays"):
        more, played = boots(f"sabotage=list {PLAY}", PLAY)
        if played.under_way or played.failed - healthy.failed:
            raise Problem(f"{arch} on {host}: {PLAY}, without sabotage: failed: "
                          f"{', '.join(sorted(played.failed - healthy.failed)) or played.under_way}")
        names = {mutant.name for mutant in found}
        found += [m for m in _listed(more, arch, host, PLAY) if m.name not in names]
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
