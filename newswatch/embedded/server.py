"""One running server as its users see it: where it answers, and killing, stopping and restarting it in place."""

import shutil
import signal
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from newswatch.embedded.process import STOP_SECONDS, ServerProcess
from newswatch.errors import Unavailable

READY_SECONDS = 120.0  # a start on a very busy machine
POLL_SECONDS = 0.05
PORT_TAKEN = ("Address already in use", "BindHttpException", "BindTransportException")
SPARE_BYTES = 1024 * 1024  # with less than this left the server could not even log why it ended
DISK_FULL = ("No space left on device", "Disk quota exceeded")


class PortTaken(Unavailable):
    """Another program took a chosen port between the choice and the server's start."""


class Server:
    """A server at a fixed address on a fixed folder. Its methods may be called from any thread, one at a time."""

    def __init__(self, address: str, process: ServerProcess, command: Sequence[str], ready: Callable[[], bool]) -> None:
        self.address = address
        self.command = tuple(command)
        self.changed: Callable[[], None] = lambda: None
        self._process = process
        self._ready = ready
        self._cancelled = threading.Event()

    @property
    def name(self) -> str:
        """For example kafka-1 or elasticsearch."""
        return self._process.name

    @property
    def pid(self) -> int:
        """The process's id; that of the last start once it is gone."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process.alive

    @property
    def log(self) -> Path:
        """The file of its output."""
        return self._process.log

    def launch(self) -> None:
        """Starts the process without waiting for it to answer."""
        self._process.start(self.command)

    def wait_ready(self, seconds: float = READY_SECONDS) -> None:
        """Blocks until it answers. PortTaken, or Unavailable with the log's tail, when it dies or stays silent."""
        deadline = time.monotonic() + seconds
        while not self._ready():
            if not self.alive:
                raise self._failure(f"ended with {self._process.returncode} before it answered")
            if self._cancelled.is_set():
                raise Unavailable(f"{self.name}: start given up")
            if time.monotonic() > deadline:
                raise self._failure(f"did not answer within {seconds:.0f} s")
            time.sleep(POLL_SECONDS)

    def restart(self, seconds: float = READY_SECONDS) -> None:
        """Stops it if it runs, starts it on the same port and data, waits until it answers. Raises as `wait_ready`."""
        if self.alive:
            self._process.stop()
        self.launch()
        self.changed()
        self.wait_ready(seconds)

    def kill(self) -> None:
        """kill -9; returns once the process is gone."""
        self._process.kill()

    def stop(self, seconds: float = STOP_SECONDS) -> bool:
        """SIGTERM, then kill -9 after `seconds`; True when it went by itself. Also ends a `wait_ready` under way."""
        self._cancelled.set()
        done = self._process.stop(seconds)
        self._cancelled.clear()
        return done

    def pause(self) -> None:
        """Freezes the process: its port still takes connections, nothing is answered."""
        self._process.signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Lets a paused process go on."""
        self._process.signal(signal.SIGCONT)

    def bound_log(self) -> None:
        """Keeps its log file within bounds; to be called now and then."""
        self._process.bound_log()

    def tail(self) -> str:
        """The last lines of its output."""
        return self._process.tail()

    def _failure(self, what: str) -> Unavailable:
        if self._process.wrote(*PORT_TAKEN):
            return PortTaken(f"{self.name}: a port of {self.address} is taken by another program")
        if self._process.wrote(*DISK_FULL) or shutil.disk_usage(self.log.parent).free < SPARE_BYTES:
            return Unavailable(
                f"{self.name} {what}: the disk is full under {self.log.parent}; free some space, then start again"
            )
        return Unavailable(f"{self.name} {what}; the end of {self.log}:\n{self._process.tail()}")
