"""Tells the service manager how a role is (sd_notify), and ends a role whose loop is stuck where no manager would."""

import os
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

TICK = 1.0
"""Seconds between two looks; systemd's watchdog time is to be several of them."""

STUCK_LIMIT = 300.0
"""Seconds without a heartbeat after which a ready role ends itself: later than systemd's watchdog or a liveness probe
would end it, so that this is for places that have neither."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A role now: whether its loop runs, whether it was asked to stop, seconds since the loop moved."""

    ready: bool
    stopping: bool
    age: float


def messages(now: Condition, told: frozenset[str], limit: float) -> tuple[str, ...]:
    """What systemd is to hear now: READY and STOPPING once, WATCHDOG while the loop moved within `limit` seconds."""
    once = (("READY=1", now.ready), ("STOPPING=1", now.stopping))
    said = tuple(message for message, true in once if true and message not in told)
    return said + (("WATCHDOG=1",) if now.age < limit else ())


class Watchdog(threading.Thread):
    """Looks every `tick` seconds until the role stops; `fail` is called with a sentence when the loop is stuck."""

    def __init__(
        self,
        look: Callable[[], Condition],
        fail: Callable[[str], None],
        limit: float,
        *,
        stuck: float = STUCK_LIMIT,
        tick: float = TICK,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        super().__init__(name="watchdog", daemon=True)
        self._look, self._fail, self._limit, self._stuck, self._tick = look, fail, limit, stuck, tick
        self._address = environment.get("NOTIFY_SOCKET", "")
        self._ended = threading.Event()

    def run(self) -> None:
        """Tells and watches; a manager that does not listen is not waited for."""
        told: frozenset[str] = frozenset()
        while True:
            now = self._look()
            for message in messages(now, told, self._limit):
                self._send(message)
                told |= {message}
            if now.ready and not now.stopping and now.age > self._stuck:
                self._fail(f"the loop has not moved for {now.age:.0f} s")
            if self._ended.wait(self._tick):
                return

    def end(self) -> None:
        """Ends the thread."""
        self._ended.set()

    def _send(self, message: str) -> None:
        if not self._address:
            return
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
                channel.setblocking(False)
                channel.sendto(message.encode(), address)
        except OSError:
            return  # the manager went away, or its queue is full: the next tick tells it again
