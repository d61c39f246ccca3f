# SPDX-License-Identifier: BSD-2-Clause
"""Results that were kept, as data: build/results/ARCH-HOST/, or a console or TAP file.

A folder holds the TAP of each boot, TEST[.CASE].tap, and pair.json: whose results they are.
`check` writes them; the reports and `compare` read them, at any later time.
"""
from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from .console import Console
from .tap import RESULT, Result, Tap
from .tree import RESULTS, Problem, shown

PAIR = "pair.json"
SUITE = "conformance"
END = "ends as it should"      # the result that tap.for_prove() adds
# From good to bad. `known` is a known deviation, `gone` one that did not show.
VERDICTS = ("skip", "pass", "gone", "known", "fail", "error")
BAD = ("fail", "error")


class Check(NamedTuple):
    """A result, with the lines of the console that belong to it."""
    name: str
    verdict: str
    reason: str
    evidence: tuple[str, ...]
    boot: str = ""          # in which it was made


class Boot(NamedTuple):
    title: str
    checks: tuple[Check, ...]
    end: Check              # of the boot itself
    facts: dict[str, str]   # of its first line
    lines: tuple[str, ...]
    seconds: float | None

    @property
    def is_suite(self) -> bool:
        return self.title.partition(".")[0] == SUITE


class Pair(NamedTuple):
    """All results of an architecture on a host."""
    arch: str
    host: str
    version: str            # what answers hypercalls there
    boots: tuple[Boot, ...]

    @property
    def label(self) -> str:
        return f"{self.arch} on {self.host}"

    def checks(self) -> dict[str, Check]:
        """The suite's checks by name. One that a boot skipped may have been made in another."""
        found: dict[str, Check] = {}
        for check in (check for boot in self.boots if boot.is_suite for check in boot.checks):
            there = found.get(check.name)
            if there is None or VERDICTS.index(check.verdict) > VERDICTS.index(there.verdict):
                found[check.name] = check
        return found

    def facts(self) -> dict[str, str]:
        """What the suite's first boot said of the hypervisor."""
        said = [boot.facts for boot in self.boots if boot.facts]
        of_suite = [boot.facts for boot in self.boots if boot.facts and boot.is_suite]
        return next(iter(of_suite or said), {})


def verdict(result: Result) -> str:
    if result.directive == "TODO":
        return "gone" if result.ok else "known"
    if result.directive == "SKIP":
        return "skip"
    if not result.ok:
        return "error" if result.directive == "ERROR" else "fail"
    return "pass"


_BEGIN = "# paravane check name="
_NO_EVIDENCE = (_BEGIN, "1..", "TAP version", "# paravane exit", "# paravane conformance")


def _blocks(lines: Iterable[str]) -> list[list[str]]:
    """The lines cut where they begin to be about another result.

    The suite announces each check, and its evidence stands before the result; other tests print it
    behind their result.
    """
    lines = list(lines)
    announced = any(line.startswith(_BEGIN) for line in lines)
    blocks: list[list[str]] = [[]]
    for line in lines:
        is_end = bool(re.match(rf"(not )?ok \d+ - {END}", line))
        if is_end or (line.startswith(_BEGIN) if announced else RESULT.match(line)):
            blocks.append([])
        blocks[-1].append(line)
    return blocks


def _check(block: list[str], ended_well: bool, end: str) -> Check | None:
    """The result that a block is about; None if it is about none."""
    said = [line for line in block if RESULT.match(line)]
    began = block[0].startswith(_BEGIN) if block else False
    evidence = tuple(line.removeprefix("#").removeprefix(" ") for line in block
                     if line not in said and not line.startswith(_NO_EVIDENCE))
    if said:
        result = Tap(said[:1]).results[0]
        return Check(result.name, verdict(result), result.reason, evidence)
    if not began:
        return None
    name = block[0].removeprefix(_BEGIN).split()[0]
    if ended_well:  # it was meant to end the machine, and that was seen
        return Check(name, "pass", end, evidence)
    return Check(name, "fail", f"it did not come back: {end}", evidence)


