# SPDX-License-Identifier: BSD-2-Clause
"""Text for a terminal: aligned tables, headings, colour only where a person looks."""
from __future__ import annotations

import os
import sys
import textwrap

WIDTH = 100
_CODES = {"bold": "1", "red": "31", "green": "32", "dim": "2"}


def coloured(text: str, style: str, stream: object = None) -> str:
    stream = stream or sys.stdout
    if not stream.isatty() or "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb":
        return text
    return f"\x1b[{_CODES[style]}m{text}\x1b[0m"


def heading(text: str) -> str:
    return coloured(f"== {text} ".ljust(WIDTH, "=")[:max(WIDTH, len(text) + 3)], "bold")


def table(rows: list[list[str]], limits: dict[int, int] | None = None) -> str:
    """Rows under their heading (the first row), columns aligned; a cell of a column in `limits`
    is wrapped at that width."""
    limits = limits or {}
    cells = [[_wrapped(cell, limits.get(column)) for column, cell in enumerate(row)]
             for row in rows]
    widths = [max(len(line) for row in cells for line in row[column])
              for column in range(len(rows[0]))]
    lines = []
    for number, row in enumerate(cells):
        for at in range(max(map(len, row))):
            parts = [(cell[at] if at < len(cell) else "").ljust(width)
                     for cell, width in zip(row, widths)]
            lines.append("  ".join(parts).rstrip())
        if number == 0:
            lines.append("  ".join("-" * width for width in widths))
    return "\n".join(lines)


def _wrapped(text: str, width: int | None) -> list[str]:
    if width is None:
        return [text]
    return textwrap.wrap(text, width, break_on_hyphens=False) or [""]


def status(text: str) -> None:
    """One line on stderr about what goes on."""
    print(f"paravane: {text}", file=sys.stderr, flush=True)
