#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The monitor and files that are not what they should be: one line, a status, nothing left.

What is wrong with a file is said before /dev/kvm is looked at, so this runs on any x86_64 machine
whose nested host was prepared (its monitor is a static program). What is wrong with /dev/kvm itself,
and a guest that loops, are in tests/host-kvm/monitor.c.
"""
from __future__ import annotations

import os
import platform
import re
import struct
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import tiny_elf  # noqa: E402
import unittest_tap  # noqa: E402

VMM = HERE.parents[1] / "build" / "hosts" / "x86_64" / "paravane-vmm"
LIMIT = 60  # seconds: far more than it takes
GOOD = tiny_elf.x86_says(b"hello", 0)
LINE = re.compile(r'vmm: end reason=error vcpu=0 status=1 exits=0 why="([^"]+)"\n')

# Offsets in a 64-bit ELF: the header's, and of the first program header from 64.
E_TYPE, E_MACHINE, E_PHOFF, E_PHENTSIZE, E_PHNUM = 16, 18, 32, 54, 56
P_OFFSET, P_PADDR, P_FILESZ, P_MEMSZ = 64 + 8, 64 + 24, 64 + 32, 64 + 40


def patched(at: int, format_: str, value: int) -> bytes:
    """The good image with one field changed."""
    data = bytearray(GOOD)
    struct.pack_into("<" + format_, data, at, value)
    return bytes(data)


def tree(version: int = 17, total: int | None = None, structure: bytes | None = None) -> bytes:
    """A device tree: header, empty reservation block, structure, one name, which is empty."""
    body = structure if structure is not None else struct.pack(">IIII", 1, 0, 2, 9)
    end = 56 + len(body)
    return struct.pack(">10I", 0xd00dfeed, end + 1 if total is None else total, 56, end, 40,
                       version, 16, 0, 1, len(body)) + bytes(16) + body + b"\0"


@unittest.skipUnless(platform.machine() == "x86_64", "needs a machine that runs x86_64 programs")
@unittest.skipUnless(VMM.is_file(), "needs hosts/prepare x86_64")
class Refusals(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="paravane-test-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def file(self, name: str, data: bytes) -> str:
        path = self.folder / name
        path.write_bytes(data)
        return str(path)

    def refused(self, cause: str, *words: str) -> None:
        """It says that cause in its only line, its status is not 0, and it left nothing behind."""
        child = subprocess.Popen([VMM, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, text=True, start_new_session=True)
        out, err = child.communicate(timeout=LIMIT)
        said = LINE.fullmatch(err)
        self.assertTrue(said, f"not one line of that form: {err!r}")
        self.assertRegex(said[1], cause)
        self.assertEqual((child.returncode, out), (1, ""))
        with self.assertRaises(ProcessLookupError):
            os.killpg(child.pid, 0)

    def image_refused(self, cause: str, data: bytes, *words: str) -> None:
        self.refused(cause, *words, self.file("image.elf", data))

    def test_no_such_file(self) -> None:
        self.refused("nothing.elf: No such file", str(self.folder / "nothing.elf"))

    def test_a_folder(self) -> None:
        self.refused("not a file", str(self.folder))

    def test_not_an_elf(self) -> None:
        self.image_refused("not an ELF file", b"#!/bin/sh\n")

    def test_empty(self) -> None:
        self.image_refused("not an ELF file", b"")

    def test_cut_short(self) -> None:
        self.image_refused("header is cut short", GOOD[:40])
        self.image_refused("program headers lie outside the file", GOOD[:70])
        self.image_refused("outside the file: cut short", GOOD[:520])

    def test_wrong_machine(self) -> None:
        self.image_refused("an ELF file for PowerPC, and this monitor is for x86_64",
                           tiny_elf.e500_loops())
        self.image_refused("for s390x", tiny_elf.s390x_waits(0xfff))
        self.image_refused("for machine 40", patched(E_MACHINE, "H", 40))

    def test_not_an_executable(self) -> None:
        self.image_refused("ELF type 1, not an executable", patched(E_TYPE, "H", 1))

    def test_nothing_to_load(self) -> None:
        self.image_refused("no segment to load", patched(E_PHNUM, "H", 0))

    def test_strange_program_headers(self) -> None:
        self.image_refused("program headers of 8 bytes", patched(E_PHENTSIZE, "H", 8))
        self.image_refused("program headers lie outside", patched(E_PHOFF, "Q", 1 << 63))

    def test_segment_outside_ram(self) -> None:
        for address in (128 << 20, (128 << 20) - 1, 1 << 40, (1 << 64) - 1):
            self.image_refused(r"lies outside of the RAM, 0x8000000 bytes \(--mem\)",
                               patched(P_PADDR, "Q", address))

    def test_larger_than_memory(self) -> None:
        self.image_refused("outside of the RAM", patched(P_MEMSZ, "Q", 1 << 30))
        self.image_refused("outside of the RAM, 0x200000 bytes",
                           patched(P_MEMSZ, "Q", (1 << 20) + 1), "--mem", "2M")

    def test_segment_outside_file(self) -> None:
        self.image_refused("outside the file", patched(P_OFFSET, "Q", 1 << 62))
        self.image_refused("more bytes in the file than in memory", patched(P_MEMSZ, "Q", 1))

    def tree_refused(self, cause: str, data: bytes) -> None:
        self.refused("damaged device tree: .*" + cause, "--dtb", self.file("dtb", data),
                     self.file("image.elf", GOOD))

    def test_damaged_tree(self) -> None:
        self.tree_refused("shorter than a header", b"")
        self.tree_refused("magic number", bytes(64))
        self.tree_refused("size says more", tree(total=4096))
        self.tree_refused("version is not 17", tree(version=16))
        self.tree_refused("ends inside a node", tree(structure=struct.pack(">III", 1, 0, 9)))
        self.tree_refused("longer than the tree",
                          tree(structure=struct.pack(">IIIIIII", 1, 0, 3, 0xfffffff0, 0, 2, 9)))
        self.tree_refused("unknown token", tree(structure=struct.pack(">III", 1, 0, 7)))

    def test_options(self) -> None:
        image = self.file("image.elf", GOOD)
        for cause, *words in (
                ("no IMAGE given",),
                ("--nonsense: no such option", "--nonsense", image),
                ("--cpus 0: 1 to 8", "--cpus", "0", image),
                ("--cpus 9: 1 to 8", "--cpus", "9", image),
                ("--cpus 1x: 1 to 8", "--cpus", "1x", image),
                ("--mem 0", "--mem", "0", image),
                ("--mem 1T: not a size", "--mem", "1T", image),
                ("--mem 1G1: not a size", "--mem", "1G1", image),
                ("--mem 99999999999G", "--mem", "99999999999G", image),
                ("--cap nonsense: there is no such capability here, but these: exit-hypercall",
                 "--cap", "nonsense", image),
                ("--cap exit-hypercall=x: the argument", "--cap", "exit-hypercall=x", image),
                ("--fail: no guest of this architecture", "--fail", "reset", image),
                ("--timeout -1: not a number", "--timeout", "-1", image),
                ("--boot grub: pvh or linux", "--boot", "grub", image),
                ("--dumpdtb: the monitor makes no device tree", "--dumpdtb", "x", image),
                ("--unchecked is about", "--unchecked", image),
                ("nowhere: No such file", "--initrd", str(self.folder / "nowhere"), image)):
            with self.subTest(cause):
                self.refused(re.escape(cause), *words)


if __name__ == "__main__":
    unittest_tap.main()
