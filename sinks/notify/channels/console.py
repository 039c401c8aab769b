"""Alerts on standard output."""

import sys
from typing import TextIO

from sinks.notify.channels.base import Message


class ConsoleChannel:
    """Writes each message as text with an empty line after it."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout

    def send(self, message: Message) -> str:
        """Writes; a reader that has gone away is no reason to try again."""
        try:
            self._stream.write(f"{message.title}\n{message.text.rstrip()}\n\n")
            self._stream.flush()
        except (BrokenPipeError, ValueError):
            return "nobody is reading"
        return "written"

    def close(self) -> None:
        """Nothing to free: the stream is the process's."""
