# SPDX-License-Identifier: BSD-2-Clause
"""The hosts: where an image can run, and why not.

A new host is a module with why_not() and run(), and one entry here.
"""
from __future__ import annotations

from typing import NamedTuple

from . import command, devtree
from .console import Console
from .job import ARCHES, End, Job
from .tree import USAGE, Problem, Scratch

WORDS = {"qemu": "QEMU's software emulation (TCG): QEMU itself is the hypervisor, if it is one",
         "kvm": "this machine's /dev/kvm, with QEMU, once a probe has seen it work",
         "nested": "real Linux KVM inside QEMU, with the monitor of vmm/"}


class Context(NamedTuple):
    """What a run is given beside its job."""
    scratch: Scratch
    verbose: bool = False


def check_name(name: str) -> None:
    if name not in WORDS and not name.startswith(command.PREFIX):
        raise Problem(f"--on {name}: there is no such host; there are {', '.join(WORDS)}, and "
                      f"{command.PREFIX}'your VMM {{image}}'", USAGE)


def why_not(name: str, arch: str) -> str:
    """Why the host cannot run images of that architecture, in words; empty if it can."""
    if name == "qemu":
        from . import qemu
        return qemu.why_not(arch)
    if name == "kvm":
        from . import kvm
        return kvm.why_not(arch)
    if name == "nested":
        from . import nested
        return nested.why_not(arch)
    return ""


def run(name: str, job: Job, console: Console, context: Context) -> End:
    """Boots a job on a host. Raises Problem if the host is not there."""
    if name.startswith(command.PREFIX):
        job = devtree.prepared(job, context.scratch, lambda: None)
        return command.run(name.removeprefix(command.PREFIX), job, console, context.verbose)
    if reason := why_not(name, job.arch.name):
        raise Problem(f"--on {name}: {reason}")
    if name == "nested":
        from . import nested
        return nested.run(job, console, context)
    from . import qemu
    accel = "kvm" if name == "kvm" else "tcg"
    job = devtree.prepared(job, context.scratch,
                           lambda: qemu.own_tree(job, context.scratch.file("own.dtb"), accel))
    return qemu.run(job, console, context.verbose, accel)


def pairs(arch: str | None = None, host: str | None = None) -> list[tuple[str, str]]:
    """Every (architecture, host) that can run now; only those of an architecture or host, if given.

    Others are not even asked: a probe takes time.
    """
    return [(a, h) for a in ARCHES for h in WORDS
            if arch in (None, a) and host in (None, h) and not why_not(h, a)]
