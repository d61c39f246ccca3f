# SPDX-License-Identifier: BSD-2-Clause
"""Which instructions did a guest execute? From QEMU's execution log, exact and repeatable.

-singlestep makes TCG translate one instruction a block, and `-d exec,nochain` writes a line for each
block that is entered. A block that is left at its beginning, because an interrupt is due, has been
written down but not executed; QEMU says so in a line of its own, and we take it back.

An instruction that faults and is started again counts each time; so does each step of a string
instruction (x86_64 rep, s390x mvcle), which are what the CPU does one after the other.
"""
from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from . import qemu, verdict
from .console import Console
from .elf import SHF_EXECINSTR, Elf
from .job import Job
from .tree import Problem, Scratch, shown

_ENTERED = re.compile(rb"Trace \d+: \S+ \[[0-9a-f]+/([0-9a-f]+)/")
_NOT_EXECUTED = b"Stopped execution of TB chain"


def checked_run(job: Job) -> None:
    """Boots a job on QEMU and raises Problem if it does not end as it should."""
    console = Console()
    end = qemu.run(job, console)
    if complaints := verdict.judge(job, end, console):
        raise Problem(f"{shown(job.image)} on {job.arch.name}: {'; '.join(complaints)}")


def _entered(log: Path) -> Iterator[int]:
    """The program counter of each instruction that was executed, in order."""
    last = None
    with log.open("rb") as lines:
        for line in lines:
            match = _ENTERED.match(line)
            if match:
                if last is not None:
                    yield last
                last = int(match[1], 16)
            elif line.startswith(_NOT_EXECUTED):
                last = None
    if last is not None:
        yield last


def instructions(job: Job, scratch: Scratch) -> Iterator[int]:
    """Runs a job with one CPU and hands out its program counters from the image's first one on."""
    log = scratch.file("exec.log")
    checked_run(job._replace(vmm_args=(*job.vmm_args, "-singlestep", "-d", "exec,nochain",
                                       "-D", str(log))))
    code = [range(section.addr, section.addr + section.size)
            for section in Elf(job.image).sections if section.flags & SHF_EXECINSTR]
    begun = False
    for counter in _entered(log):
        begun = begun or any(counter in place for place in code)
        if begun:
            yield counter
    log.unlink()
