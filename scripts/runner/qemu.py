# SPDX-License-Identifier: BSD-2-Clause
"""The host `qemu`: a guest on QEMU, with TCG (or KVM, for kvm.py), driven by QMP.

How each machine tells the outside that it ended:
  all      power-off and reset: the event SHUTDOWN with its reason. QEMU runs with -no-reboot and
           -no-shutdown, so it stands still then and can be asked for registers.
  x86_64   isa-debug-exit: QEMU exits at once with 2*value+1, of which 8 bits arrive here.
  e500     pvpanic: the event GUEST_PANICKED, without a status.
  s390x    a disabled wait: at 0xfff a power-off, else GUEST_PANICKED with the address of the PSW;
           0xbad000 + 16*status is what our guests load there.
"""
from __future__ import annotations

import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from . import children, verdict
from .console import Console
from .elf import Elf
from .job import End, Job
from .qmp import Qmp
from .tree import Problem

TIMEOUT = 20.0
MEMORY = "256M"
EXIT_BITS = 7  # of a status that isa-debug-exit brings outside
LINGER = 5.0  # seconds QEMU may take to leave after `quit`


class Machine(NamedTuple):
    """A QEMU binary, where Debian keeps it, and what our guests expect to be there."""
    binary: str
    package: str
    machine: str
    cpu: str
    devices: tuple[str, ...]
    console: tuple[str, ...]
    tree: str        # option that carries a device tree
    counter: str     # the program counter in the output of `info registers`


MACHINES = {
    "x86_64": Machine("qemu-system-x86_64", "qemu-system-x86", "microvm", "max",
                      ("-device", "isa-debug-exit,iobase=0x501,iosize=2"),
                      ("-serial", "chardev:console"), "-initrd", r"\bR?E?IP=([0-9a-f]+)"),
    "e500": Machine("qemu-system-ppc", "qemu-system-ppc", "ppce500", "e500v2",
                    ("-device", "pvpanic-pci"),
                    ("-serial", "chardev:console"), "-dtb", r"\bNIP +([0-9a-f]+)"),
    "s390x": Machine("qemu-system-s390x", "qemu-system-misc", "s390-ccw-virtio", "max",
                     # A device to notify by diagnose 0x500, and one to set by diagnose 0x288.
                     ("-device", "virtio-rng-ccw", "-device", "diag288"),
                     ("-device", "sclpconsole,chardev=console"), "-initrd",
                     r"\baddr ([0-9a-f]+)"),
}
_NO_REGISTERS = re.compile(
    r"(FPR|FPSCR|F[0-9]{2}=|V[0-9]{2}=|XMM|YMM|ZMM|FCW|MXCSR|DR[0-7]|Opmask)")
_REASONS = {"guest-shutdown": "shutdown", "guest-reset": "reset", "guest-panic": "panic"}
S390_FAILURE, S390_STATUS = 0xbad000, 0xff0


def why_not(arch: str) -> str:
    """Why this machine cannot run that architecture; empty if it can."""
    machine = MACHINES[arch]
    if shutil.which(machine.binary):
        return ""
    return f"{machine.binary} is missing: apt install {machine.package}"


def command_line(job: Job, accel: str = "tcg") -> list[str]:
    """QEMU's command line for a job, without the sockets."""
    machine = MACHINES[job.arch.name]
    cpu = job.cpu or ("host" if accel == "kvm" else machine.cpu)
    words = [machine.binary, "-nodefaults", "-no-user-config", "-display", "none",
             "-no-reboot", "-no-shutdown", "-S", "-accel", accel,
             "-M", job.machine or machine.machine, "-cpu", cpu,
             "-m", job.mem or MEMORY, "-smp", str(job.cpus), "-kernel", str(job.image)]
    if job.append:
        words += ["-append", job.append]
    for option, file in (("-initrd", job.initrd), (machine.tree, job.dtb)):
        if file:
            words += [option, str(file)]
    words += machine.devices
    if "chardev=console" not in " ".join(job.vmm_args):  # else the user brings a console
        words += machine.console
    return [*words, *job.vmm_args]


def own_tree(job: Job, blob: Path, accel: str) -> Path | None:
    """The device tree that QEMU would make for this job, written to blob; None if it makes none."""
    machine = MACHINES[job.arch.name]
    if machine.tree != "-dtb":
        return None
    name = job.machine or machine.machine
    command = command_line(job._replace(dtb=None, machine=f"{name},dumpdtb={blob}"), accel)
    command += ["-chardev", "null,id=console"]
    status, text = children.output_of(command)
    if not blob.is_file():
        raise Problem(f"{machine.binary} did not write its device tree (status {status}): {text}")
    return blob


