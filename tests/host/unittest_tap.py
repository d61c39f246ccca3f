# SPDX-License-Identifier: BSD-2-Clause
"""Runs the unittest cases of a script and prints TAP, for prove."""
from __future__ import annotations

import sys
import unittest


class _TapResult(unittest.TestResult):
    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def _line(self, word: str, test: unittest.TestCase, note: str = "", text: str = "") -> None:
        self.count += 1
        print(f"{word} {self.count} - {test.id().removeprefix('__main__.')}{note}")
        for line in text.splitlines():
            print(f"#   {line}")
        sys.stdout.flush()

    def addSuccess(self, test: unittest.TestCase) -> None:
        self._line("ok", test)

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:
        self._line("ok", test, f" # SKIP {reason}")

    def addFailure(self, test: unittest.TestCase, err: tuple) -> None:
        super().addFailure(test, err)
        self._line("not ok", test, "", self.failures[-1][1])

    def addError(self, test: unittest.TestCase, err: tuple) -> None:
        super().addError(test, err)
        self._line("not ok", test, "", self.errors[-1][1])

    def addSubTest(self, test: unittest.TestCase, subtest: unittest.TestCase,
                   err: tuple | None) -> None:
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._line("not ok", subtest, "", (self.failures + self.errors)[-1][1])


def main() -> None:
    """Runs what __main__ defines (or the names on the command line)."""
    loader = unittest.defaultTestLoader
    module = sys.modules["__main__"]
    names = sys.argv[1:]
    suite = (loader.loadTestsFromNames(names, module) if names
             else loader.loadTestsFromModule(module))
    result = _TapResult()
    print("TAP version 13", flush=True)
    suite.run(result)
    print(f"1..{result.count}")
    sys.exit(not result.wasSuccessful() or not result.count)
