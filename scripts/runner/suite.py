# SPDX-License-Identifier: BSD-2-Clause
"""The conformance image: what it prints for programs, and booting it many times.

Before each check it prints `# paravane check name=…`; list=1 gives `# paravane listed name=…`,
sabotage=list `# paravane saboteur name=… rule="…"`.
"""
from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from . import hosts, known, nested, verdict
from .console import Console
from .elf import Elf
from .job import ARCHES, End, Job
from .tap import Tap
from .tree import BUILD, Problem, shown

NAME = "conformance"


def image(arch: str) -> Path:
    path = BUILD / arch / f"{NAME}.elf"
    if not path.is_file():
        raise Problem(f"{shown(path)} is not built: `make images-{arch}` builds it")
    return path


CPUS = 4  # of a boot, so that checks that need other CPUs find them


def job(arch: str, words: str, timeout: float | None = None, monitor: str = "") -> Job:
    return Job(image(arch), ARCHES[arch], append=words, timeout=timeout, cpus=CPUS,
               vmm_args=tuple(monitor.split()), title=NAME)


class Boot(NamedTuple):
    end: End
    console: Console

    @property
    def failed(self) -> set[str]:
        return {result.name for result in Tap(self.console.lines).failed}

    @property
    def under_way(self) -> str:
        """The check that had begun and has no result; nothing if there is none."""
        begun = self.console.marks("check")
        results = Tap(self.console.lines).results
        if not begun or len(results) >= len(begun):
            return ""
        return begun[-1].get("name", "")


def boot(host: str, jobs: list[Job], context: hosts.Context, at_once: int) -> list[Boot]:
    """Boots all of them on a host, those on `nested` in one Linux; in the order of the jobs."""
    jobs = [hosts.fitted(host, each) for each in jobs]
    elf = {path: Elf(path) for path in {each.image for each in jobs}}
    consoles = [Console(elf[each.image]) for each in jobs]
    ends = [End("error", None, "it was not run")] * len(jobs)

    def ended(number: int, end: End, _: float | None) -> None:
        ends[number] = end

    def one(number: int) -> None:
        ended(number, hosts.run(host, jobs[number], consoles[number], context), None)

    if hosts.kind(host) == "nested":
        nested.run_many(jobs, consoles, context, ended)
    else:
        with ThreadPoolExecutor(max_workers=at_once) as pool:
            list(pool.map(one, range(len(jobs))))
    return [Boot(*pair) for pair in zip(ends, consoles)]


MOST_HANGS = 20  # boots after which no more is tried
_RESULT = re.compile(r"(not ok|ok) \d+")


def is_suite(job: Job) -> bool:
    return job.image.stem == NAME


def with_known(job: Job, host: str) -> Job:
    """The job, told which deviations of that host are known, unless the user said so himself."""
    if not is_suite(job) or any(word.startswith("known=") for word in job.append.split()):
        return job
    words = known.words(host, job.arch.name)
    return job._replace(append=f"{job.append} {words}".strip())


def rest(job: Job, boot: Boot) -> Job | None:
    """What is left to be run after a boot that ended in the midst of a check; None if nothing."""
    name = boot.under_way
    if not is_suite(job) or not name or verdict.wanted(job, boot.console).said:
        return None
    before = " ".join(word for word in job.append.split() if not word.startswith("after="))
    return job._replace(append=f"{before} after={name}")


def complete(job: Job, first: Boot, again: Callable[[Job], Boot]) -> Boot:
    """All results of a job whose first boot may have ended in the midst of a check.

    That check fails, by its name; the rest is run in further boots, each by again(job).
    """
    parts, left = [first], rest(job, first)
    while left and len(parts) < MOST_HANGS:
        parts.append(again(left))
        left = rest(left, parts[-1])
    if len(parts) == 1:
        return first
    return _merge(parts, "" if left is None else parts[-1].under_way)


def _merge(parts: list[Boot], gave_up: str) -> Boot:
    """One console of several: results numbered anew, one plan unless it was given up."""
    whole, count = Console(), 0
    for part in parts:
        name = part.under_way
        lines = [line for line in part.console.lines
                 if not re.match(r"1\.\.\d|TAP version", line)]
        if name:
            lines += [f"not ok 0 - {name}", f"#   it did not come back: {part.end}",
                      *(f"#   {line}" for line in part.end.report)]
        for line in lines:
            if _RESULT.match(line):
                count += 1
                line = _RESULT.sub(rf"\1 {count}", line, count=1)
            whole.lines.append(line)
    whole.lines.insert(0, "TAP version 13")
    whole.lines.append(f"# what comes after {gave_up} was not run" if gave_up else f"1..{count}")
    return Boot(parts[-1].end, whole)


_KNOWN = "# TODO known deviation"


def give_reasons(job: Job, host: str, console: Console) -> None:
    """Writes behind each known deviation why it is one, and where that is told."""
    if not is_suite(job):
        return
    for number, line in enumerate(console.lines):
        if line.endswith(_KNOWN) and (name := Tap([line]).results[0].name):
            reason = known.why(name, host, job.arch.name) or "said so by hand"
            console.lines[number] = line.replace(_KNOWN, f"# TODO known: {reason}")


def disappeared(console: Console) -> list[str]:
    """Known deviations that did not show."""
    return [result.name for result in Tap(console.lines).results
            if result.ok and result.directive == "TODO"]


def listed(arch: str, context: hosts.Context) -> list[dict[str, str]]:
    """Name and source of all checks, from the image itself."""
    boot_ = boot("qemu", [job(arch, "list=1")], context, 1)[0]
    found = boot_.console.marks("listed")
    if not found:
        raise Problem(f"{shown(image(arch))} did not list its checks: {boot_.end}")
    return found
