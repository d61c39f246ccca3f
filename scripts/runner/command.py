# SPDX-License-Identifier: BSD-2-Clause
"""The host `cmd:TEMPLATE`: any VMM, by the command that boots an image on it.

The template is split like a shell's command line; in each word {image} {append} {dtb} {initrd}
{mem} {cpus} {arch} are replaced. The console must arrive on standard output. The end is judged by
the exit status (0: power-off, else a failure with that status) and by the console.
"""
from __future__ import annotations

import re
import shlex
import signal
import subprocess
import sys
import time

from . import children
from .console import Console
from .job import End, Job
from .tree import USAGE, Problem

PREFIX = "cmd:"
TIMEOUT = 20.0
_FIELD = re.compile(r"\{(image|append|dtb|initrd|mem|cpus|arch)\}")


def command_line(template: str, job: Job) -> list[str]:
    """The words of the command for a job."""
    values = {"image": str(job.image), "append": job.append, "dtb": str(job.dtb or ""),
              "initrd": str(job.initrd or ""), "mem": job.mem or "256M", "cpus": str(job.cpus),
              "arch": job.arch.name}
    for name in ("append", "dtb", "initrd"):
        if values[name] and f"{{{name}}}" not in template:
            raise Problem(f"--{name} is given, but the template has no place for it: "
                          f"write {{{name}}} where your VMM takes it", USAGE)
    try:
        words = shlex.split(template)
    except ValueError as error:
        raise Problem(f"--on {PREFIX}{template}: {error}", USAGE) from None
    if "{image}" not in template:
        raise Problem(f"--on {PREFIX}…: write {{image}} where your VMM takes the image, "
                      f"as in --on '{PREFIX}my-vmm --kernel {{image}}'", USAGE)
    words = [_FIELD.sub(lambda match: values[match[1]], word) for word in words]
    return [*words, *job.vmm_args]


def run(template: str, job: Job, console: Console, verbose: bool = False) -> End:
    """Boots a job with the user's command."""
    command = command_line(template, job)
    if verbose:
        print(f"paravane: {shlex.join(command)}", file=sys.stderr)
    child = children.start(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    errors = b""

    def keep(data: bytes) -> None:
        nonlocal errors
        errors = (errors + data)[-65536:]

    try:
        limit = job.timeout or TIMEOUT
        deadline = time.monotonic() + limit
        in_time = children.listen(child, {child.stdout: console.feed, child.stderr: keep},
                                  lambda: deadline)
        code = child.wait() if in_time else None
    finally:
        children.kill(child)
        child.stdout.close()
        child.stderr.close()
    console.finish()
    return _end(code, limit, tuple(errors.decode("utf-8", "replace").splitlines()))


def _end(code: int | None, limit: float, report: tuple[str, ...]) -> End:
    if code is None:
        return End("timeout", None, f"no end within {limit:g} s", report)
    if code < 0:
        return End("error", None, f"the VMM was killed: {signal.strsignal(-code)}", report)
    return End("panic" if code else "shutdown", code, "", report if code else (), bits=8)
