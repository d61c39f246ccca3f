# SPDX-License-Identifier: BSD-2-Clause
"""The hosts: where an image can run, and why not.

A new host is a module with why_not() and run(), and one entry here. A host may come in variants,
which are part of its name:

    qemu:MACHINE[/CPU]              the same for kvm
    nested:KERNEL                   another Linux (hosts/prepare ARCH KERNEL)
    nested:qemu[/MACHINE[/CPU]]     QEMU instead of our own monitor
    nested:KERNEL,qemu/…            both
"""
from __future__ import annotations

import re
from typing import NamedTuple

from . import command, devtree
from .console import Console
from .job import ARCHES, End, Job
from .tree import USAGE, Problem, Scratch

WORDS = {"qemu": "QEMU's software emulation (TCG): QEMU itself is the hypervisor, if it is one",
         "kvm": "this machine's /dev/kvm, with QEMU, once a probe has seen it work",
         "nested": "real Linux KVM inside QEMU, with the monitor of vmm/"}
# What `check --all` runs beside them, where it is there.
VARIANTS = {"x86_64": ("nested:6.12", "nested:qemu/microvm", "nested:qemu/q35"),
            "e500": ("nested:plain",)}
QEMU_VMM = "qemu"


class Context(NamedTuple):
    """What a run is given beside its job."""
    scratch: Scratch
    verbose: bool = False


class Host(NamedTuple):
    """The parts of a host's name."""
    kind: str             # a word of WORDS, or cmd
    template: str = ""    # of cmd
    kernel: str = ""
    vmm: str = ""
    machine: str = ""
    cpu: str = ""


def kind(name: str) -> str:
    return name.partition(":")[0]


def short(name: str) -> str:
    """The name in reports: what stands behind cmd: is for those who typed it."""
    return "cmd" if name.startswith(command.PREFIX) else name


def folder(arch: str, name: str) -> str:
    """The name of a pair's folder of results."""
    return f"{arch}-{re.sub(r'[^A-Za-z0-9._]+', '-', short(name))}"


def parse(name: str) -> Host:
    """The parts of a name that check_name() accepts."""
    word, _, variant = name.partition(":")
    if word == "cmd":
        return Host(word, variant)
    if word != "nested":
        machine, _, cpu = variant.partition("/")
        return Host(word, machine=machine, cpu=cpu)
    kernel = ""
    for part in filter(None, variant.split(",")):
        vmm, _, rest = part.partition("/")
        if vmm == QEMU_VMM:
            machine, _, cpu = rest.partition("/")
            return Host(word, "", kernel, vmm, machine, cpu)
        kernel = part
    return Host(word, kernel=kernel)


def fitted(name: str, job: Job) -> Job:
    """The job with what the host's name asks for; the job's own options win."""
    host = parse(name)
    return job._replace(kernel=host.kernel, vmm=host.vmm, cpu=job.cpu or host.cpu or None,
                        machine=job.machine or host.machine or None)


def check_name(name: str) -> None:
    word, colon, variant = name.partition(":")
    if word in WORDS and (not colon or re.fullmatch(r"[\w.+/,=-]+", variant)):
        return
    if not name.startswith(command.PREFIX):
        raise Problem(f"--on {name}: there is no such host; there are {', '.join(WORDS)}, and "
                      f"{command.PREFIX}'your VMM {{image}}'", USAGE)


def named(name: str, vmm: str | None, machine: str | None = None, cpu: str | None = None) -> str:
    """The name of a host with --vmm, --machine and --cpu in it."""
    word = kind(name)
    if vmm and word != "nested":
        raise Problem(f"--vmm {vmm} goes with --on nested, which has a choice of monitors", USAGE)
    if cpu and not machine:
        machine = "microvm"
    if not vmm and not machine or vmm == "own" and not machine:
        return name
    if parse(name).machine or parse(name).vmm or word == "cmd" or (word == "nested"
                                                                   and vmm != QEMU_VMM):
        raise Problem(f"--on {name}: --vmm, --machine and --cpu do not fit it", USAGE)
    part = "/".join(filter(None, (vmm, machine, cpu)))
    return f"{name}{',' if ':' in name else ':'}{part}"


def why_not(name: str, arch: str) -> str:
    """Why the host cannot run images of that architecture, in words; empty if it can."""
    word = kind(name)
    if word == "qemu":
        from . import qemu
        return qemu.why_not(arch)
    if word == "kvm":
        from . import kvm
        return kvm.why_not(arch)
    if word == "nested":
        from . import nested
        host = parse(name)
        return nested.why_not(arch, host.kernel, host.vmm)
    return ""


def run(name: str, job: Job, console: Console, context: Context) -> End:
    """Boots a job on a host. Raises Problem if the host is not there."""
    if job.typed and kind(name) not in ("qemu", "kvm"):
        raise Problem(f"--type: nobody can type on {short(name)}; it goes with --on qemu", USAGE)
    if name.startswith(command.PREFIX):
        job = devtree.prepared(job, context.scratch, lambda: None)
        return command.run(name.removeprefix(command.PREFIX), job, console, context.verbose)
    if reason := why_not(name, job.arch.name):
        raise Problem(f"--on {name}: {reason}")
    job = fitted(name, job)
    if kind(name) == "nested":
        from . import nested
        return nested.run(job, console, context)
    from . import qemu
    accel = "kvm" if kind(name) == "kvm" else "tcg"
    job = devtree.prepared(job, context.scratch,
                           lambda: qemu.own_tree(job, context.scratch.file("own.dtb"), accel))
    return qemu.run(job, console, context.verbose, accel)


def every(arch: str) -> tuple[str, ...]:
    """All hosts of an architecture, with the variants that are worth a run of their own."""
    return (*WORDS, *VARIANTS.get(arch, ()))


def pairs(arch: str | None = None, host: str | None = None) -> list[tuple[str, str]]:
    """Every (architecture, host) that can run now; only those of an architecture or host, if given.

    Others are not even asked: a probe takes time.
    """
    return [(a, h) for a in ARCHES for h in ([host] if host else WORDS)
            if arch in (None, a) and not why_not(h, a)]
