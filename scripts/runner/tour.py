# SPDX-License-Identifier: BSD-2-Clause
"""`paravane tour`: build/ARCH/tour.elf on every host that there is, and one table over all.

The table is made from lines that the guest prints for programs (`# paravane boot …`, and one
`# paravane call …` for each hypercall it tried) and from how the machine ended, seen from
outside.
"""
from __future__ import annotations

import sys

from . import beside, hosts, show, verdict
from .console import Console
from .elf import Elf
from .job import ARCHES, End, Job
from .tree import BUILD, FAILED, Problem, Scratch

HEAD = ["arch", "host", "hypervisor", "ABI", "instructions", "features", "calls as documented",
        "ended by"]
# So that there is a call that the monitor answers. (On e500 those that nobody knows come to it.)
LEFT_TO_THE_MONITOR = {"x86_64": ["--cap", "exit-hypercall"]}
LIMITS = {2: 12, 3: 9, 4: 17, 5: 10, 6: 14, 7: 12}


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _instructions(text: str) -> str:
    """Bytes in hexadecimal, a blank after every four of them."""
    if any(c not in "0123456789abcdef" for c in text):
        return text
    return " ".join(text[at:at + 8] for at in range(0, len(text), 8))


def _calls(console: Console) -> str:
    made = [call for call in console.marks("call") if call.get("name") != "unpatched"]
    if not made:
        return "nobody to call" if console.marks("call") else "-"
    good = sum(call.get("answer") == "as-documented" for call in made)
    return f"{good} of {len(made)}"


def row(arch: str, host: str, console: Console, end: End) -> list[str]:
    """One line of the table."""
    marks = console.marks("boot")
    boot = marks[-1] if marks else {}
    return [arch, host, boot.get("hypervisor", "-"), boot.get("abi", "-"),
            _instructions(boot.get("insns", "-")), boot.get("features", "-"), _calls(console),
            str(end)]


def _stop(arch: str, host: str, context: hosts.Context) -> tuple[list[str], list[str]]:
    """One stop of the tour: its line of the table, and what was wrong."""
    image = BUILD / arch / "tour.elf"
    console = Console(Elf(image), _write)
    own = hosts.kind(host) == "nested" and not hosts.parse(host).vmm
    job = Job(image, ARCHES[arch], title="tour",
              vmm_args=["--trace", *LEFT_TO_THE_MONITOR.get(arch, [])] if own else [])
    words = hosts.WORDS.get(hosts.kind(host), host)
    _write("\n" + show.heading(f"{arch} on {host}: {words}") + "\n\n")
    try:
        end = hosts.run(host, job, console, context)
    except Problem as problem:
        end = End("error", None, str(problem))
    if own:
        _write("\nThe calls again, from both sides:\n\n" + beside.text(end.report) + "\n")
    complaints = verdict.judge(job, end, console)
    for line in complaints:
        _write(f"paravane: {line}\n")
    return row(arch, host, console, end), complaints


def _stops(arch: str | None, host: str | None) -> list[tuple[str, str]]:
    wanted = hosts.pairs(arch, host)
    built = [(a, h) for a, h in wanted if (BUILD / a / "tour.elf").is_file()]
    if not wanted:
        raise Problem("no host for that tour; `scripts/paravane hosts` says why")
    if not built:
        raise Problem("the tour is not built yet: `make images` builds it, `make run` shows it")
    return built


def run(arch: str | None, host: str | None, scratch: Scratch, verbose: bool) -> int:
    """The command. Exit status: 0 if every stop went well."""
    rows, wrong = [HEAD], []
    for stop in _stops(arch, host):
        line, complaints = _stop(*stop, hosts.Context(scratch, verbose))
        rows.append(line)
        wrong += [f"{' on '.join(stop)}: {text}" for text in complaints]
    _write("\n" + show.heading("The tour in one table") + "\n\n")
    _write(show.table(rows, LIMITS) + "\n")
    for text in wrong:
        print(f"paravane: FAILED {text}", file=sys.stderr)
    return FAILED if wrong else 0
