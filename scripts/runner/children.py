# SPDX-License-Identifier: BSD-2-Clause
"""Child processes that never outlive the runner, and the loop that listens to them.

Every child leads a process group of its own, is killed by the kernel when the thread that started
it dies (PR_SET_PDEATHSIG), and stands in a register from which kill_all() ends what is left.
"""
from __future__ import annotations

import os
import selectors
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from typing import IO

from .tree import Problem

PR_SET_PDEATHSIG = 1
GRACE = 0.5  # seconds that a dead child's pipes may stay open: its own children may hold them

_lock = threading.Lock()
_running: set[subprocess.Popen] = set()
_closed = False

Stream = socket.socket | IO[bytes]


class Interrupted(BaseException):
    """The runner was told to end: by Ctrl-C, or by a signal."""

    def __init__(self, signum: int):
        self.signum = signum


def _tied_to_parent() -> Callable[[], None]:
    import ctypes

    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()

    def tie() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before the line above
            os._exit(1)
    return tie


def start(command: list[str], **options: object) -> subprocess.Popen:
    """Starts a program; standard input is empty. Raises Problem if there is no such program."""
    with _lock:
        if _closed:
            raise Interrupted(signal.SIGTERM)
        try:
            child = subprocess.Popen(command, stdin=subprocess.DEVNULL, process_group=0,
                                     preexec_fn=_tied_to_parent(), **options)
        except OSError as error:
            raise Problem(f"cannot start {command[0]}: {error.strerror}") from None
        _running.add(child)
        return child


def kill(child: subprocess.Popen) -> None:
    """Ends the child and its process group, and reaps it. Does nothing if that has been done."""
    with _lock:
        if child not in _running:
            return
        _running.discard(child)
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
    child.wait()


def kill_all() -> None:
    """Ends every child; none can be started afterwards."""
    global _closed
    with _lock:
        _closed = True
        left = list(_running)
    for child in left:
        kill(child)


def closed() -> bool:
    """Is the runner on its way out?"""
    return _closed


def listen(child: subprocess.Popen, readers: dict[Stream, Callable[[bytes], None]],
           deadline: Callable[[], float], stop: Callable[[], bool] = lambda: False) -> bool:
    """Hands what arrives on each stream to its reader until the child has ended and all is read.

    deadline() is asked before each wait and gives a time.monotonic(): it may move. Returns False
    if it passed, True if the child ended or stop() said so.
    """
    with selectors.DefaultSelector() as selector:
        for stream, reader in readers.items():
            selector.register(stream, selectors.EVENT_READ, reader)
        pidfd = os.pidfd_open(child.pid)
        selector.register(pidfd, selectors.EVENT_READ, None)
        ended_at = float("inf")
        try:
            while selector.get_map() and not stop():
                limit = min(deadline(), ended_at + GRACE)
                ready = selector.select(max(0.0, limit - time.monotonic()))
                for key, _ in ready:
                    if key.data is None:
                        ended_at = time.monotonic()
                        selector.unregister(pidfd)
                    else:
                        _read(selector, key)
                if not ready and time.monotonic() >= limit:
                    return ended_at != float("inf")
            return True
        finally:
            os.close(pidfd)


def _read(selector: selectors.BaseSelector, key: selectors.SelectorKey) -> None:
    try:
        data = os.read(key.fd, 65536)
    except ConnectionResetError:
        data = b""
    if data:
        key.data(data)
    else:
        selector.unregister(key.fileobj)


def output_of(command: list[str], timeout: float = 20) -> tuple[int, str]:
    """Exit status and output (both streams) of a short helper program."""
    child = start(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        text, _ = child.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        raise Problem(f"{command[0]} took longer than {timeout:g} s and was ended") from None
    finally:
        kill(child)
    return child.returncode, text.decode("utf-8", "replace")
