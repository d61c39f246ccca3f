# SPDX-License-Identifier: BSD-2-Clause
"""`paravane check`: boots every test for an architecture on a host, and lets prove count.

Each boot leaves its TAP in build/results/ARCH-HOST/TEST[.CASE].tap. Boots on `nested` share one
Linux: it takes seconds to start, and then runs job after job.
"""
from __future__ import annotations

import argparse
import fnmatch
import os
import shlex
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from . import cases, children, hosts, known, nested, reports, results, show, suite, verdict
from .boot import explain
from .console import Console
from .elf import Elf
from .job import ARCHES, End, Job
from .options import Parser, add_boot, job_from
from .tree import BUILD, RESULTS, USAGE, Problem, Scratch, shown

TRACED_LIMIT = 300.0  # seconds for the suite when it shows each call
SHARE = 6  # boots on `nested` for which another Linux at the same time pays


class Test(NamedTuple):
    host: str
    case: str   # name of the case, or nothing
    job: Job    # its title is TEST or TEST.CASE

    @property
    def tap(self) -> Path:
        return RESULTS / hosts.folder(self.job.arch.name, self.host) / f"{self.job.title}.tap"

    @property
    def where(self) -> str:
        return f"{self.job.arch.name} on {hosts.short(self.host)}"


def _images(arch: str, host: str) -> list[Path]:
    parts = hosts.parse(host)
    if parts.vmm:  # somebody else's monitor: nothing of ours but the suite
        return [path for path in [BUILD / arch / f"{suite.NAME}.elf"] if path.is_file()]
    inside = nested.programs(arch, parts.kernel) if parts.kind == "nested" else []
    tests = sorted((BUILD / arch / "tests").glob("*.elf"))
    programs = [path for path in sorted((BUILD / arch).glob("*.elf")) if cases.file_of(path)]
    return tests + programs + inside


def _tests_of(image: Path, arch: str, host: str) -> list[Test]:
    path = cases.file_of(image)
    known = cases.read(path) if path else []
    if not known:
        parser = Parser(add_help=False)
        add_boot(parser)
        known = [cases.Case("", parser.parse_args([]))]
    found = []
    for case in known:
        # Words for a monitor are for ours.
        foreign = hosts.parse(host).vmm and case.options.vmm_args
        if not case.name or (case.applies(arch, host) and not foreign):
            args = argparse.Namespace(**vars(case.options), image=str(image), arch=arch)
            title = f"{image.stem}.{case.name}" if case.name else image.stem
            try:
                job = suite.with_known(job_from(args, title), host)
                found.append(Test(host, case.name, hosts.fitted(host, job)))
            except Problem as problem:
                raise Problem(f"{title}: {problem}", problem.status) from None
    return found


def traced(test: Test) -> Test:
    if not suite.is_suite(test.job):
        return test
    job = test.job._replace(append=f"{test.job.append} trace=hcall".strip(),
                            timeout=test.job.timeout or TRACED_LIMIT)
    return test._replace(job=job)


def collect(arch: str, host: str, globs: list[str]) -> list[Test]:
    """The tests that apply to a pair; only those that match a glob, if there are any."""
    return [test for image in _images(arch, host) for test in _tests_of(image, arch, host)
            if not globs or any(fnmatch.fnmatch(name, glob) for glob in globs
                                for name in (test.job.title, image.stem))]


class Board:
    """Takes the result of each boot: writes its TAP, and says how far we are."""

    def __init__(self, total: int):
        self._total, self._done = total, 0
        self._seconds: dict[tuple[str, str], dict[str, float]] = {}
        self._lock = threading.Lock()

    def take(self, test: Test, end: End, console: Console, seconds: float | None) -> None:
        if children.closed():
            return  # the user ended the run, and so this guest
        suite.give_reasons(test.job, test.host, console)
        lines, passed = verdict.as_tap(test.job, end, console)
        test.tap.parent.mkdir(parents=True, exist_ok=True)
        partial = test.tap.with_suffix(f".{os.getpid()}")
        partial.write_text("\n".join(lines) + "\n", encoding="utf-8")
        partial.replace(test.tap)
        with self._lock:
            self._done += 1
            pair = self._seconds.setdefault((test.job.arch.name, test.host), {})
            if seconds is not None:
                pair[test.job.title] = round(seconds, 3)
            self._say(test, passed, seconds)
            for name in suite.disappeared(console):
                print(f"        {name}: a known deviation that does not show any more")
            if not passed:
                self._say_why(test, end, console)

    def keep(self) -> list[Path]:
        """Writes down whose results they are; returns the folders."""
        found = []
        for (arch, host), seconds in self._seconds.items():
            found.append(RESULTS / hosts.folder(arch, host))
            results.write(found[-1], arch, host, known.version(host, arch), seconds)
        return found

    def _say(self, test: Test, passed: bool, seconds: float | None) -> None:
        width = len(str(self._total))
        word = show.coloured("ok  ", "green") if passed else show.coloured("FAIL", "red")
        took = f"{seconds:5.1f} s" if seconds is not None else ""
        print(f"[{self._done:{width}}/{self._total}] {word} {test.where:16} {test.job.title:40} "
              f"{took}",
              flush=True)

    @staticmethod
    def _say_why(test: Test, end: End, console: Console) -> None:
        complaints = verdict.judge(test.job, end, console)
        case = ["--case", test.case] if test.case else []
        again = shlex.join(["scripts/paravane", "run", "--on", test.host, *case,
                            shown(test.job.image)])
        for line in [*complaints, *explain(end, console, complaints), f"again: {again}"]:
            print(f"        {line}")
        sys.stdout.flush()


Task = Callable[[], None]


