# SPDX-License-Identifier: BSD-2-Clause
"""Device trees for guests: what --dtb names becomes a blob.

    F.dtb   (or any other name) is given to the guest as it is, damaged or not
    F.dts   is compiled by dtc: a whole tree
    F.dtsi  is laid over the machine's own tree, or over an empty one where the machine has none
"""
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .children import output_of
from .job import Job
from .tree import Problem, Scratch, shown

EMPTY = "/dts-v1/;\n/ { };\n"


def _dtc(form_in: str, form_out: str, source: Path, out: Path, about: Path) -> Path:
    status, text = output_of(["dtc", "-q", "-I", form_in, "-O", form_out, "-o", str(out),
                              str(source)])
    if status:
        lines = text.strip().splitlines() or [f"dtc exited with status {status}"]
        raise Problem(f"--dtb {shown(about)}: dtc refuses it: {lines[0]}")
    return out


def _overlaid(part: Path, own: Path | None, scratch: Scratch) -> Path:
    """The machine's own tree as source, with the user's part behind it: dtc merges the nodes."""
    base = EMPTY
    if own is not None:
        base = _dtc("dtb", "dts", own, scratch.file("own.dts"), part).read_text(encoding="utf-8")
    whole = scratch.file(f"{part.stem}.dts")
    whole.write_text(base + part.read_text(encoding="utf-8"), encoding="utf-8")
    return whole


def prepared(job: Job, scratch: Scratch, own_tree: Callable[[], Path | None]) -> Job:
    """The job with a blob in place of a source. own_tree() is asked only for a .dtsi."""
    source = job.dtb
    if source is None or source.suffix not in (".dts", ".dtsi"):
        return job
    whole = _overlaid(source, own_tree(), scratch) if source.suffix == ".dtsi" else source
    return job._replace(dtb=_dtc("dts", "dtb", whole, scratch.file(f"{source.stem}.dtb"), source))
