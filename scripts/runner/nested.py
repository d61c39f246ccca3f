# SPDX-License-Identifier: BSD-2-Clause
"""The host `nested`: real Linux KVM inside QEMU's TCG, and our monitor (vmm/) on it.

hosts/prepare puts a kernel and a base archive into build/hosts/ARCH/, and those of another version
of Linux into build/hosts/ARCH-VERSION/. A second cpio archive is appended here, with one folder
/jobs/NNN a job:

    image.elf   the guest             dtb, initrd   if the job has them
    args        options of the monitor, one word a line
    words       the guest's command line, one line
    program     instead of image.elf: a test of /dev/kvm itself (tests/host-kvm), which runs on
                Linux; its output goes where a guest's console goes, and /init reports its status
    timeout     seconds after which the job is ended from inside

With QEMU in our monitor's place, `program` is hosts/qemu-run.c, which starts QEMU and listens to
it; args are then the words of QEMU's command line, and words is the time limit of the guest.

/init (vmm/init.c) runs the jobs in order and powers off. Two serial ports come out of QEMU: ttyS0
carries Linux' console and the reports of /init and the monitor, ttyS1 the guest's console and
nothing else. On both ports the line "\\x1ejob NNN" stands before each job, "\\x1eend NNN" after it,
and "\\x1edone" at the end. The monitor's last line on a guest is

    vmm: end reason=shutdown|reset|panic|timeout|error vcpu=N status=N exits=N \\
             [resets=N] [pc=0x…] [why="…"]

and for each reset that it answered before, `vmm: reset count=N vcpu=N why="…"`.
"""
from __future__ import annotations

import re
import shlex
import shutil
import socket
import subprocess
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from . import children, devtree, qemu, show
from .console import Console, pairs
from .cpio import Cpio
from .elf import Elf
from .hosts import Context
from .job import End, Job
from .tree import BUILD, Problem, shown

TIMEOUT = 60.0
BOOT_LIMIT = 120.0   # seconds from QEMU's start to the first job, on a busy machine
JOB_GRACE = 15.0     # what Linux may need beside the job itself

MOST = 500           # jobs for one Linux: /init counts with three digits

JOB_END = "vmm: end "
PROGRAMS = "host-kvm"  # folder of build/hosts/HOST
QEMU_ARCHIVE = "qemu.cpio"  # QEMU for the inside, with qemu-run
QEMU_GRACE = 5.0            # seconds that qemu-run has to end its guest, after its time limit
QEMU_PLACE = "/qemu"
QEMU_MEMORY = "1G"          # of the outer machine: QEMU and its libraries lie in the ramdisk


class Outer(NamedTuple):
    """The machine that carries Linux with KVM."""
    qemu: str
    package: str
    kernel: str
    options: tuple[str, ...]
    append: str = "console=ttyS0"


OUTERS = {
    "x86_64": Outer("qemu-system-x86_64", "qemu-system-x86", "vmlinuz",
                    ("-M", "pc", "-cpu", "EPYC,+svm,+npt", "-m", "512"),
                    # A busy machine lets the watchdog think ill of the TSC, and then this KVM has no
                    # clock for KVM_HC_CLOCK_PAIRING.
                    "console=ttyS0 tsc=reliable"),
    "e500": Outer("qemu-system-ppc", "qemu-system-ppc", "vmlinux",
                  ("-M", "ppce500", "-cpu", "e500v2", "-m", "512")),
    # Another KVM for Power, which runs tests of /dev/kvm and none of our images.
    "book3s": Outer("qemu-system-ppc64", "qemu-system-ppc", "vmlinux",
                    ("-M", "pseries,x-vof=on,cap-cfpc=broken,cap-sbbc=broken,cap-ibs=broken,"
                     "cap-ccf-assist=off", "-cpu", "power8", "-m", "1G"),
                    "console=hvc0 disable_radix"),
}
BESIDE = {"e500": ("book3s",)}  # hosts whose programs count as tests of that architecture
# no_timer_check: x86's test of the PIT counts its ticks against the host's time, and panics when the
# host is too busy to deliver them. Other architectures take no notice of the word.
APPEND = "panic=-1 quiet no_timer_check"
NEVER = {"s390x": "not possible: TCG has no SIE instruction, so no KVM runs inside it; on qemu, "
                  "QEMU itself answers the hypercalls"}


