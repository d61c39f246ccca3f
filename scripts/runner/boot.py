# SPDX-License-Identifier: BSD-2-Clause
"""One boot: `paravane run` shows it, `paravane tap` writes it down for prove."""
from __future__ import annotations

import argparse
import sys

from . import hosts, suite, verdict
from .console import Console
from .elf import Elf
from .job import End, Job
from .options import job_from
from .tree import FAILED, Scratch

LAST_LINES = 10


def prepare(args: argparse.Namespace) -> Job:
    """The job of a command line, completed by its case and by what is known of the host."""
    if args.case is not None:
        from . import cases

        cases.complete(args)
    return suite.with_known(job_from(args), args.on)


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def explain(end: End, console: Console, complaints: list[str]) -> list[str]:
    """What helps to understand a failure, after the line that names it."""
    lines = []
    if end.reason == "timeout":
        last = console.lines[-LAST_LINES:]
        lines += ["last lines of the console:", *(f"  {line}" for line in last)] if last else []
    state = [line for line in end.report if not line.startswith("vmm: trace ")]
    if state and complaints:
        lines += ["last state:", *(f"  {line}" for line in state)]
    return lines


def trace(end: End) -> list[str]:
    """The exits that our monitor saw, less those for the serial port, which every byte costs."""
    exits = [line.removeprefix("vmm: ") for line in end.report if line.startswith("vmm: trace ")]
    shown = [line for line in exits if " device=uart." not in line]
    return [f"paravane: {line}" for line in shown] + [
        f"paravane: trace: {len(exits) - len(shown)} exits for the serial port are left out"]


def run(args: argparse.Namespace, scratch: Scratch) -> int:
    job = prepare(args)
    console = Console(Elf(job.image), _write)
    end = hosts.run(args.on, job, console, hosts.Context(scratch, args.verbose))
    complaints = verdict.judge(job, end, console)
    sys.stdout.flush()
    if "--trace" in job.vmm_args:
        print("\n".join(trace(end)), file=sys.stderr)
    if not complaints:
        if args.verbose or verdict.wanted(job, console).said:
            print(f"paravane: seen from outside: {verdict.completed(end, console)}, as expected",
                  file=sys.stderr)
        return 0
    for line in explain(end, console, complaints):
        print(f"paravane: {line}", file=sys.stderr)
    print(f"paravane: FAILED {job.title} on {args.on}: {'; '.join(complaints)}", file=sys.stderr)
    return FAILED


def tap(args: argparse.Namespace, scratch: Scratch) -> int:
    job = prepare(args)
    console = Console(Elf(job.image))
    end = hosts.run(args.on, job, console, hosts.Context(scratch, args.verbose))
    lines, passed = verdict.as_tap(job, end, console)
    _write("\n".join(lines) + "\n")
    return 0 if passed else FAILED
