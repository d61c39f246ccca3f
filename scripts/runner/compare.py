# SPDX-License-Identifier: BSD-2-Clause
"""`paravane compare A B`: where do two hypervisors, or two versions of one, differ?

A and B are hosts, on which the conformance suite is then run, or results that were kept: a folder,
a TAP file, or a saved console. Facts are compared, and verdicts; and if both were traced
(trace=hcall), the registers of every call, before and after.
"""
from __future__ import annotations

from typing import NamedTuple

from . import features, results, show
from .console import pairs as words_of
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


_CALL = "paravane hcall "


def _calls(check: Check) -> list[str]:
    return [line for line in check.evidence if line.startswith(_CALL)]


def answers(first: Pair, second: Pair) -> tuple[list[Difference], int]:
    """The first call of each check that went another way, and how many calls were compared."""
    a, b = first.checks(), second.checks()
    found, count = [], 0
    for name in a.keys() & b.keys() if a and b else ():
        calls = _calls(a[name]), _calls(b[name])
        if not all(calls) or a[name].verdict != b[name].verdict:
            continue
        count += min(map(len, calls))
        different = next(((x, y) for x, y in zip(*calls) if x != y), None)
        if different:
            x, y = (words_of(line) for line in different)
            keys = [key for key in x if x[key] != y.get(key)]
            found.append(Difference(f"{name}: {x.get('name', '')}", *(
                " ".join(f"{key}={side.get(key, '-')}" for key in keys) for side in (x, y))))
        elif len(calls[0]) != len(calls[1]):
            found.append(Difference(f"{name}: calls", *(str(len(side)) for side in calls)))
    return sorted(found), count


def _reach(different: list[tuple[str, Check, Check]]) -> list[list[str]]:
    """Rows that count the checks which only one of the two could make, by call and reason."""
    counted: dict[tuple[str, str, str, str], int] = {}
    for name, a, b in different:
        call = results.group(name)[0]
        key = call, a.verdict, b.verdict, (a if a.verdict == "skip" else b).reason
        counted[key] = counted.get(key, 0) + 1
    return [[call, str(number), a, b, reason]
            for (call, a, b, reason), number in counted.items()]


def _evidence(side: str, check: Check) -> list[str]:
    if check.verdict in ("pass", "absent"):
        return []
    lines = [f"    {side}: {check.verdict}{', ' + check.reason if check.reason else ''}"]
    return lines + [f"        {line}" for line in check.evidence]


def report(first: Pair, second: Pair, verbose: bool = False) -> tuple[list[str], bool]:
    """The comparison in lines, and whether the two are equal."""
    told, different = facts(first, second), verdicts(first, second)
    answered, calls = answers(first, second)
    heads = [pair.host for pair in (first, second)]
    lines = [f"{side}: {pair.label}, {pair.version}"
             for side, pair in zip("AB", (first, second))]
    if told:
        lines += ["", show.table([["fact", "A: " + heads[0], "B: " + heads[1]],
                                  *([d.what, d.first, d.second] for d in told)], {1: 30, 2: 30})]
    reach = [row for row in different if {row[1].verdict, row[2].verdict} == {"pass", "skip"}]
    if listed := [row for row in different if row not in reach or verbose]:
        rows = [[name, a.verdict, b.verdict] for name, a, b in listed]
        lines += ["", show.table([["check", "A", "B"], *rows])]
    if reach:
        lines += ["", "What only one of them lets be checked:",
                  show.table([["call", "checks", "A", "B", "why not"], *_reach(reach)], {4: 50})]
    if answered:
        lines += ["", show.table([["answer", "A", "B"], *map(list, answered)],
                                 {0: 40, 1: 28, 2: 28})]
    if verbose:
        for name, a, b in different:
            lines += ["", name, *_evidence("A", a), *_evidence("B", b)]
    common = len(first.checks().keys() & second.checks().keys())
    traced = f"{len(answered) or 'none'} of {calls} traced calls" if calls else "calls not traced"
    lines += ["", f"{common} checks on both. Differences: {len(told) or 'none'} in facts, "
              f"{len(different) or 'none'} in verdicts, {traced}."]
    return lines, not (told or different or answered)