def programs(arch: str, variant: str = "") -> list[Path]:
    """The tests of /dev/kvm itself: programs of Linux, made by hosts/prepare."""
    places = (arch,) if variant else (arch, *BESIDE.get(arch, ()))
    return [path for place in places if not why_not(place, variant)
            for path in sorted((BUILD / "hosts" / place / PROGRAMS).glob("*.elf"))]


def is_program(image: Path) -> bool:
    return image.parent.name == PROGRAMS


class Place(NamedTuple):
    """A Linux that runs jobs."""
    name: str          # of OUTERS
    variant: str = ""  # of its kernel

    @property
    def _beside(self) -> bool:
        """Some variants of a kernel share everything else with the usual one."""
        return bool(self.variant) and (BUILD / "hosts" / self.name / self._file).is_file()

    @property
    def _file(self) -> str:
        return f"{OUTERS[self.name].kernel}-{self.variant}"

    @property
    def _folder(self) -> Path:
        apart = self.variant and not self._beside
        return BUILD / "hosts" / (f"{self.name}-{self.variant}" if apart else self.name)

    @property
    def kernel(self) -> Path:
        return self._folder / (self._file if self._beside else OUTERS[self.name].kernel)

    @property
    def base(self) -> Path:
        return self._folder / "base.cpio"


def _place(job: Job) -> Place:
    """Which Linux runs it. (A test of /dev/kvm says itself where it belongs.)"""
    inside = is_program(job.image)
    return Place(job.image.parent.parent.name if inside else job.arch.name, job.kernel)


def _qemu_archive(arch: str) -> Path:
    return BUILD / "hosts" / arch / QEMU_ARCHIVE


def why_not(arch: str, variant: str = "", vmm: str = "") -> str:
    """Why there is no such nested host for that architecture; empty if there is one."""
    if arch in NEVER:
        return NEVER[arch]
    outer, place = OUTERS[arch], Place(arch, variant)
    if not shutil.which(outer.qemu):
        return f"{outer.qemu} is missing: apt install {outer.package}"
    if not place.kernel.is_file() or not place.base.is_file():
        return f"not prepared yet: hosts/prepare {arch} {variant}".rstrip() + " does it" + (
            "" if variant else " (or `make hosts`)")
    if vmm and not _qemu_archive(arch).is_file():
        return f"no QEMU for the inside of it: hosts/prepare {arch} makes it, for x86_64"
    return ""


def kernel_name(arch: str, variant: str = "") -> str:
    """`Linux 6.1.0-…` as it stands in the kernel, or just `Linux`."""
    data = Place(arch, variant).kernel.read_bytes()
    if data[0x202:0x206] == b"HdrS":  # x86: Linux' Documentation/arch/x86/boot.rst, kernel_version
        at = int.from_bytes(data[0x20e:0x210], "little") + 0x200
    else:
        banner = b"Linux version "
        at = data.find(banner) + len(banner)
    version = re.match(rb"\d[\w.+~-]+", data[at:at + 80])
    return f"Linux {version[0].decode()}" if version else "Linux"


class Splitter:
    """One serial port: what is a marker goes to `marker(word, number)`, the rest to `text`."""

    def __init__(self, marker: Callable[[str, int], None], text: Callable[[bytes], None]):
        self._marker, self._text = marker, text
        self._held = b""

    _MARK = re.compile(rb"\x1e(?:(job|end) (\d{3,})|(done))\r*\n")

    def feed(self, data: bytes) -> None:
        data = self._held + data
        at = 0
        while (start := data.find(b"\x1e", at)) >= 0:
            match = self._MARK.match(data, start)
            if match is None and len(data) - start < 16 and b"\n" not in data[start:]:
                break  # the rest of it is still on its way
            end = match.end() if match else start + 1
            self._pass(data[at:start] if match else data[at:end])
            if match:
                self._marker((match[1] or match[3]).decode(), int(match[2] or 0))
            at = end
        keep = start if start >= 0 else len(data)
        self._pass(data[at:keep])
        self._held = data[keep:]

    def _pass(self, data: bytes) -> None:
        if data:
            self._text(data)