def _boot(host: str, job: Job, context: hosts.Context) -> suite.Boot:
    console = Console()
    try:
        console = Console(Elf(job.image))
        return suite.Boot(hosts.run(host, job, console, context), console)
    except Problem as problem:
        return suite.Boot(End("error", None, str(problem)), console)


def _again(test: Test, context: hosts.Context) -> Callable[[Job], suite.Boot]:
    return lambda job: _boot(test.host, job, context)


def _boot_one(test: Test, board: Board, context: hosts.Context) -> Task:
    def task() -> None:
        start = time.monotonic()
        boot = suite.complete(test.job, _boot(test.host, test.job, context),
                              _again(test, context))
        board.take(test, boot.end, boot.console, time.monotonic() - start)
    return task


def _boot_many(tests: list[Test], board: Board, context: hosts.Context) -> Task:
    """All of them in one Linux."""
    consoles = [Console() for _ in tests]
    done = set()
    parts: list[tuple[Test, suite.Boot]] = []  # of those that ended in the midst of a check

    def ended(number: int, end: End, seconds: float | None) -> None:
        done.add(number)
        boot = suite.Boot(end, consoles[number])
        if suite.rest(tests[number].job, boot):
            parts.append((tests[number], boot))
        else:
            board.take(tests[number], end, consoles[number], seconds)

    def task() -> None:
        try:
            consoles[:] = [Console(Elf(test.job.image)) for test in tests]
            nested.run_many([test.job for test in tests], consoles, context, ended)
        except Problem as problem:
            for number in set(range(len(tests))) - done:
                ended(number, End("error", None, str(problem)), None)
        for test, first in parts:
            boot = suite.complete(test.job, first, _again(test, context))
            board.take(test, boot.end, boot.console, None)
    return task


def _tasks(tests: list[Test], board: Board, context: hosts.Context, jobs: int) -> list[Task]:
    """The work to be done, in pieces that can be done at the same time; the longest first."""
    found = []
    for arch in ARCHES:
        for host in dict.fromkeys(t.host for t in tests if hosts.kind(t.host) == "nested"):
            inside = [t for t in tests if (t.host, t.job.arch.name) == (host, arch)]
            shares = min(jobs, -(-len(inside) // SHARE))
            found += [_boot_many(inside[first::shares], board, context) for first in range(shares)]
    return found + [_boot_one(t, board, context) for t in tests if hosts.kind(t.host) != "nested"]


def _work(tasks: list[Task], jobs: int) -> None:
    """Does all tasks, `jobs` at a time; what the first failure raised is raised here.

    The main thread only waits: it is where signals arrive, and children.kill_all() then lets every
    other thread come to its end.
    """
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        futures = [pool.submit(task) for task in tasks]
        try:
            for future in futures:
                future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            children.kill_all()
            raise


def _keep_sources(tests: list[Test], context: hosts.Context) -> None:
    """Keeps the sources of the suite's checks, for reports: the image itself tells them."""
    for arch in {test.job.arch.name for test in tests if suite.is_suite(test.job)}:
        try:
            listed = suite.listed(arch, context)
        except Problem:
            continue  # no QEMU for that architecture: reports then name no sources
        text = "".join(f"{mark['name']}\t{mark.get('source', '')}\n" for mark in listed)
        results.sources_file(arch).write_text(text, encoding="utf-8")


def _prove(tests: list[Test]) -> int:
    command = ["prove", "-Q", "--exec", "cat", *(shown(test.tap) for test in tests)]
    child = children.start(command)
    try:
        return child.wait()
    finally:
        children.kill(child)


def _wanted(args: argparse.Namespace) -> list[tuple[str, str]]:
    """The pairs of architecture and host that are asked for; each can run."""
    if args.all:
        found = []
        for arch, host in [(arch, host) for arch in ARCHES for host in hosts.every(arch)]:
            if reason := hosts.why_not(host, arch):
                print(f"left out: {arch} on {host}: {reason}")
            else:
                found.append((arch, host))
        return found
    pairs = [(args.arch, on) for on in args.on or ["qemu"]]
    for arch, on in pairs:
        if reason := hosts.why_not(on, arch):
            raise Problem(f"--on {on}: {reason}")
    return pairs


def boot_all(tests: list[Test], context: hosts.Context, jobs: int) -> list[Path]:
    """Boots all of them, keeps their results, and returns the folders where those are."""
    board = Board(len(tests))
    _work(_tasks(tests, board, context, jobs), jobs)
    _keep_sources(tests, context)
    return board.keep()


def _of_variant(everything: bool, host: str) -> list[str]:
    """Variants of a host are there for the suite; with --all, the other tests ran on the host."""
    return [suite.NAME] if everything and host not in hosts.WORDS else []


def run(args: argparse.Namespace, scratch: Scratch) -> int:
    """The command. Exit status: 0 if prove says that all passed."""
    pairs = _wanted(args)
    tests = [test for arch, host in pairs
             for test in collect(arch, host, args.globs or _of_variant(args.all, host))]
    if args.trace:
        tests = [traced(test) for test in tests]
    if not tests:
        where = ", ".join(f"{arch} on {host}" for arch, host in pairs)
        what = f"no test for {where} matches {' '.join(args.globs)}" if args.globs else (
            f"no test for {where} is built")
        raise Problem(f"{what}; `make` builds them, `scripts/paravane list` shows them", USAGE)
    if not args.globs:
        for stale in [path for folder in {test.tap.parent for test in tests}
                      for path in folder.glob("*.tap")]:
            stale.unlink(missing_ok=True)
    folders = boot_all(tests, hosts.Context(scratch, args.verbose), args.jobs)
    status = _prove(tests)
    print("TAP of each boot: " + ", ".join(f"{shown(folder)}/" for folder in sorted(folders)))
    reports.write([results.load(folder) for folder in folders], args.junit, args.html)
    return min(status, 1)
