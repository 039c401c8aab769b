"""Keeps roles running as processes of their own: restarts the dead with back-off, drains all at the end."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from newswatch.embedded.process import owned_by_us
from newswatch.logs import logger
from newswatch.service import EXIT_POISON

FIRST_WAIT = 0.5
LONGEST_WAIT = 30.0
"""Seconds before a dead role is started again; doubled each time, forgotten after STEADY seconds of running."""

STEADY = 60.0
DRAIN_SECONDS = 20.0
LOG_BYTES = 8 * 1024 * 1024

COMMAND = (sys.executable, "-m", "newswatch.cli.app")
"""What a role's arguments follow."""

log = logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """One process to keep: `arguments` follow `newswatch`; its standard output is ours when `speaks`."""

    name: str
    arguments: tuple[str, ...]
    speaks: bool = False


@dataclass(slots=True, kw_only=True)
class _Kept:
    role: Role
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    wait: float = FIRST_WAIT
    again_at: float = 0.0
    restarts: int = 0
    given_up: bool = False
    ended: list[int] = field(default_factory=list)


class Supervisor:
    """Owns the role processes. `clock` is monotonic, in seconds."""

    def __init__(
        self,
        roles: Sequence[Role],
        environment: Mapping[str, str],
        logs: Path,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._kept = [_Kept(role=role) for role in roles]
        self._environment = {**os.environ, **environment}
        self._logs, self._clock = logs, clock

    def start(self) -> None:
        """Starts every role."""
        self._logs.mkdir(parents=True, exist_ok=True)
        for kept in self._kept:
            self._start(kept)

    def look(self) -> None:
        """Restarts what died and whose wait is over. Call it about once a second."""
        now = self._clock()
        for kept in self._kept:
            if kept.process is None:
                if not kept.given_up and now >= kept.again_at:
                    kept.restarts += 1
                    self._start(kept)
            elif (code := kept.process.poll()) is not None:
                self._note_end(kept, code, now)

    def pids(self) -> dict[str, int]:
        """The running processes by role name."""
        return {kept.role.name: kept.process.pid for kept in self._kept if kept.process}

    def restarts(self) -> dict[str, int]:
        """How often each role was started again."""
        return {kept.role.name: kept.restarts for kept in self._kept if kept.restarts}

    def given_up(self) -> tuple[str, ...]:
        """Roles that asked not to be started again."""
        return tuple(kept.role.name for kept in self._kept if kept.given_up)

    def log_file(self, name: str) -> Path:
        """Where a role's log goes."""
        return self._logs / f"{name}.log"

    def stop(self) -> dict[str, int]:
        """Asks all to drain, kills what is left after DRAIN_SECONDS; gives exit codes by role name."""
        running = [kept for kept in self._kept if kept.process and kept.process.poll() is None]
        for kept in running:
            assert kept.process
            kept.process.terminate()
        deadline = time.monotonic() + DRAIN_SECONDS
        return {kept.role.name: _ended(kept, deadline) for kept in running}

    def _start(self, kept: _Kept) -> None:
        path = self.log_file(kept.role.name)
        if path.exists() and path.stat().st_size > LOG_BYTES:
            path.replace(path.with_suffix(".log.1"))
        with path.open("ab") as output:
            kept.process = subprocess.Popen(
                [*owned_by_us(), *COMMAND, *kept.role.arguments],
                stdin=subprocess.DEVNULL,
                stdout=None if kept.role.speaks else output,
                stderr=output,
                env=self._environment,
                start_new_session=True,
            )
        kept.started = self._clock()

    def _note_end(self, kept: _Kept, code: int, now: float) -> None:
        if now - kept.started > STEADY:
            kept.wait = FIRST_WAIT
        kept.process, kept.again_at = None, now + kept.wait
        kept.wait = min(kept.wait * 2, LONGEST_WAIT)
        kept.ended.append(code)
        kept.given_up = code == EXIT_POISON
        log.warning(
            "role-ended",
            role=kept.role.name,
            code=code,
            restart_in=None if kept.given_up else kept.again_at - now,
            log=str(self.log_file(kept.role.name)),
        )


def _ended(kept: _Kept, deadline: float) -> int:
    assert kept.process
    try:
        return kept.process.wait(max(0.1, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        log.error("role-killed", role=kept.role.name, after_seconds=DRAIN_SECONDS)
        kept.process.kill()
        return kept.process.wait()