class Report:
    """What the outside said about one job."""

    def __init__(self, job: Job, console: Console):
        self.job, self.console = job, console
        self.log = Console(Elf(job.image))  # lines of ttyS0 while it ran; gives names to addresses
        self.started = time.monotonic()
        self.ended = 0

    def end(self) -> End:
        """From the monitor's last line."""
        self.log.finish()
        self.console.finish()
        said = [line for line in self.log.lines if line.startswith(JOB_END)]
        others = [line for line in self.log.lines if not line.startswith(JOB_END) and line]
        if self.job.vmm:
            said = said[:1]  # that of qemu-run; /init then reports how qemu-run itself ended
        if not said:
            last = others[-1] if others else "it said nothing"
            return End("error", None, f"the monitor did not report an end; last: {last}",
                       tuple(others))
        facts = pairs(said[-1])
        reason = facts.get("reason", "error")
        return End(reason, self._status(reason, facts.get("status", "")),
                   self._detail(reason, facts, said[-1]), tuple(others),
                   qemu.EXIT_BITS if self.job.vmm else 32)

    def _status(self, reason: str, text: str) -> int | None:
        # On e500 a guest fails by pvpanic, which carries no status.
        dumb = reason == "panic" and self.job.arch.name == "e500"
        return int(text) if text.isdecimal() and reason != "reset" and not dumb else None

    def _detail(self, reason: str, facts: dict[str, str], line: str) -> str:
        where = line[line.index("pc="):].split(" why=")[0] if "pc=" in line else ""
        name = re.search(r" \[(\S+)\]$", line)
        if where and name and name[0] not in where:
            where += name[0]
        why = facts.get("why", "")
        if reason == "timeout":
            why = f"no end within {self.job.timeout or TIMEOUT:g} s"
        elif reason == "shutdown":
            where = ""
        return ", ".join(filter(None, (why, where)))


