# SPDX-License-Identifier: BSD-2-Clause
"""What a guest writes: shown as it comes, kept line by line, addresses given their names.

Lines for programs start with `# paravane `; the rest of such a line is a word and key=value pairs.
"""
from __future__ import annotations

import codecs
import re
from collections.abc import Callable

from .elf import Elf

# Lines that hold an address of code: a step of a backtrace, or `pc=0x…` in a report.
_ADDRESS = re.compile(r"^#\s+at (0x[0-9a-fA-F]+)|^(?:#|vmm:).*?\bpc=(0x[0-9a-fA-F]+)")
_PAIR = re.compile(r'([\w-]+)=("[^"]*"|\S*)')
_MARK = re.compile(r"# paravane ([\w-]+)(.*)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
TOO_LONG = 4096  # a line of this length is ended: a guest gone mad must not fill our memory
TOO_MANY = 200_000  # lines kept


def pairs(text: str) -> dict[str, str]:
    """key=value pairs of a line; a value with spaces stands in double quotes."""
    return {key: value.strip('"') for key, value in _PAIR.findall(text)}


class Console:
    """Takes bytes, and hands printable text to `show` at once; `lines` holds what is complete."""

    def __init__(self, image: Elf | None = None, show: Callable[[str], None] | None = None):
        self.lines: list[str] = []
        self._image = image
        self._show = show or (lambda _: None)
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._line = ""

    def feed(self, data: bytes) -> None:
        text = self._decode(data).replace("\r", "")
        text = _CONTROL.sub(lambda match: f"\\x{ord(match[0]):02x}", text)
        *whole, rest = text.split("\n")
        for part in whole:
            self._end_line(part)
        if len(self._line) + len(rest) > TOO_LONG:
            self._end_line(rest)
        elif rest:
            self._line += rest
            self._show(rest)

    def _end_line(self, part: str) -> None:
        self._line += part
        note = self._note()
        self._show(f"{part}{note}\n")
        self._keep(self._line + note)

    def _keep(self, line: str) -> None:
        if len(self.lines) < TOO_MANY:
            self.lines.append(line)
        self._line = ""

    def finish(self) -> None:
        """The guest is gone: a line that it began is all there will be of it."""
        if self._line:
            self._end_line("")

    def _note(self) -> str:
        match = _ADDRESS.match(self._line)
        if match is None or self._image is None:
            return ""
        name = self._image.name_of(int(match[1] or match[2], 16))
        if not name:
            return ""
        return f" {name}" if match[1] else f" [{name}]"

    def marks(self, word: str) -> list[dict[str, str]]:
        """The pairs of each line `# paravane WORD …`."""
        return [pairs(match[2]) for line in self.lines
                if (match := _MARK.match(line)) and match[1] == word]

    def exit_status(self) -> int | None:
        """N of the last `# paravane exit status=N`."""
        marks = self.marks("exit")
        text = marks[-1].get("status", "") if marks else ""
        return int(text) if text.isdecimal() else None