def boot_of(title: str, lines: list[str], seconds: float | None = None) -> Boot:
    """A boot from its TAP as kept by `check`, or from a console as a user may have saved it."""
    console = Console()
    console.lines = lines
    tap = Tap(lines)
    blocks = _blocks(lines)
    last = blocks[-1]
    if last and END in last[0] and RESULT.match(last[0]):
        end = _check(blocks.pop(), True, "")
    else:
        status = console.exit_status()
        end = Check(END, "pass" if status is not None else "fail",
                    "" if status is not None else "the last line is missing", ())
    assert end is not None
    how = end.name.partition(": ")[2] or "the console ends there"
    well = end.verdict == "pass"
    if tap.bail_out is not None:
        end = end._replace(verdict="fail", reason=f"it bailed out: {tap.bail_out}")
    checks = [check._replace(boot=title) for block in blocks
              if (check := _check(block, well, how))]
    marks = console.marks("boot")
    return Boot(title, tuple(checks), end, marks[0] if marks else {}, tuple(lines), seconds)


def write(folder: Path, arch: str, host: str, version: str, seconds: dict[str, float]) -> None:
    """Keeps whose results are in a folder; those of boots that were not made now stay."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = _pair_facts(folder).get("seconds", {})
    text = json.dumps({"arch": arch, "host": host, "version": version,
                       "seconds": {**kept, **seconds}}, indent=1, sort_keys=True)
    partial = folder / f"{PAIR}.{os.getpid()}"
    partial.write_text(text + "\n", encoding="utf-8")
    partial.replace(folder / PAIR)


def _pair_facts(folder: Path) -> dict:
    try:
        facts = json.loads((folder / PAIR).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return facts if isinstance(facts, dict) else {}


def _lines(path: Path) -> list[str]:
    try:
        console = Console()
        console.feed(path.read_bytes())
        console.finish()
        return console.lines
    except OSError as error:
        raise Problem(f"{shown(path)}: cannot be read: {error.strerror}") from None


def load(path: Path) -> Pair:
    """Results of a folder, or of one file. Raises Problem if there are none."""
    if path.is_dir():
        facts = _pair_facts(path)
        seconds = facts.get("seconds", {})
        files = sorted(path.glob("*.tap"))
        boots = [boot_of(file.stem, _lines(file), seconds.get(file.stem)) for file in files]
        arch, _, host = path.name.partition("-")
    else:
        facts, arch, host = {}, "", path.stem
        boots = [boot_of(f"{SUITE}.{path.stem}", _lines(path))]
    if not any(boot.checks or boot.facts for boot in boots):
        raise Problem(f"{shown(path)}: there are no results in it; "
                      "`scripts/paravane check` makes some under build/results/")
    said = next((boot.facts for boot in boots if boot.facts), {})
    return Pair(facts.get("arch") or said.get("arch") or arch, facts.get("host") or host,
                facts.get("version") or said.get("hypervisor", ""), tuple(boots))


def folders() -> list[Path]:
    """All folders of results that `check` has left."""
    return sorted(path for path in RESULTS.glob("*") if path.is_dir() and any(path.glob("*.tap")))


def sources_file(arch: str) -> Path:
    return RESULTS / f"sources-{arch}.tsv"


def sources(arch: str) -> dict[str, str]:
    """Where each check of an architecture is taken from, as `check` asked the image."""
    try:
        text = sources_file(arch).read_text(encoding="utf-8")
    except OSError:
        return {}
    return dict(line.split("\t", 1) for line in text.splitlines() if "\t" in line)


def group(name: str) -> tuple[str, str]:
    """The call that a check is about, and its claim: arch.CALL.CLAIM."""
    parts = name.split(".", 2)
    if len(parts) < 3:
        return "", name
    return parts[1], parts[2]
