# SPDX-License-Identifier: BSD-2-Clause
"""`paravane compare A B`: where do two hypervisors, or two versions of one, differ?

A and B are hosts, on which the conformance suite is then run, or results that were kept: a folder,
a TAP file, or a saved console.
"""
from __future__ import annotations

from typing import NamedTuple

from . import features, show
from .results import Check, Pair

# Facts of the boot line that are the machine's, or the image's, and not the hypervisor's.
_MACHINE = ("arch", "ram", "cpus", "dtb")
_ABSENT = Check("", "absent", "", ())


class Difference(NamedTuple):
    what: str
    first: str
    second: str


def _features(first: Pair, second: Pair) -> list[Difference]:
    bits = [features.bits(pair.facts().get("features")) for pair in (first, second)]
    if bits[0] is None or bits[1] is None:
        return []
    return [Difference(f"feature {features.word(first.arch, bit)} (bit {bit})",
                       *("yes" if bit in side else "no" for side in bits))
            for bit in sorted(bits[0] ^ bits[1])]


def facts(first: Pair, second: Pair) -> list[Difference]:
    """What the two say of themselves, differently; feature bits one by one."""
    found = []
    a, b = first.facts(), second.facts()
    for key in dict.fromkeys([*a, *b]):
        if key not in _MACHINE and a.get(key) != b.get(key):
            found.append(Difference(key, a.get(key, "-"), b.get(key, "-")))
    return found + _features(first, second)


def verdicts(first: Pair, second: Pair) -> list[tuple[str, Check, Check]]:
    """The checks that do not come out the same, by name."""
    a, b = first.checks(), second.checks()
    return [(name, a.get(name, _ABSENT), b.get(name, _ABSENT)) for name in dict.fromkeys([*a, *b])
            if a.get(name, _ABSENT).verdict != b.get(name, _ABSENT).verdict]


def _evidence(side: str, check: Check) -> list[str]:
    if check.verdict in ("pass", "absent"):
        return []
    lines = [f"    {side}: {check.verdict}{', ' + check.reason if check.reason else ''}"]
    return lines + [f"        {line}" for line in check.evidence]


def report(first: Pair, second: Pair, verbose: bool = False) -> tuple[list[str], bool]:
    """The comparison in lines, and whether the two are equal."""
    told, different = facts(first, second), verdicts(first, second)
    heads = [pair.host for pair in (first, second)]
    lines = [f"{side}: {pair.label}, {pair.version}"
             for side, pair in zip("AB", (first, second))]
    if told:
        lines += ["", show.table([["fact", "A: " + heads[0], "B: " + heads[1]],
                                  *([d.what, d.first, d.second] for d in told)], {1: 30, 2: 30})]
    if different:
        rows = [[name, a.verdict, b.verdict] for name, a, b in different]
        lines += ["", show.table([["check", "A", "B"], *rows])]
    if verbose:
        for name, a, b in different:
            lines += ["", name, *_evidence("A", a), *_evidence("B", b)]
    common = len(first.checks().keys() & second.checks().keys())
    equal = not told and not different
    lines += ["", f"{common} checks on both: {len(different)} come out differently; "
              f"{len(told)} facts differ" if not equal else
              f"{common} checks on both: no difference, and no fact differs"]
    return lines, equal