class Guest:
    """One QEMU with a guest in it, from its start to its End."""

    def __init__(self, job: Job, console: Console, accel: str, verbose: bool):
        self.job, self.console, self.verbose = job, console, verbose
        self.machine = MACHINES[job.arch.name]
        self.started = False           # the guest has executed something
        self.panic: dict | None = None
        self.reason = ""               # of the event SHUTDOWN
        self.errors = b""
        self.typed = job.typed         # what is still to be typed
        self.process = self._start(command_line(job, accel))

    def _start(self, command: list[str]) -> subprocess.Popen:
        mine, theirs = zip(socket.socketpair(), socket.socketpair())
        self._console_socket, self._qmp_socket = mine
        self.qmp = Qmp(self._qmp_socket, self._event)
        self.qmp.send("qmp_capabilities")
        self.qmp.send("cont")
        for name, end in zip(("console", "qmp"), theirs):
            command += ["-chardev", f"socket,id={name},fd={end.fileno()}"]
        command += ["-mon", "chardev=qmp,mode=control"]
        if self.verbose:
            print(f"paravane: {shlex.join(command)}", file=sys.stderr)
        try:
            return children.start(command, pass_fds=[end.fileno() for end in theirs],
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        finally:
            for end in theirs:
                end.close()

    def _event(self, name: str, data: dict) -> None:
        if self.verbose:
            print(f"paravane: QMP event {name} {data or ''}", file=sys.stderr)
        if name == "RESUME":
            self.started = True
        elif name == "GUEST_PANICKED" and not self.reason:
            self.panic, self.reason = data, "guest-panic"  # with -no-shutdown, no SHUTDOWN follows
        elif name == "SHUTDOWN" and not self.reason:
            self.reason = data.get("reason", "unknown")

    def _heard(self, data: bytes) -> None:
        """What the guest writes. When its first line is there, its console takes input."""
        self.console.feed(data)
        if self.typed and self.console.marks("boot"):
            text = "".join(f"{line}\n" for line in self.typed)
            self.typed = ()
            self._console_socket.sendall(text.encode())

    def _listen(self, deadline: float, stop: bool) -> bool:
        def errors(data: bytes) -> None:
            self.errors = (self.errors + data)[-65536:]
        return children.listen(
            self.process, {self._console_socket: self._heard,
                           self._qmp_socket: self.qmp.feed, self.process.stdout: errors},
            lambda: deadline, (lambda: bool(self.reason)) if stop else (lambda: False))

    def watch(self) -> End:
        """Waits for the end of the guest, ends QEMU, and says how it was."""
        limit = self.job.timeout or TIMEOUT
        in_time = self._listen(time.monotonic() + limit, stop=True)
        if not in_time:
            end = self._too_late(limit)
        elif self.reason:
            end = self._shut_down()
            self.qmp.send("quit")
            self._listen(time.monotonic() + LINGER, stop=False)
        else:
            end = self._exited(self.process.wait())
        self.console.finish()
        return end

    def close(self) -> None:
        children.kill(self.process)
        self._console_socket.close()
        self._qmp_socket.close()
        self.process.stdout.close()

    def _shut_down(self) -> End:
        reason = _REASONS.get(self.reason, "error")
        detail, status, report = "", None, ()
        if reason == "error":
            detail = f"QEMU ended the guest: {self.reason}"
        elif reason == "shutdown":
            status = 0
        elif reason == "panic":
            status, detail = self._panic_status()
        unforeseen = reason == "panic" and self.console.exit_status() is None
        if unforeseen or (
                reason == "reset" and verdict.wanted(self.job, self.console).reason != "reset"):
            places, report = self._registers()
            detail = ", ".join(filter(None, (detail, places)))
        return End(reason, status, detail, report)

    def _panic_status(self) -> tuple[int | None, str]:
        info = (self.panic or {}).get("info", {})
        if info.get("type") != "s390":
            return None, ""
        addr = info.get("psw-addr", 0)
        if info.get("reason") == "disabled-wait" and addr & ~S390_STATUS == S390_FAILURE:
            return (addr & S390_STATUS) >> 4, ""
        return None, f"{info.get('reason', 'stopped')}, PSW address {addr:#x}"

    def _exited(self, code: int) -> End:
        """QEMU left by itself: by isa-debug-exit, or because it could not go on."""
        text = self.errors.decode("utf-8", "replace")
        bad = [line for line in text.splitlines() if line and "warning:" not in line]
        if not bad and self.started and code > 0 and code & 1 and self.job.arch.name == "x86_64":
            return End("panic" if code >> 1 else "shutdown", code >> 1, bits=EXIT_BITS)
        how = f"was killed by signal {-code}" if code < 0 else f"exited with status {code}"
        what = bad[0] if bad else "it said nothing about why"
        return End("error", None, f"{self.machine.binary} {how}: {what}", tuple(bad))

    def _too_late(self, limit: float) -> End:
        self.qmp.ask("stop")
        places, report = self._registers()
        detail = f"no end within {limit:g} s"
        return End("timeout", None, f"{detail}; {places or 'and QEMU does not answer'}", report)

    def _registers(self) -> tuple[str, tuple[str, ...]]:
        """Where each CPU stands, in one line, and its general and control registers."""
        text = self.qmp.monitor("info registers -a")
        image = Elf(self.job.image)
        places = []
        for number, counter in enumerate(re.findall(self.machine.counter, text)):
            name = image.name_of(int(counter, 16))
            places.append(f"CPU {number} at pc=0x{counter.lstrip('0') or '0'}"
                          f"{' ' + name if name else ''}")
        lines = [line.rstrip() for line in text.splitlines()
                 if line.strip() and not _NO_REGISTERS.match(line)]
        return ", ".join(places), tuple(lines)


def run(job: Job, console: Console, verbose: bool = False, accel: str = "tcg") -> End:
    """Boots a job. Raises Problem if QEMU is missing."""
    if reason := why_not(job.arch.name):
        raise Problem(reason)
    guest = Guest(job, console, accel, verbose)
    try:
        return guest.watch()
    finally:
        guest.close()
