# SPDX-License-Identifier: BSD-2-Clause
"""A guest's calls beside the exits that the monitor saw meanwhile (`paravane-vmm --trace`).

Console and trace come over two lines that nobody keeps in step. But each byte that the guest prints
is an exit itself, and the trace shows it: so the trace alone has both, in their true order.
"""
from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable
from typing import NamedTuple

from . import show
from .console import pairs

TRACE = "vmm: trace "
LEFT, RIGHT = 46, 50

# What examples/tour.c prints of a call: its title, a register before and after, the end of all.
_TITLE = re.compile(r"Call (\d+): (.+)")
_REGISTER = re.compile(r"  (\S+) +(0x[0-9a-f]+) -> (0x[0-9a-f]+)  (.+)")
_END = re.compile(r"\d+ calls, \d+ answered")


class Row(NamedTuple):
    line: str              # what the guest printed
    exits: tuple[str, ...]  # exits since the line before, but for the UART's
    uart: int              # how many those were


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
        if not exit_.get("device", "").startswith("uart."):
            exits.append(text[text.index("exit=") + 5:])
            continue
        uart += 1
        for byte in _printed(text, exit_) if exit_["device"] == "uart.data" else b"":
            if byte == 0x0A:
                found.append(Row(line.decode("utf-8", "replace"), tuple(exits), uart))
                line, exits, uart = b"", [], 0
            elif byte != 0x0D:
                line += bytes([byte])
    return found + [Row(line.decode("utf-8", "replace"), tuple(exits), uart)]


class Part(NamedTuple):
    """A part of the guest's life: one call, or what was before the first or after the last."""
    heading: str
    lines: list[str]
    exits: list[str]


def _shown(line: str) -> str | None:
    """A line of the guest as it is shown here, None if it is not."""
    if (register := _REGISTER.fullmatch(line)) and "changed" not in register[4]:
        name, before, after = register[1], int(register[2], 16), int(register[3], 16)
        return f"{name:4} {before:#x} -> {after:#x}"
    return line.strip() if line.startswith("  -> ") else None


def parts(every: Iterable[Row]) -> list[Part]:
    """The rows by call."""
    found = [Part("before the first call", [], [])]
    for row in every:
        if title := _TITLE.match(row.line):
            found.append(Part(f"{title[1]} {title[2]}", [], list(row.exits)))
            continue
        if _END.match(row.line):
            found.append(Part("after the last one", [], []))
        found[-1].exits.extend(row.exits)
        if (line := _shown(row.line)) is not None:
            found[-1].lines.append(line)
    return found


def _wrap(text: str, width: int, indent: str) -> list[str]:
    return textwrap.wrap(text, width, subsequent_indent=indent, break_on_hyphens=False)


def _columns(left: list[str], right: list[str]) -> list[str]:
    rows_ = max(len(left), len(right))
    left, right = left + [""] * (rows_ - len(left)), right + [""] * (rows_ - len(right))
    return [f"{a:{LEFT}} | {show.coloured(b, 'green') if b else ''}".rstrip()
            for a, b in zip(left, right)]


def _part(part: Part) -> list[str]:
    left = _wrap(part.heading, LEFT, "  ")
    left += [piece for line in part.lines for piece in _wrap("  " + line, LEFT, "       ")]
    right = [piece for exit_ in part.exits for piece in _wrap(exit_, RIGHT, "  ")]
    if not right and part.heading[0].isdigit():
        right = ["no exit: KVM answered it in the kernel"]
    return _columns(left, right)


def text(report: Iterable[str]) -> str:
    """Two columns, one part below the other, and a line that counts what is left out."""
    every = rows(report)
    rule = ["-" * LEFT + "-+-" + "-" * RIGHT]
    lines = [f"{'what the guest asked, and what it got':{LEFT}} | "
             "what came to the monitor, and its answer", *rule]
    for part in parts(every):
        if part.exits or part.heading[0].isdigit():
            lines += _part(part) + _columns([""], [])
    uart = sum(row.uart for row in every)
    return "\n".join([*lines[:-1], *rule, "",
                      f"Left out: {uart} exits for the serial port; each byte that the guest prints "
                      "costs some."])
