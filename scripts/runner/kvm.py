# SPDX-License-Identifier: BSD-2-Clause
"""The host `kvm`: is this machine's /dev/kvm usable?

That it opens proves nothing: on some machines a guest's first hypercall never returns. So a probe
image is booted there with a time limit, and only if it has seen a hypercall return is the host
available. What was found is remembered until the next boot of this machine (or another probe).
"""
from __future__ import annotations

import errno
import json
import os
import platform
from pathlib import Path

from .console import Console
from .elf import Elf
from .job import ARCHES, End, Expect, Job
from .tree import BUILD, RUN

DEVICE = Path("/dev/kvm")
LIMIT = 3.0  # seconds; a working KVM takes a small fraction of one
PROBES = ("tests/kvm-probe.elf", "tour.elf")
INSTEAD = "use --on nested (Linux KVM inside QEMU) or --on qemu"


def _cannot_open() -> str:
    try:
        os.close(os.open(DEVICE, os.O_RDWR | os.O_CLOEXEC))
    except OSError as error:
        words = {errno.ENOENT: "there is no /dev/kvm here",
                 errno.EACCES: "/dev/kvm is not open to you; join the group that owns it"}
        return words.get(error.errno, f"/dev/kvm cannot be opened: {error.strerror}")
    return ""


def _identity(probe: Path) -> dict[str, object]:
    boot = Path("/proc/sys/kernel/random/boot_id")
    stat = probe.stat()
    return {"boot": boot.read_text().strip() if boot.exists() else "",
            "probe": [str(probe), stat.st_size, stat.st_mtime_ns]}


def why_not(arch: str, probe: bool = True) -> str:
    """Why /dev/kvm cannot run guests of that architecture; empty if it can."""
    from . import qemu

    here = platform.machine()
    if here != arch:
        return f"this machine is {here}: its KVM runs no {arch} guests"
    if reason := _cannot_open() or qemu.why_not(arch):
        return f"{reason}; {INSTEAD}"
    image = next((path for name in PROBES if (path := BUILD / arch / name).is_file()), None)
    if image is None:
        return f"not probed yet: the probe image is not built; `make` builds it ({INSTEAD})"
    found = _remembered(image)
    if found is None:
        if not probe:
            return "not probed yet; `scripts/paravane hosts` does it"
        found = _probe(image, arch)
        _remember(image, found)
    return f"{found}; {INSTEAD}" if found else ""


def _memory() -> Path:
    return RUN / "kvm-probe.json"


def _remembered(image: Path) -> str | None:
    try:
        memory = json.loads(_memory().read_text(encoding="utf-8"))
        return memory["found"] if memory["identity"] == _identity(image) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _remember(image: Path, found: str) -> None:
    RUN.mkdir(parents=True, exist_ok=True)
    partial = _memory().with_suffix(f".{os.getpid()}")
    partial.write_text(json.dumps({"identity": _identity(image), "found": found}),
                       encoding="utf-8")
    partial.replace(_memory())


def _probe(image: Path, arch: str) -> str:
    """Boots the probe; an empty string if it saw a hypercall return, else what it found."""
    from . import qemu, show

    show.status(f"probing /dev/kvm with {image.stem}, at most {LIMIT:g} s …")
    console = Console(Elf(image))
    job = Job(image, ARCHES[arch], timeout=LIMIT, expect=Expect())
    end = qemu.run(job, console, accel="kvm")
    return verdict_of(end, console)


def verdict_of(end: End, console: Console) -> str:
    """What a probe's end means."""
    calls = [call for call in console.marks("call") if call.get("name") != "unpatched"]
    if end.reason == "shutdown" and end.status == 0 and console.exit_status() == 0 and calls:
        return ""
    if not console.marks("boot"):
        what = "opens, but no guest starts on it"
    elif not calls:
        what = "opens and a guest starts on it, but its first hypercall does not return"
    else:
        what = f"works at first, but the guest stops after {len(calls)} hypercalls"
    return f"/dev/kvm {what} ({end.detail or end})"
