"""What a channel is: something that sends one message, or says whether trying again can help."""

from dataclasses import dataclass
from typing import Protocol

from newswatch.errors import Unavailable
from newswatch.records.alert import Alert


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What goes out: one alert, or a digest of several. The key is the same each time the same thing is sent."""

    key: str
    title: str
    text: str
    alerts: tuple[Alert, ...]


class Busy(Unavailable):
    """The channel asks to wait `seconds` before the next message."""

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


class Channel(Protocol):
    """One way out. Used by one thread only."""

    def send(self, message: Message) -> str:
        """Sends, returns a word on how (for the record).

        Blocks for its own timeout at most. Raises Unavailable (Busy) when trying again can help, Unprocessable when it
        cannot.
        """
        ...

    def close(self) -> None:
        """Frees connections and files."""
        ...
