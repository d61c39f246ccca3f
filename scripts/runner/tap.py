# SPDX-License-Identifier: BSD-2-Clause
"""TAP: read what a guest wrote, and write for `prove` what that and its end amount to.

Read is TAP 13 (testanything.org) as a guest prints it: `ok`, `not ok`, `1..N`, `Bail out!` at the
start of a line, `# SKIP`, `# TODO` and our `# ERROR`; every other line is text. Written is the same
with one more result at the end, which says whether the guest ended as it should: a crash, a hang, a missing
result or an end too early is then a failed test with a name, and no special case.
"""
from __future__ import annotations

import re
from typing import NamedTuple

RESULT = re.compile(r"(not )?ok\b(?: +(\d+))?(?: *(?:- )?(.*))?$")
_PLAN = re.compile(r"1\.\.(\d+)(?:\s*#\s*SKIP\b\s*(.*))?\s*$", re.IGNORECASE)
_DIRECTIVE = re.compile(r"(?<!\\)#\s*(TODO|SKIP|ERROR)\b\s*(.*)", re.IGNORECASE)


class Result(NamedTuple):
    ok: bool
    name: str
    directive: str  # TODO, SKIP, ERROR (ours: the test could not do its work) or nothing
    reason: str = ""


class Tap:
    """The results in the lines of a console."""

    def __init__(self, lines: list[str]):
        self.results: list[Result] = []
        self.plan: int | None = None
        self.skip_all = ""
        self.bail_out: str | None = None
        self.faults: list[str] = []
        self.begun = any(line.startswith("TAP version") for line in lines)
        for line in lines:
            self._take(line)

    def _take(self, line: str) -> None:
        if match := RESULT.match(line):
            self._result(match)
        elif match := _PLAN.match(line):
            if self.plan is not None:
                self.faults.append(f"a second plan: {line}")
            self.plan, self.skip_all = int(match[1]), match[2] or ""
        elif line.startswith("Bail out!"):
            self.bail_out = line[len("Bail out!"):].strip() or "no reason given"

    def _result(self, match: re.Match) -> None:
        text = match[3] or ""
        mark = _DIRECTIVE.search(text)
        name = (text[:mark.start()] if mark else text).strip()
        self.results.append(Result(not match[1], name, mark[1].upper() if mark else "",
                                   mark[2].strip() if mark else ""))
        if match[2] and int(match[2]) != len(self.results):
            self.faults.append(f"result {match[2]} stands where {len(self.results)} should")

    @property
    def present(self) -> bool:
        return (self.begun or self.plan is not None or bool(self.results)
                or self.bail_out is not None)

    @property
    def failed(self) -> list[Result]:
        return [r for r in self.results if not r.ok and r.directive != "TODO"]

    def complaints(self, whole: bool = True) -> list[str]:
        """Why these results are no success, one line each; nothing if they are.

        A program that is meant to end in its midst need not be whole: it may lack its plan.
        """
        if not self.present:
            return []
        found = list(self.faults)
        if self.bail_out is not None:
            found.append(f"it bailed out: {self.bail_out}")
        if self.failed:
            names = ", ".join(r.name or "one without name" for r in self.failed[:3])
            more = f" and {len(self.failed) - 3} more" if len(self.failed) > 3 else ""
            found.append(f"failed: {names}{more}")
        if self.plan == 0 and not self.skip_all and not self.results:
            found.append("it checked nothing (1..0) and does not say why")
        if self.plan is None and whole:
            found.append(f"{len(self.results)} results and no plan (1..N){self._last()}")
        elif self.plan not in (None, len(self.results)):
            found.append(f"{len(self.results)} of {self.plan} results{self._last()}")
        return found

    def _last(self) -> str:
        return f"; the last one was {self.results[-1].name!r}" if self.results else ""


def for_prove(lines: list[str], complaints: list[str], report: list[str],
              how: str) -> list[str]:
    """TAP for a boot: the guest's lines, then one result on its end.

    complaints are about the end and the plan, not about results that failed in sight; report is
    text that helps to understand them; how names the end that was seen.
    """
    tap = Tap(lines)
    if tap.plan == 0 and not tap.results and not complaints:
        return ["TAP version 13", *_comments(lines), f"1..0 # SKIP {tap.skip_all}".rstrip()]
    out, count = ["TAP version 13"], 0
    for line in lines:
        if RESULT.match(line):
            count += 1
            out.append(line)
        else:
            out += _comments([line])
    out.append(f"{'not ok' if complaints else 'ok'} {count + 1} - ends as it should: {how}")
    out += [f"# {line}" for line in [*complaints, *report]]
    out.append(f"1..{count + 1}")
    return out


def _comments(lines: list[str]) -> list[str]:
    """Text as comments: nothing in it may look like a result, or like a plan."""
    return [line if line.startswith("#") else f"# {line}" for line in lines
            if not line.startswith("TAP version")]
