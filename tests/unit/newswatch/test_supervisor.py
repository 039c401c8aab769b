"""Roles are restarted with back-off, drained at the end, and left alone when they ask for it."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from newswatch import supervisor as module
from newswatch.service import EXIT_POISON
from newswatch.supervisor import Role, Supervisor

STAYS = """
import signal, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print("up", flush=True)
time.sleep(60)
"""


def until(condition: object, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.02)


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """A supervisor whose roles run Python source instead of newswatch commands."""
    made: list[Supervisor] = []

    def build(source: str) -> Supervisor:
        script = tmp_path / "role.py"
        script.write_text("import sys; sys.argv = sys.argv[1:]\n" + source, encoding="utf-8")
        monkeypatch.setattr(module, "COMMAND", (sys.executable, str(script)))
        made.append(Supervisor([Role(name="role", arguments=("x",))], {}, tmp_path / "logs"))
        made[-1].start()
        return made[-1]

    yield build
    for one in made:
        one.stop()


def test_a_dead_role_is_started_again(make: object) -> None:
    supervisor = make("sys.exit(3)")  # type: ignore[operator]

    def restarted() -> bool:
        supervisor.look()
        return bool(supervisor.restarts().get("role", 0) >= 2)

    until(restarted)


def test_a_role_that_asks_for_it_stays_down(make: object) -> None:
    supervisor = make(f"sys.exit({EXIT_POISON})")  # type: ignore[operator]

    def given_up() -> bool:
        supervisor.look()
        return bool(supervisor.given_up())

    until(given_up)
    time.sleep(module.FIRST_WAIT + 0.2)
    supervisor.look()
    assert supervisor.restarts() == {}


def test_stopping_drains(make: object) -> None:
    supervisor = make(STAYS)  # type: ignore[operator]
    until(lambda: "up" in supervisor.log_file("role").read_text(encoding="utf-8"))
    assert supervisor.stop() == {"role": 0}
