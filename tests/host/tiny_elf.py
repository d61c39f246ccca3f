# SPDX-License-Identifier: BSD-2-Clause
"""ELF images of a few instructions, made without a compiler: guests for tests of the runner."""
from __future__ import annotations

import struct

PPC, S390, X86_64 = 20, 22, 62
_PVH_ENTRY = 18  # XEN_ELFNOTE_PHYS32_ENTRY, xen/include/public/elfnote.h
_PT_LOAD, _PT_NOTE = 1, 4
_HEADERS = 0x200  # the code begins here, the headers lie before it


def _pack(bits: int, order: str, narrow: str, wide: str, *values: int) -> bytes:
    return struct.pack(order + (wide if bits == 64 else narrow), *values)


def _segment(bits: int, order: str, kind: int, offset: int, addr: int, size: int) -> bytes:
    if bits == 64:
        return struct.pack(order + "IIQQQQQQ", kind, 5, offset, addr, addr, size, size, 4)
    return struct.pack(order + "IIIIIIII", kind, offset, addr, addr, size, size, 5, 4)


def image(machine: int, code: bytes, base: int, symbols: dict[str, tuple[int, int]] | None = None
          ) -> bytes:
    """An executable whose code lies at `base`, where it is entered.

    symbols: name -> (offset in the code, size). An x86_64 image gets a PVH note.
    """
    bits, order = (32, ">") if machine == PPC else (64, ">" if machine == S390 else "<")
    note = b""
    if machine == X86_64:
        note = struct.pack("<III4sI", 4, 4, _PVH_ENTRY, b"Xen\0", base)
    names, table = b"\0", bytes(24 if bits == 64 else 16)
    for name, (offset, size) in (symbols or {}).items():
        at = len(names)
        names += name.encode() + b"\0"
        if bits == 64:
            table += struct.pack(order + "IBBHQQ", at, 0x12, 0, 1, base + offset, size)
        else:
            table += struct.pack(order + "IIIBBH", at, base + offset, size, 0x12, 0, 1)
    parts, where = [code, note, table, names], []
    at = _HEADERS
    for part in parts:
        where.append(at)
        at += len(part) + -len(part) % 8
    sections = [(0,) * 10,
                (0, 1, 6, base, where[0], len(code), 0, 0, 4, 0),
                (0, 2, 0, 0, where[2], len(table), 3, 1, 8, 24 if bits == 64 else 16),
                (0, 3, 0, 0, where[3], len(names), 0, 0, 1, 0)]
    segments = _segment(bits, order, _PT_LOAD, where[0], base, len(code))
    if note:
        segments += _segment(bits, order, _PT_NOTE, where[1], base, len(note))
    head = bytes([0x7f, 0x45, 0x4c, 0x46, bits // 32, 1 if order == "<" else 2, 1]) + bytes(9)
    fixed = 64 if bits == 64 else 52
    head += _pack(bits, order, "HHIIIIIHHHHHH", "HHIQQQIHHHHHH", 2, machine, 1, base, fixed, at, 0,
                  fixed, 56 if bits == 64 else 32, 2 if note else 1,
                  64 if bits == 64 else 40, len(sections), 0)
    body = (head + segments).ljust(_HEADERS, b"\0")
    for part in parts:
        body += part + bytes(-len(part) % 8)
    return body + b"".join(_pack(bits, order, "IIIIIIIIII", "IIQQQQIIQQ", *section)
                           for section in sections)


def x86_says(text: bytes, status: int | None) -> bytes:
    """Writes text to the serial port, then ends by isa-debug-exit, or never (None)."""
    base = 0x100000
    leave = b"\xeb\xfe"                                          # jmp .
    if status is not None:
        leave = b"\x66\xba\x01\x05\xb0" + bytes([status]) + b"\xee" + leave  # outb status, 0x501
    start = 4 + 5 + 5 + 2
    code = (b"\x66\xba\xf8\x03"                                  # mov $0x3f8, %dx
            + b"\xbe" + struct.pack("<I", base + start + len(leave))  # mov $text, %esi
            + b"\xb9" + struct.pack("<I", len(text))             # mov $length, %ecx
            + b"\xf3\x6e" + leave)                               # rep outsb
    return image(X86_64, code + text, base, {"_start": (0, start), "leave": (start, len(leave))})


def x86_triple_fault() -> bytes:
    """An exception with an empty interrupt table."""
    base = 0x100000
    code = b"\x0f\x01\x1d" + struct.pack("<I", base + 16) + b"\x0f\x0b" + bytes(32)  # lidt; ud2
    return image(X86_64, code, base, {"_start": (0, 9)})


def s390x_waits(address: int) -> bytes:
    """A disabled wait with this address in the PSW."""
    code = (b"\xc0\x10\x00\x00\x00\x08\xb2\xb2\x10\x00".ljust(16, b"\0")  # larl %r1,…; lpswe
            + struct.pack(">QQ", 0x0002000180000000, address))
    return image(S390, code, 0x10000, {"_start": (0, 16)})


def e500_loops() -> bytes:
    """Branches to itself."""
    return image(PPC, b"\x48\x00\x00\x00", 0x10000, {"spin": (0, 4)})
