# SPDX-License-Identifier: BSD-2-Clause
"""Feature bits by their names: tests/conformance/features.tsv."""
from __future__ import annotations

from functools import cache

from .tree import ROOT

FILE = ROOT / "tests" / "conformance" / "features.tsv"


@cache
def names(arch: str) -> dict[int, tuple[str, str]]:
    """Name and meaning of each bit that has one."""
    try:
        lines = FILE.read_text(encoding="utf-8").splitlines()
    except OSError:
        return {}
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return {int(row[1]): (row[2], row[3]) for row in rows if len(row) == 4 and row[0] == arch}


def bits(text: str | None) -> set[int] | None:
    """The bits of `features=…`; None if the guest said no number."""
    try:
        value = int(text or "", 0)
    except ValueError:
        return None
    return {bit for bit in range(value.bit_length()) if value >> bit & 1}


def word(arch: str, bit: int) -> str:
    return names(arch).get(bit, (f"bit {bit}", ""))[0]
