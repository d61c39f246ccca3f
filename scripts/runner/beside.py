# SPDX-License-Identifier: BSD-2-Clause
"""A guest's console beside the exits that the monitor saw meanwhile (`paravane-vmm --trace`).

Console and trace come over two lines that nobody keeps in step. But each byte that the guest prints
is an exit itself, and the trace shows it: so the trace alone has both, in their true order.
"""
from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from . import show
from .console import pairs

TRACE = "vmm: trace "
# Registers of the monitor's UART: first and last address or port (vmm/<a>/). The first takes data.
UARTS = {"port": (0x3F8, 0x3FF), "address": (0xFE0004500, 0xFE0004507)}
LEFT, RIGHT = 58, 38


class Row(NamedTuple):
    line: str              # what the guest printed
    exits: tuple[str, ...]  # exits since the line before, but for the UART's
    uart: int              # how many those were


def _uart_register(exit_: dict[str, str]) -> int | None:
    for key, (first, last) in UARTS.items():
        if key in exit_ and first <= (at := int(exit_[key], 16)) <= last:
            return at - first
    return None


def _printed(text: str, exit_: dict[str, str]) -> bytes:
    stores = " out " in text or " store " in text
    return bytes.fromhex(exit_.get("data", "")) if stores else b""


def rows(report: Iterable[str]) -> list[Row]:
    """The guest's lines with the exits before each; those after the last have a line of nothing."""
    found, line, exits, uart = [], b"", [], 0
    for text in report:
        if not text.startswith(TRACE):
            continue
        exit_ = pairs(text)
        register = _uart_register(exit_)
        if register is None:
            exits.append(text[text.index("exit=") + 5:])
            continue
        uart += 1
        for byte in _printed(text, exit_) if register == 0 else b"":
            if byte == 0x0A:
                found.append(Row(line.decode("utf-8", "replace"), tuple(exits), uart))
                line, exits, uart = b"", [], 0
            elif byte != 0x0D:
                line += bytes([byte])
    return found + [Row(line.decode("utf-8", "replace"), tuple(exits), uart)]


def text(report: Iterable[str], start: str) -> str:
    """Two columns, from the line that is `start` on, and a line that counts the exits."""
    every = rows(report)
    first = next((n for n, row in enumerate(every) if row.line == start), 0)
    lines = [f"{'the guest prints':{LEFT}} | exits that the monitor saw",
             "-" * LEFT + "-+-" + "-" * RIGHT]
    for row in every[first:]:
        if row.line.startswith("# paravane ") and not row.exits:
            continue
        left = textwrap.wrap(row.line, LEFT, subsequent_indent="      ",
                             drop_whitespace=False) or [""]
        right = [part for exit_ in row.exits
                 for part in textwrap.wrap(exit_, RIGHT, subsequent_indent="  ")]
        for n in range(max(len(left), len(right))):
            a = left[n].rstrip() if n < len(left) else ""
            b = show.coloured(right[n], "green") if n < len(right) else ""
            lines.append(f"{a:{LEFT}} | {b}".rstrip())
    reasons = Counter(exit_.split()[0] for row in every for exit_ in row.exits)
    named = ", ".join(f"{n} {reason}" for reason, n in reasons.most_common()) or "none"
    lines.append(f"\nExits to the monitor in all: {sum(row.uart for row in every)} for the UART; "
                 f"besides them {named}.\nA hypercall without an exit beside it was answered by KVM "
                 "in the kernel.")
    return "\n".join(lines)
