# SPDX-License-Identifier: BSD-2-Clause
"""Folders of the project, scratch folders of a run, and the one error the user sees."""
from __future__ import annotations

import itertools
import os
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
RUN = BUILD / "run"
RESULTS = BUILD / "results"

FAILED, USAGE = 1, 2  # exit statuses, beside 0


class Problem(Exception):
    """Something the user should know: one line that says what is wrong and what to do."""

    def __init__(self, text: str, status: int = FAILED):
        super().__init__(text)
        self.status = status


def shown(path: Path) -> str:
    """The path as a user would type it from where he stands."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


class Scratch:
    """A folder build/run/PID.N for the files of one run, made at first use.

    Its name holds our process number, so that runners at work at the same time do not meet, and
    what a killed runner left behind is recognised and removed by the next one. With `keep` the
    folder is called kept-PID.N and stays.
    """

    def __init__(self, keep: bool = False):
        self.keep = keep
        self._path: Path | None = None
        self._numbers = itertools.count()
        self._lock = threading.Lock()

    def file(self, name: str) -> Path:
        """A path for a new file, different at each call; there may be callers in many threads."""
        with self._lock:
            if self._path is None:
                self._path = self._make()
            return self._path / f"{next(self._numbers)}-{name}"

    def _make(self) -> Path:
        RUN.mkdir(parents=True, exist_ok=True)
        self._sweep()
        for number in itertools.count():
            path = RUN / f"{'kept-' if self.keep else ''}{os.getpid()}.{number}"
            try:
                path.mkdir()
                return path
            except FileExistsError:
                continue
        raise AssertionError

    @staticmethod
    def _sweep() -> None:
        for path in RUN.iterdir():
            pid = path.name.partition(".")[0]
            if pid.isdecimal() and not _alive(int(pid)):
                _remove(path)

    def close(self) -> None:
        if self._path is not None and not self.keep:
            _remove(self._path)
        self._path = None

    def __enter__(self) -> Scratch:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _remove(path: Path) -> None:
    import shutil

    shutil.rmtree(path, ignore_errors=True)
