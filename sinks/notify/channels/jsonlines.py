"""Alerts as JSON lines in a file."""

import os
from pathlib import Path

import msgspec

from newswatch.errors import Unavailable
from sinks.notify.channels.base import Message


class JsonLinesChannel:
    """Appends one line an alert: its record with `idempotency_key`; each line is on the disk before the send counts."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def send(self, message: Message) -> str:
        """Appends the message's alerts. Raises Unavailable when the file cannot be written (a full disk, rights)."""
        lines = b"".join(self._line(message, alert_number) for alert_number in range(len(message.alerts)))
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("ab+") as file:
                if file.tell() and not self._ends_a_line(file.fileno(), file.tell()):
                    lines = b"\n" + lines  # a process was killed in the middle of a line
                file.write(lines)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise Unavailable(f"{self._path} cannot be written: {error}") from error
        return str(self._path)

    def _ends_a_line(self, descriptor: int, size: int) -> bool:
        return os.pread(descriptor, 1, size - 1) == b"\n"

    def _line(self, message: Message, number: int) -> bytes:
        record = msgspec.to_builtins(message.alerts[number])
        return msgspec.json.encode(record | {"idempotency_key": message.key}) + b"\n"

    def close(self) -> None:
        """Nothing is held open."""
