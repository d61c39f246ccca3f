# SPDX-License-Identifier: BSD-2-Clause
"""ELF images: for which machine is it, and which function is at this address?

Only what the runner needs from the ELF specification (gABI 4.1): the file header, the section
table, and the symbol table. All sizes and offsets are checked before use: an image may be damaged.
"""
from __future__ import annotations

import bisect
import struct
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from .tree import Problem

EM_PPC, EM_S390, EM_X86_64, EM_AARCH64 = 20, 22, 62, 183
PT_LOAD = 1
SHT_SYMTAB = 2
SHF_EXECINSTR = 4
STT_NOTYPE, STT_FUNC = 0, 2

# layout of (file header, section header, symbol), without byte order, for 32 and 64 bits
_LAYOUT = {1: ("16xHHIIIIIHHHHHH", "IIIIIIIIII", "IIIBBH"),
           2: ("16xHHIQQQIHHHHHH", "IIQQQQIIQQ", "IBBHQQ")}
# type and size in the file of a program header
_SEGMENT = {1: "I12xI12x", 2: "I28xQ16x"}


class Section(NamedTuple):
    name: int
    type: int
    flags: int
    addr: int
    offset: int
    size: int
    link: int
    info: int
    align: int
    entsize: int


class Symbol(NamedTuple):
    addr: int
    size: int  # 0 if not known: a label in assembly
    name: str


class Elf:
    """An ELF file, read once. Raises Problem if it is none."""

    def __init__(self, path: Path):
        self.path = path
        try:
            self._data = path.read_bytes()
        except OSError as error:
            raise Problem(f"{path}: cannot be read: {error.strerror}") from None
        if self._data[:4] != b"\x7fELF":
            raise Problem(f"{path}: not an ELF image (it does not start with 7f 45 4c 46)")
        try:
            self.bits = {1: 32, 2: 64}[self._data[4]]
            self._order = {1: "<", 2: ">"}[self._data[5]]
            self._head, self._section, self._symbol = (
                struct.Struct(self._order + layout) for layout in _LAYOUT[self._data[4]])
            header = self._head.unpack_from(self._data)
        except (KeyError, IndexError, struct.error):
            raise Problem(f"{path}: a damaged ELF image (its file header makes no sense)") from None
        self.machine, self.entry = header[1], header[3]
        self._phoff, self._phentsize, self._phnum = header[4], header[8], header[9]
        self._shoff, self._shentsize, self._shnum = header[5], header[10], header[11]

    @cached_property
    def sections(self) -> list[Section]:
        if self._shentsize < self._section.size:
            return []
        end = self._shoff + self._shentsize * self._shnum
        if end > len(self._data):
            return []
        return [Section(*self._section.unpack_from(self._data, at))
                for at in range(self._shoff, end, self._shentsize)]

    @property
    def loaded(self) -> int:
        """Bytes that a loader takes from the file: the sum of all PT_LOAD segments."""
        segment = struct.Struct(self._order + _SEGMENT[self._data[4]])
        end = self._phoff + self._phentsize * self._phnum
        if self._phentsize < segment.size or end > len(self._data):
            return 0
        headers = (segment.unpack_from(self._data, at)
                   for at in range(self._phoff, end, self._phentsize))
        return sum(size for kind, size in headers if kind == PT_LOAD)

    def _string(self, table: Section, offset: int) -> str:
        if offset >= table.size:
            return ""
        start = table.offset + offset
        end = self._data.find(b"\0", start, table.offset + table.size)
        return self._data[start:end].decode("utf-8", "replace") if end >= 0 else ""

    @cached_property
    def symbols(self) -> list[Symbol]:
        """Functions and labels in executable sections, by address."""
        found: dict[int, Symbol] = {}
        for section in self.sections:
            if section.type == SHT_SYMTAB and section.link < len(self.sections):
                for symbol in self._symbols_of(section):
                    known = found.get(symbol.addr)
                    if known is None or symbol.size > known.size:
                        found[symbol.addr] = symbol
        return [found[addr] for addr in sorted(found)]

    def _symbols_of(self, table: Section) -> list[Symbol]:
        names, found = self.sections[table.link], []
        body = self._data[table.offset:table.offset + table.size]
        body = body[:len(body) // self._symbol.size * self._symbol.size]
        for fields in self._symbol.iter_unpack(body):
            if self.bits == 64:
                name, info, _, where, addr, size = fields
            else:
                name, addr, size, info, _, where = fields
            if info & 0xf not in (STT_NOTYPE, STT_FUNC) or not 0 < where < len(self.sections):
                continue
            text = self._string(names, name)
            if self.sections[where].flags & SHF_EXECINSTR and text and text[0] not in "$.":
                found.append(Symbol(addr, size, text))
        return found

    def name_of(self, addr: int) -> str:
        """`function+0x12` for an address in code, `` if nothing is known there."""
        at = bisect.bisect_right(self.symbols, addr, key=lambda symbol: symbol.addr) - 1
        if at < 0:
            return ""
        symbol = self.symbols[at]
        offset = addr - symbol.addr
        inside = offset < symbol.size if symbol.size else self._executable(addr)
        if not inside:
            return ""
        return f"{symbol.name}+{offset:#x}" if offset else symbol.name

    def _executable(self, addr: int) -> bool:
        return any(section.flags & SHF_EXECINSTR and 0 <= addr - section.addr < section.size
                   for section in self.sections)
