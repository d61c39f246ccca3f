# SPDX-License-Identifier: BSD-2-Clause
"""Writes the "new ASCII" cpio archive that Linux unpacks as its initial ramdisk.

The format is in the kernel's Documentation/driver-api/early-userspace/buffer-format.rst: per file
a header of "070701" and 13 numbers of 8 hexadecimal digits, the name with its NUL, and the data,
name and data each padded to 4 bytes. The kernel takes several archives one after the other, so
jobs are appended to a base archive that nobody has to unpack. Padding to 4 bytes between them.
"""
from __future__ import annotations

from typing import BinaryIO

_DIR, _FILE, _LINK = 0o040755, 0o100644, 0o120777
_END = "TRAILER!!!"


class Cpio:
    """Archive written to `out`; folders must be added before what is in them."""

    def __init__(self, out: BinaryIO):
        self._out = out
        self._inode = 0

    def _pad(self, written: int) -> None:
        self._out.write(b"\0" * (-written % 4))

    def _entry(self, name: str, mode: int, links: int, data: bytes) -> None:
        self._inode += 1
        path = name.encode() + b"\0"
        fields = (self._inode, mode, 0, 0, links, 0, len(data), 0, 0, 0, 0, len(path), 0)
        head = b"070701" + b"".join(b"%08x" % field for field in fields) + path
        self._out.write(head)
        self._pad(len(head))
        self._out.write(data)
        self._pad(len(data))

    def folder(self, name: str) -> None:
        self._entry(name, _DIR, 2, b"")

    def file(self, name: str, data: bytes | str) -> None:
        self._entry(name, _FILE, 1, data.encode() if isinstance(data, str) else data)

    def link(self, name: str, target: str) -> None:
        """A symbolic link."""
        self._entry(name, _LINK, 1, target.encode())

    def finish(self) -> None:
        self._entry(_END, 0, 1, b"")
