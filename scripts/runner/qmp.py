# SPDX-License-Identifier: BSD-2-Clause
"""QMP, QEMU's monitor protocol: one JSON object a line, over a socket that QEMU inherited.

QEMU is started stopped (-S); the first commands wait in the socket before it runs. So no event is
missed, however soon the guest ends: events flow only after qmp_capabilities.
(QEMU's docs/interop/qmp-spec.rst, and qapi/run-state.json for the events.)
"""
from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable


class Qmp:
    """Our side of the socket. `on_event(name, data)` is called for each event."""

    def __init__(self, sock: socket.socket, on_event: Callable[[str, dict], None]):
        self._sock = sock
        self._on_event = on_event
        self._buffer = b""
        self._sent = 0
        self._answers: dict[int, object] = {}  # by the number of the command

    def send(self, command: str, **arguments: object) -> int:
        """Sends a command; returns its number."""
        self._sent += 1
        message: dict[str, object] = {"execute": command, "id": self._sent}
        if arguments:
            message["arguments"] = {key.replace("_", "-"): value
                                    for key, value in arguments.items()}
        try:
            self._sock.sendall(json.dumps(message).encode() + b"\n")
        except OSError:  # QEMU is gone; whoever waits for the answer sees its end
            pass
        return self._sent

    def feed(self, data: bytes) -> None:
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        for line in lines:
            try:
                message = json.loads(line)
            except ValueError:
                continue
            if "event" in message:
                self._on_event(message["event"], message.get("data", {}))
            elif "id" in message:
                self._answers[message["id"]] = message.get("return")

    def ask(self, command: str, timeout: float = 2.0, **arguments: object) -> object | None:
        """Sends a command and waits for its answer; None if there is none in time, or an error."""
        number = self.send(command, **arguments)
        deadline = time.monotonic() + timeout
        while number not in self._answers:
            self._sock.settimeout(max(0.01, deadline - time.monotonic()))
            try:
                data = self._sock.recv(65536)
            except OSError:
                return None
            if not data or time.monotonic() > deadline:
                return None
            self.feed(data)
        return self._answers.pop(number)

    def monitor(self, line: str) -> str:
        """What the human monitor answers to a command line."""
        answer = self.ask("human-monitor-command", command_line=line)
        return answer.replace("\r", "") if isinstance(answer, str) else ""
