# SPDX-License-Identifier: BSD-2-Clause
"""`scripts/bench`: what the runtime costs, in figures; docs/bench.md says what each one means."""
from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, TypeVar

from . import qemu, trace, verdict
from .console import Console
from .elf import Elf
from .job import ARCHES, Arch, Job
from .tree import BUILD, FAILED, ROOT, USAGE, Problem, Scratch, shown

GOALS = ROOT / "scripts" / "bench.goals"
TABLE = BUILD / "bench.tsv"
ROUNDS = 25        # of the two guests whose time is compared
TOO_SMALL = 4.0    # seconds: what does not end by then has too little memory
RAM = {"x86_64": "128M", "e500": "256M", "s390x": "128M"}
RAM_STEP = {"x86_64": 1, "e500": 64, "s390x": 1}  # MiB
RAM_END = 512
UNITS = {"main": "instructions", "main-1G-growth": "%", "hcall-added": "instructions",
         "hcall-invoke": "instructions", "trap": "instructions", "loaded": "bytes",
         "smallest-ram": "MiB", "hello/empty": "ratio"}


_Count = TypeVar("_Count")


def _twice(count: Callable[[], _Count]) -> _Count:
    """What is called exact must be the same in two runs."""
    first, second = count(), count()
    if first != second:
        raise Problem(f"two runs differ: {first} and {second}")
    return first


class Figure(NamedTuple):
    name: str
    arch: str
    value: float | None            # None: it could not be measured
    goal: float | None
    why: str = ""

    def met(self) -> bool:
        return self.goal is None or (self.value is not None and self.value <= self.goal)


def _number(value: float | None) -> str:
    if value is None:
        return "?"
    return f"{value:.2f}".rstrip("0").rstrip(".")


def goals() -> dict[str, dict[str, float | None]]:
    """{figure: {architecture: the largest value, or None}} from the table of goals."""
    rows = [line.split() for line in GOALS.read_text(encoding="utf-8").splitlines()
            if line and not line.startswith("#")]
    try:
        head, found = rows[0][1:], {}
        for name, *cells in rows[1:]:
            found[name] = {arch: None if cell == "-" else float(cell)
                           for arch, cell in zip(head, cells, strict=True)}
        return found
    except (IndexError, ValueError) as error:
        raise Problem(f"{shown(GOALS)}: {error}") from None


class Bench:
    """The figures of one architecture, on QEMU."""

    def __init__(self, arch: Arch, scratch: Scratch):
        self.arch, self._scratch = arch, scratch

    def job(self, image: str, mem: str | None = None, **more: object) -> Job:
        path = BUILD / self.arch.name / f"{image}.elf"
        if not path.is_file():
            raise Problem(f"{shown(path)} is missing: make bench", USAGE)
        return Job(path, self.arch, mem=mem or RAM[self.arch.name], **more)

    def _address(self, job: Job, name: str) -> int:
        for symbol in Elf(job.image).symbols:
            if symbol.name == name:
                return symbol.addr
        raise Problem(f"{shown(job.image)} has no function {name}()")

    @cached_property
    def to_main(self) -> int:
        return _twice(self._to_main)

    def _to_main(self, mem: str | None = None) -> int:
        """Instructions before the first one of main()."""
        job = self.job("hello", mem)
        end = self._address(job, "main")
        for count, counter in enumerate(trace.instructions(job, self._scratch)):
            if counter == end:
                return count
        raise Problem(f"{shown(job.image)}: the log ends before main()")

    def growth(self) -> float:
        """By how many per cent more memory changes that, more or less."""
        large = _twice(lambda: self._to_main("1G"))
        return abs(large / self.to_main - 1) * 100

    @cached_property
    def regions(self) -> dict[str, int]:
        return _twice(self._regions)

    def _regions(self) -> dict[str, int]:
        """Instructions of each function region_NAME() of tests/bench, in its last round."""
        job = self.job("bench/regions")
        begin, end = (self._address(job, name) for name in ("region_begin", "region_end"))
        names = {symbol.addr: symbol.name.removeprefix("region_")
                 for symbol in Elf(job.image).symbols if symbol.name.startswith("region_")
                 and symbol.addr not in (begin, end)}
        found, name, since = {}, "", 0
        for count, counter in enumerate(trace.instructions(job, self._scratch)):
            if counter == begin:
                since = count
            elif counter == end:
                found[name] = count - since
            name = names.get(counter, name)
        return {name: count - found["nothing"] for name, count in found.items()}

    def smallest_ram(self) -> int:
        """The first step of the machine's memory, from the smallest on, that hello runs in."""
        for mebi in range(RAM_STEP[self.arch.name], RAM_END, RAM_STEP[self.arch.name]):
            job, console = self.job("hello", f"{mebi}M", timeout=TOO_SMALL), Console()
            if not verdict.judge(job, qemu.run(job, console), console):
                return mebi
        raise Problem(f"hello runs in no memory below {RAM_END} MiB")

    def over_empty(self) -> float:
        """The time of a run of hello divided by that of a guest that only ends."""
        hello, empty = self.job("hello"), self.job("bench/empty")
        times: dict[Path, list[float]] = {hello.image: [], empty.image: []}
        for turn in range(ROUNDS + 1):
            for job in (hello, empty):
                start = time.perf_counter()
                end = qemu.run(job, Console())
                if end.reason != "shutdown":
                    raise Problem(f"{shown(job.image)}: {end}, expected a power-off")
                if turn:  # the first one finds cold caches
                    times[job.image].append(time.perf_counter() - start)
        return statistics.median(times[hello.image]) / statistics.median(times[empty.image])

    def measure(self, name: str) -> float:
        if name == "main":
            return self.to_main
        if name == "main-1G-growth":
            return self.growth()
        if name == "loaded":
            return Elf(self.job("hello").image).loaded
        if name == "smallest-ram":
            return self.smallest_ram()
        if name == "hello/empty":
            return self.over_empty()
        if name == "hcall-added":
            return max(self.regions[f"hcall{n}"] - self.regions[f"bare{n}"] for n in (0, 4))
        return self.regions[name.replace("-", "_")]