class Linux:
    """One boot of Linux that runs some jobs, numbered from 0; ended(n, End, seconds) for each."""

    def __init__(self, jobs: list[Report], context: Context,
                 ended: Callable[[int, End, float | None], None]):
        self.place = _place(jobs[0].job)
        self.with_qemu = any(report.job.vmm for report in jobs)
        self.jobs, self.context, self._ended = jobs, context, ended
        self.finished: set[int] = set()
        self.log: deque[str] = deque(maxlen=60)
        self._current: dict[str, int | None] = {"ttyS0": None, "ttyS1": None}
        self._moved = time.monotonic()
        self._begun = False
        self._errors = b""
        self._console = Console(None)

    def _archive(self) -> Path:
        """The base archive with the jobs appended to it."""
        parts = [self.place.base, *([_qemu_archive(self.place.name)] if self.with_qemu else [])]
        path = self.context.scratch.file(f"{self.place.name}-initrd")
        with path.open("wb") as out:
            for part in parts:
                with part.open("rb") as source:
                    shutil.copyfileobj(source, out)
                out.write(b"\0" * (-out.tell() % 4))
            archive = Cpio(out)
            archive.folder("jobs")
            archive.folder("images")
            images: dict[Path, str] = {}  # many jobs may boot the same image: it travels once
            for number, report in enumerate(self.jobs):
                image = report.job.image
                if image not in images:
                    images[image] = f"images/{len(images)}.elf"
                    archive.file(images[image], image.read_bytes())
                _add_job(archive, f"jobs/{number:03}", report.job, f"/{images[image]}")
            archive.finish()
        return path

    def _command(self, sockets: list[socket.socket]) -> list[str]:
        outer = OUTERS[self.place.name]
        more = ("-m", QEMU_MEMORY) if self.with_qemu else ()
        words = [outer.qemu, "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
                 "-accel", "tcg", "-smp", "1", *outer.options, *more,
                 "-kernel", str(self.place.kernel), "-initrd", str(self._archive()),
                 "-append", f"{outer.append} {APPEND}"]
        for name, end in zip(("ttyS0", "ttyS1"), sockets):
            words += ["-chardev", f"socket,id={name},fd={end.fileno()}",
                      "-serial", f"chardev:{name}"]
        return words

    def run(self) -> str:
        """Boots it and waits. Returns why not all jobs were run, or nothing."""
        mine, theirs = zip(socket.socketpair(), socket.socketpair())
        command = self._command(list(theirs))
        if self.context.verbose:
            show.status(shlex.join(command))
        try:
            child = children.start(command, pass_fds=[end.fileno() for end in theirs],
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        finally:
            for end in theirs:
                end.close()
        try:
            in_time = self._listen(child, mine)
            code = child.wait() if in_time else None
        finally:
            children.kill(child)
            child.stdout.close()
            for end in mine:
                end.close()
        return self._why_incomplete(code)

    def _listen(self, child: subprocess.Popen, ports: tuple[socket.socket, ...]) -> bool:
        def errors(data: bytes) -> None:
            self._errors = (self._errors + data)[-8192:]

        readers = {child.stdout: errors}
        for name, port, text in zip(self._current, ports, (self._on_log, self._on_guest)):
            splitter = Splitter(lambda word, number, name=name: self._marker(name, word, number),
                                text)
            readers[port] = splitter.feed
        return children.listen(child, readers, self._deadline)

    def _deadline(self) -> float:
        current = [self.jobs[n].job for n in self._current.values() if n is not None]
        limit = max(job.timeout or TIMEOUT for job in current) if current else 0.0
        return self._moved + (limit + JOB_GRACE if self._begun else BOOT_LIMIT)

    def _marker(self, port: str, word: str, number: int) -> None:
        self._moved = time.monotonic()
        self._begun = True
        report = self.jobs[number] if number < len(self.jobs) else None
        if word == "job" and report:
            self._current[port] = number
            report.started = time.monotonic()
        elif word == "end" and report and self._current[port] == number:
            self._current[port] = None
            report.ended += 1
            if report.ended == len(self._current):
                self._finish(number, report.end())

    def _finish(self, number: int, end: End) -> None:
        self.finished.add(number)
        report = self.jobs[number]
        report.console.finish()
        self._ended(number, end, time.monotonic() - report.started)

    def _on_guest(self, data: bytes) -> None:
        number = self._current["ttyS1"]
        if number is not None:
            self.jobs[number].console.feed(data)

    def _on_log(self, data: bytes) -> None:
        number = self._current["ttyS0"]
        console = self.jobs[number].log if number is not None else self._console
        before = len(console.lines)
        console.feed(data)
        self.log.extend(console.lines[before:])
        if self.context.verbose:
            for line in console.lines[before:]:
                show.status(f"ttyS0: {line}")

    def _why_incomplete(self, code: int | None) -> str:
        """Whose fault it is that jobs are left: that of the job under way, if there is one."""
        left = [number for number in range(len(self.jobs)) if number not in self.finished]
        if not left:
            return ""
        errors = self._errors.decode("utf-8", "replace").strip().splitlines()
        if code is None:
            why = f"{kernel_name(*self.place)} inside QEMU stopped moving"
        elif errors:
            why = f"QEMU exited with status {code}: {errors[-1]}"
        else:
            why = f"{kernel_name(*self.place)} inside QEMU ended early"
        under_way = [n for n in left if n in self._current.values()]
        for number in under_way:
            self._finish(number, End("error", None, f"{why} while it ran this", tuple(self.log)))
        return why


def _monitor_args(job: Job) -> list[str]:
    # A reset ends a guest, as on the other hosts; --vmm-args '--resets N' comes later and wins.
    args = ["--no-reset", *job.vmm_args]
    for option, value in (("--mem", job.mem), ("--cpus", str(job.cpus) if job.cpus > 1 else None)):
        if value:
            args += [option, value]
    return args


def _qemu_args(job: Job) -> list[str]:
    """QEMU's command line for the inside, where files have other names."""
    inside = job._replace(image=Path("image.elf"), dtb=job.dtb and Path("dtb"),
                          initrd=job.initrd and Path("initrd"))
    binary, *words = qemu.command_line(inside, "kvm")
    return [f"{QEMU_PLACE}/{binary}", "-L", QEMU_PLACE, *words,
            "-chardev", "file,id=console,path=/dev/ttyS1"]


def _add_job(archive: Cpio, folder: str, job: Job, image: str) -> None:
    limit = job.timeout or TIMEOUT
    args, words, name = _monitor_args(job), job.append, "image.elf"
    if is_program(job.image):
        name = "program"
    elif job.vmm:
        args, words = _qemu_args(job), f"{limit:g}"
        limit += QEMU_GRACE
    archive.folder(folder)
    archive.link(f"{folder}/{name}", image)
    if job.vmm:
        archive.link(f"{folder}/program", f"{QEMU_PLACE}/qemu-run")
    for file, path in (("dtb", job.dtb), ("initrd", job.initrd)):
        if path:
            archive.file(f"{folder}/{file}", path.read_bytes())
    archive.file(f"{folder}/args", "".join(f"{word}\n" for word in args))
    archive.file(f"{folder}/words", f"{words}\n")
    archive.file(f"{folder}/timeout", f"{limit:g}\n")


def _own_tree(job: Job) -> None:
    if job.arch.name == "e500":
        raise Problem(f"--dtb {shown(job.dtb)}: on nested, the machine's own tree is made inside; "
                      "give a whole tree (.dts) instead")


def _prepared(job: Job, context: Context) -> Job:
    if (job.machine or job.cpu) and not job.vmm:
        raise Problem("--machine and --cpu are for qemu and kvm; nested has the one machine of "
                      "vmm/, or --vmm qemu")
    return devtree.prepared(job, context.scratch, lambda: _own_tree(job))


def run_many(jobs: list[Job], consoles: list[Console], context: Context,
             ended: Callable[[int, End, float | None], None]) -> None:
    """Runs jobs of one architecture in one Linux, or in more if one of them takes it down.

    ended(index, End, seconds) is called for each, with its place in `jobs`.
    """
    jobs, left = list(jobs), []
    for n, job in enumerate(jobs):
        try:
            jobs[n] = _prepared(job, context)
            left.append(n)
        except Problem as problem:
            ended(n, End("error", None, str(problem)), None)
    kinds: dict[tuple[Place, str], list[int]] = {}
    for n in left:
        kinds.setdefault((_place(jobs[n]), jobs[n].vmm), []).append(n)
    for some in kinds.values():
        _run_at(some, jobs, consoles, context, ended)


def _run_at(left: list[int], jobs: list[Job], consoles: list[Console], context: Context,
            ended: Callable[[int, End, float | None], None]) -> None:
    """Runs those of the jobs that are `left`, all of them in the same kind of Linux."""
    while left:
        some = left[:MOST]
        linux = Linux([Report(jobs[n], consoles[n]) for n in some], context,
                      lambda number, end, seconds: ended(some[number], end, seconds))
        why = linux.run()
        if children.closed():
            return
        left = [n for at, n in enumerate(some) if at not in linux.finished] + left[MOST:]
        if not linux.finished:
            for n in left:
                ended(n, End("error", None, f"{why} before it ran a guest", tuple(linux.log)), None)
            return


def run(job: Job, console: Console, context: Context) -> End:
    """Boots one job."""
    ends: list[End] = []
    show.status(f"booting {kernel_name(job.arch.name, job.kernel)} with KVM inside QEMU, some "
                "seconds …")
    run_many([job], [console], context, lambda _, end, seconds: ends.append(end))
    return ends[0]
