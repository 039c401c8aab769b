"""A channel that answers as told, and a record of deliveries in memory."""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from newswatch.records.alert import Delivery
from sinks.notify.channels.base import Message


class ScriptedChannel:
    """Raises or accepts, one entry of `script` a send; after the script it accepts. `gate` closed: it hangs."""

    def __init__(self, script: Sequence[Exception | None] = ()) -> None:
        self.script = list(script)
        self.messages: list[Message] = []
        self.tries = 0
        self.gate = threading.Event()
        self.gate.set()

    def send(self, message: Message) -> str:
        self.tries += 1
        self.gate.wait()
        answer = self.script.pop(0) if self.script else None
        if answer is not None:
            raise answer
        self.messages.append(message)
        return "ok"

    def close(self) -> None:
        self.gate.set()


class MemoryRecord:
    """Keeps every delivery record in order and acknowledges at once."""

    def __init__(self) -> None:
        self.written: list[Delivery] = []
        self.settled: list[str] = []

    def record(self, delivery: Delivery, partition: int, acknowledged: Callable[[], None]) -> None:
        self.written.append(delivery)
        acknowledged()

    def settle(self, delivery: Delivery, partition: int) -> None:
        self.settled.append(delivery.alert_id)

    def outcomes(self, alert_id: str) -> list[str]:
        return [delivery.outcome.value for delivery in self.written if delivery.alert_id == alert_id]


class HandClock:
    """A clock that moves when told."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **length: float) -> None:
        self.now += timedelta(**length)
