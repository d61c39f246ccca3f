# SPDX-License-Identifier: BSD-2-Clause
"""What there is: `paravane hosts`, and `paravane list` of images or of the suite's checks."""
from __future__ import annotations

import textwrap
from pathlib import Path

from . import cases, hosts, show, suite
from .job import ARCHES
from .tree import BUILD, FAILED, Scratch, shown


def hosts_table(probe: bool) -> str:
    rows = [["architecture", "host", "available"]]
    for arch in ARCHES:
        for host in hosts.every(arch):
            if host == "kvm" and not probe:
                from . import kvm
                reason = kvm.why_not(arch, probe=False)
            else:
                reason = hosts.why_not(host, arch)
            rows.append([arch, host, f"no: {reason}" if reason else "yes"])
    return show.table(rows, {2: show.WIDTH - 12 - 6 - 4})


def hosts_command(probe: bool) -> int:
    print(hosts_table(probe))
    print()
    for name, words in hosts.WORDS.items():
        print(f"{name:8}{words}")
    print(f"{'cmd:…':8}your own VMM: --on 'cmd:my-vmm --kernel {{image}} --cmdline {{append}}'")
    return 0


def _line(image: Path) -> str:
    path = cases.file_of(image)
    known = cases.read(path) if path else []
    names = f" (cases: {', '.join(case.name for case in known)})" if known else ""
    return textwrap.fill(f"{image.stem}{names}", show.WIDTH, initial_indent="  ",
                         subsequent_indent="      ", break_on_hyphens=False)


def names_command(arch: str) -> int:
    """The checks of the conformance suite, one a line."""
    with Scratch() as scratch:
        print("\n".join(mark["name"] for mark in suite.listed(arch, hosts.Context(scratch))))
    return 0


def list_command() -> int:
    found = False
    for arch in ARCHES:
        for what, folder in (("programs", BUILD / arch), ("tests", BUILD / arch / "tests")):
            images = sorted(folder.glob("*.elf"))
            if images:
                found = True
                print(show.coloured(f"{arch} {what}", "bold") + f" ({shown(folder)}/)")
                print("\n".join(_line(image) for image in images))
    if not found:
        print("No image is built. `make` builds all of them; then "
              "`scripts/paravane run --arch s390x hello` boots one.")
    return 0 if found else FAILED
