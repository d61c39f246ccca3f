#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""scripts/setup on machines that are not this one: dpkg-query, apt-get, id and sudo are played.

Also what scripts/build-newlib says when it cannot start."""
from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))

import unittest_tap  # noqa: E402

TOOLS = ("awk", "bash", "cat", "cut", "env", "grep", "id", "make", "mkdir", "sed", "sh", "sleep",
         "tail", "tr", "uname", "true")

# Without $MISSING in its output, every package that is asked for is installed.
DPKG_QUERY = """
while [ "$1" ]; do
	case $1 in
	-*) [ "$1" != -f ] || shift ;;
	*) case " $MISSING " in *" $1 "*) ;; *) echo "installed $1" ;; esac ;;
	esac
	shift
done
"""

# Does what the next word of $APT says: ok, or fail.
APT_GET = """
echo "apt-get $*" >>"$CALLS"
n=$(grep -c ^apt-get "$CALLS")
set -- $APT
shift $((n - 1))
[ "${1-ok}" = ok ] || { echo 'E: Unable to locate package'; exit 100; }
"""


class Setup(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.top = Path(folder.name)
        self.bin = self.top / "bin"
        self.bin.mkdir()
        (self.top / "scripts").mkdir()
        shutil.copy(ROOT / "scripts/setup", self.top / "scripts/setup")
        for name in TOOLS:
            found = shutil.which(name)
            assert found, f"{name} is not installed"
            (self.bin / name).symlink_to(found)
        self.calls = self.top / "calls"
        self.calls.touch()
        self.play("dpkg-query", DPKG_QUERY)
        self.play("apt-get", APT_GET)
        self.play("id", "echo 0")

    def play(self, name: str, script: str) -> None:
        path = self.bin / name
        path.unlink(missing_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)

    def setup(self, *words: str, missing: str = "", apt: str = "ok ok") -> tuple[int, str, str]:
        env = {"PATH": str(self.bin), "MISSING": missing, "APT": apt, "CALLS": str(self.calls)}
        done = subprocess.run([str(self.top / "scripts/setup"), *words], env=env, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=60,
                              check=False)
        return done.returncode, done.stdout, done.stderr

    def apt_calls(self) -> list[str]:
        return self.calls.read_text(encoding="utf-8").splitlines()

    def assert_one_line(self, text: str, *words: str) -> None:
        self.assertEqual(len(text.splitlines()), 1, text)
        for word in ("setup: ", *words):
            self.assertIn(word, text)

    def test_nothing_missing_is_silent(self) -> None:
        self.assertEqual(self.setup("check"), (0, "", ""))
        self.assertEqual(self.apt_calls(), [])

    def test_installs_what_is_missing_and_says_so(self) -> None:
        status, out, err = self.setup("build", missing="flex clang")
        self.assertEqual((status, err), (0, ""))
        self.assertIn("installing flex\n", out)
        simulated, installed = self.apt_calls()
        self.assertIn("-s install flex", simulated)
        self.assertTrue(installed.endswith(" install flex"), installed)
        self.assertIn("APT::Install-Recommends=false", installed)

    def test_level_check_takes_both_lists(self) -> None:
        status, out, _ = self.setup("check", missing="flex clang")
        self.assertEqual(status, 0)
        self.assertIn("installing flex clang\n", out)

    def test_unknown_package_makes_it_update_first(self) -> None:
        status, _, _ = self.setup(missing="flex", apt="fail ok ok")
        self.assertEqual(status, 0)
        self.assertEqual([line.split()[-1] for line in self.apt_calls()],
                         ["flex", "update", "flex"])

    def test_failed_download_is_tried_again_after_update(self) -> None:
        status, _, _ = self.setup(missing="flex", apt="ok fail ok ok")
        self.assertEqual(status, 0)
        self.assertEqual([line.split()[-1] for line in self.apt_calls()],
                         ["flex", "flex", "update", "flex"])

    def test_no_network(self) -> None:
        for apt in ("fail fail fail", "ok fail fail fail"):
            self.calls.write_text("", encoding="utf-8")
            status, _, err = self.setup(missing="flex bison", apt=apt)
            self.assertEqual(status, 1)
            self.assert_one_line(err.splitlines()[-1], "network",
                                 "apt-get install --no-install-recommends bison flex")

    def test_no_root_and_no_sudo(self) -> None:
        self.play("id", "echo 1000")
        status, _, err = self.setup(missing="flex")
        self.assertEqual(status, 1)
        self.assert_one_line(err, "as root: apt-get install", " flex")
        self.assertEqual(self.apt_calls(), [])

    def test_sudo_without_password_is_used(self) -> None:
        self.play("id", "echo 1000")
        self.play("sudo", '[ "$1" != -n ] || shift; echo "sudo" >>"$CALLS"; exec "$@"')
        status, _, _ = self.setup(missing="flex", apt="ok ok")
        self.assertEqual(status, 0)
        self.assertEqual([line.split()[0] for line in self.apt_calls()],
                         ["sudo", "sudo", "apt-get", "sudo", "apt-get"])

    def test_sudo_that_would_ask_is_not_used_without_a_terminal(self) -> None:
        self.play("id", "echo 1000")
        self.play("sudo", "exit 1")
        status, _, err = self.setup(missing="flex")
        self.assertEqual(status, 1)
        self.assert_one_line(err, "password", "as root: apt-get install", " flex")

    def test_not_a_debian(self) -> None:
        (self.bin / "apt-get").unlink()
        status, _, err = self.setup()
        self.assertEqual(status, 1)
        self.assert_one_line(err, "not a Debian", "newlib-source", "qemu-system-ppc")

    def test_bad_words(self) -> None:
        self.assert_one_line(self.setup("everything")[2], "everything", "build or check")
        self.assert_one_line(self.setup("build", "check")[2], "usage")


class BuildNewlib(unittest.TestCase):
    def run_it(self, *words: str, path: str = os.environ["PATH"]) -> tuple[int, str]:
        done = subprocess.run([str(ROOT / "scripts/build-newlib"), *words], text=True,
                              env={"PATH": path}, capture_output=True, timeout=60, check=False)
        return done.returncode, done.stderr

    def test_unknown_architecture(self) -> None:
        status, err = self.run_it("pdp11", "/nonexistent/out")
        self.assertEqual(status, 1)
        self.assertIn("unknown architecture 'pdp11'", err)

    def test_usage(self) -> None:
        for words in ((), ("e500",), ("e500", "a", "b"), ("e500", "")):
            status, err = self.run_it(*words)
            self.assertEqual((status, len(err.splitlines())), (1, 1), err)

    def test_no_cross_compiler(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            for name in ("bash", "env", "make", "printf", "sh"):
                (Path(folder) / name).symlink_to(shutil.which(name) or "/bin/false")
            status, err = self.run_it("s390x", "/nonexistent/out", path=folder)
        self.assertEqual(status, 1)
        self.assertRegex(err.splitlines()[-1], r"missing|is not in .*: run scripts/setup")


if __name__ == "__main__":
    unittest_tap.main()
