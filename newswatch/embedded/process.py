"""One server process: it dies with its owner, logs to a file of bounded size, stops in bounded time."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

import psutil

from newswatch.embedded.java import java_environment

LOG_BYTES = 8 * 1024 * 1024  # a log file past this is moved to NAME.1, which it replaces
TAIL_LINES = 12
TAIL_BYTES = 16 * 1024
STOP_SECONDS = 20.0
_SCRIPTS = Path(__file__).parent


class Spawner:
    """Starts processes from one thread that lives as long as the owner wants its servers to live.

    On Linux a parent-death signal follows the *thread* that forked, so no short-lived thread may fork a server.
    """

    def __init__(self, priority: int = 0) -> None:
        self._priority = priority
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="newswatch-spawner")

    def spawn(self, command: Sequence[str], folder: Path, output: IO[bytes]) -> "subprocess.Popen[bytes]":
        """Starts `command` in `folder`, in its own session (Ctrl-C in a terminal reaches the owner alone)."""
        return self._thread.submit(self._spawn, command, folder, output).result()

    def close(self) -> None:
        """Ends the thread; servers still running die with it on Linux."""
        self._thread.shutdown()

    def _spawn(self, command: Sequence[str], folder: Path, output: IO[bytes]) -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(
            [*owned_by_us(), *command],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=java_environment(),
            start_new_session=True,
        )
        if self._priority:
            lower_priority(process.pid, self._priority)
        return process


def lower_priority(pid: int, nice: int) -> None:
    """Sets a process's nice value; also its session's, which is what Linux with autogroups goes by."""
    with contextlib.suppress(OSError, psutil.Error):
        psutil.Process(pid).nice(nice)
    with contextlib.suppress(OSError):
        Path(f"/proc/{pid}/autogroup").write_text(str(nice))


def owned_by_us() -> list[str]:
    """What to put before a command so that the kernel kills it when this process dies (Linux; nothing elsewhere)."""
    if sys.platform != "linux":
        return []
    return [sys.executable, "-I", "-S", str(_SCRIPTS / "deathsig.py"), str(os.getpid())]


def guard(pid: int) -> "subprocess.Popen[bytes]":
    """A small process that kills `pid` once this process is gone, however it went; ends it by closing its stdin."""
    return subprocess.Popen(
        [sys.executable, "-I", "-S", str(_SCRIPTS / "guard.py"), str(pid)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


class ServerProcess:
    """A command that can be started again and again, one process at a time, its output appended to `log`."""

    def __init__(self, name: str, spawner: Spawner, folder: Path, log: Path) -> None:
        self.name = name
        self.log = log
        self._spawner = spawner
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None
        self._log_start = 0

    @property
    def pid(self) -> int:
        """The running process's id; 0 before the first start."""
        return self._process.pid if self._process else 0

    @property
    def returncode(self) -> int | None:
        """None while it runs."""
        return self._process.poll() if self._process else None

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.poll() is None

    def start(self, command: Sequence[str]) -> None:
        """Starts it; the log of former starts is kept up to LOG_BYTES."""
        self.bound_log(limit=LOG_BYTES // 2)
        with self.log.open("ab") as output:
            self._log_start = output.tell()
            self._process = self._spawner.spawn(command, self._folder, output)
        if sys.platform != "linux":
            self._guard = guard(self._process.pid)

    def signal(self, number: int) -> None:
        """Sends a signal; a process already gone is no error."""
        if self._process is not None:
            self._process.send_signal(number)

    def kill(self) -> None:
        """kill -9, and waits until the process is gone."""
        self.signal(signal.SIGKILL)
        self._reap(None)

    def stop(self, seconds: float = STOP_SECONDS) -> bool:
        """SIGTERM, then kill -9 after `seconds`. True when it went by itself."""
        self.signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._reap(seconds)
            return True
        self.kill()
        return False

    def _reap(self, seconds: float | None) -> None:
        if self._process is not None:
            self._process.wait(seconds)
        if self._guard is not None and self._guard.stdin is not None:
            self._guard.kill()
            self._guard.stdin.close()
            self._guard.wait()
            self._guard = None

    def tail(self) -> str:
        """The last lines this start wrote, for an error message."""
        with contextlib.suppress(FileNotFoundError), self.log.open("rb") as handle:
            handle.seek(0, os.SEEK_END)
            handle.seek(max(min(self._log_start, handle.tell()), handle.tell() - TAIL_BYTES))
            text = handle.read().decode("utf-8", "replace")
            return "\n".join(text.splitlines()[-TAIL_LINES:])
        return ""

    def wrote(self, *phrases: str) -> bool:
        """Whether this start's output holds one of the phrases."""
        with contextlib.suppress(FileNotFoundError), self.log.open("rb") as handle:
            handle.seek(self._log_start)
            text = handle.read(LOG_BYTES).decode("utf-8", "replace")
            return any(phrase in text for phrase in phrases)
        return False

    def bound_log(self, limit: int = LOG_BYTES) -> None:
        """Moves the content of a log longer than `limit` bytes to NAME.1; the server goes on appending."""
        with contextlib.suppress(FileNotFoundError):
            if self.log.stat().st_size <= limit:
                return
            with self.log.open("r+b") as handle:
                self.log.with_name(f"{self.log.name}.1").write_bytes(handle.read(LOG_BYTES * 2))
                handle.truncate(0)
            self._log_start = 0
