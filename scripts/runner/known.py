# SPDX-License-Identifier: BSD-2-Clause
"""Known deviations of named hypervisors: tests/conformance/known.tsv.

One line each, columns separated by tabs: a glob for checks, architecture, host (`nested` means all
kernels with our own monitor, `nested*` any monitor), a glob for the version of the hypervisor (as
version() gives it), why, evidence. `#` begins a comment.
"""
from __future__ import annotations

import fnmatch
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from . import children, hosts, nested, qemu
from .tree import ROOT, USAGE, Problem, shown

FILE = ROOT / "tests" / "conformance" / "known.tsv"


class Known(NamedTuple):
    checks: str
    arch: str
    host: str
    version: str
    why: str
    evidence: str


def read(path: Path = FILE) -> list[Known]:
    """The lines of the file. Raises Problem with the line that is wrong."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        columns = [column.strip() for column in line.split("\t")]
        if len(columns) != len(Known._fields) or not all(columns):
            raise Problem(f"{shown(path)}:{number}: {len(columns)} columns; there are "
                          f"{len(Known._fields)}: {', '.join(Known._fields)}", USAGE)
        found.append(Known(*columns))
    return found


@cache
def _qemu_version(binary: str) -> str:
    match = re.search(r"version (\S+)", children.output_of([binary, "--version"])[1])
    return f"QEMU {match[1]}" if match else "QEMU"


@cache
def version(host: str, arch: str) -> str:
    """What answers hypercalls there: `QEMU 7.2.22`, `Linux 6.1.0-56-cloud-amd64 on QEMU 7.2.22`;
    on nested:qemu, `Linux 6.1.0-56-cloud-amd64 with QEMU 7.2.22 on QEMU 7.2.22`."""
    parts = hosts.parse(host)
    if parts.kind == "nested":
        outside = _qemu_version(nested.OUTERS[arch].qemu)
        vmm = f" with {outside}" if parts.vmm else ""
        return f"{nested.kernel_name(arch, parts.kernel)}{vmm} on {outside}"
    if parts.kind in ("qemu", "kvm"):
        return _qemu_version(qemu.MACHINES[arch].binary)
    return host


def of(host: str, arch: str) -> list[Known]:
    """Those that apply to a host."""
    parts = hosts.parse(host)
    names = (host, parts.kind) if not parts.vmm else (host,)
    return [known for known in read() if known.arch == arch
            and any(fnmatch.fnmatch(name, known.host) for name in names)
            and fnmatch.fnmatch(version(host, arch), known.version)]


def words(host: str, arch: str) -> str:
    """The command line's word that says them to the image; nothing if there are none."""
    globs = ",".join(known.checks for known in of(host, arch))
    return f"known={globs}" if globs else ""


def why(name: str, host: str, arch: str) -> str:
    """The reason for a check of that name, and where it is told."""
    return next((f"{known.why} ({known.evidence})" for known in of(host, arch)
                 if fnmatch.fnmatch(name, known.checks)), "")