def _measured(arches: list[Arch], names: list[str], scratch: Scratch) -> Iterator[Figure]:
    limits = goals()
    for arch in arches:
        bench, reason = Bench(arch, scratch), qemu.why_not(arch.name)
        for name in names:
            value, why = None, reason
            if not reason:
                try:
                    value = bench.measure(name)
                except Problem as problem:
                    if problem.status == USAGE:
                        raise
                    why = str(problem)
            yield Figure(name, arch.name, value, limits.get(name, {}).get(arch.name), why)


def _show(figures: list[Figure], names: list[str], arches: list[Arch]) -> None:
    cells = {(figure.name, figure.arch): figure for figure in figures}
    rows = [["figure", "unit", *(part for arch in arches for part in (arch.name, "goal"))]]
    for name in names:
        row = [name, UNITS[name]]
        for arch in arches:
            figure = cells[name, arch.name]
            mark = "" if figure.met() else " !"
            row += [f"{_number(figure.value)}{mark}",
                    "" if figure.goal is None else f"<= {_number(figure.goal)}"]
        rows.append(row)
    widths = [max(len(row[i].rstrip(" !")) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        line = ""
        for i, (cell, width) in enumerate(zip(row, widths)):
            number, mark = cell.removesuffix(" !"), "!" if cell.endswith(" !") else " "
            line += number.ljust(width + 2) if i < 2 else number.rjust(width) + mark + " "
        print(line.rstrip())


def _write(figures: list[Figure]) -> None:
    lines = ["arch\tfigure\tvalue\tgoal\tunit\tmet"]
    lines += ["\t".join((figure.arch, figure.name, _number(figure.value),
                         "-" if figure.goal is None else _number(figure.goal),
                         UNITS[figure.name], "yes" if figure.met() else "no"))
              for figure in figures]
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def run(args: argparse.Namespace, scratch: Scratch) -> int:
    arches = [arch for arch in ARCHES.values() if args.arch in (None, arch.name)]
    names = args.figures or list(UNITS)
    for name in names:
        if name not in UNITS:
            raise Problem(f"{name}: there is no such figure; there are {', '.join(UNITS)}", USAGE)
    figures = list(_measured(arches, names, scratch))
    _show(figures, names, arches)
    for figure in figures:
        if figure.why:
            print(f"# {figure.arch}, {figure.name}: {figure.why}")
    missed = [figure for figure in figures if not figure.met()]
    if missed:
        print("! over its goal: " + ", ".join(f"{f.arch} {f.name}" for f in missed))
    if not args.figures and not args.arch:
        _write(figures)
        print(f"kept in {shown(TABLE)}")
    sys.stdout.flush()
    return FAILED if missed and args.check else 0
