"""A role's process as its manager sees it: ready, alive, stuck, stopping, told to read its settings anew."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from newswatch import supervisor
from tests.waiting import until

ROLE = """
import sys, time
from newswatch import watchdog
from newswatch.service import Service
from newswatch.settings import load_settings
from newswatch.logs import logger
import newswatch.service as service
stuck_after, service.HEARTBEAT_LIMIT, stuck = float(sys.argv[1]), 1.0, float(sys.argv[2])
watchdog.TICK, watchdog.Watchdog.__init__.__kwdefaults__["stuck"] = 0.1, stuck
watchdog.Watchdog.__init__.__kwdefaults__["tick"] = 0.1
with Service("planted", load_settings(find_servers=False)) as role:
    role.ready.set()
    began = time.monotonic()
    while not role.stop.wait(0.05):
        logger("loop").debug("turn")
        if time.monotonic() - began < stuck_after:
            role.heartbeat.beat()
"""

NEVER = "600"


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    """The socket a service manager listens on."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(20)
        yield listening


@pytest.fixture
def started(tmp_path: Path) -> Iterator[list["subprocess.Popen[bytes]"]]:
    roles: list[subprocess.Popen[bytes]] = []
    yield roles
    for role in roles:
        role.kill()
        role.wait()


def start(tmp_path: Path, *arguments: str) -> "subprocess.Popen[bytes]":
    told = {
        **os.environ,
        "NOTIFY_SOCKET": str(tmp_path / "notify"),
        "NEWSWATCH_DATA": str(tmp_path),
        "NEWSWATCH_CONFIG": str(tmp_path / "newswatch.toml"),
    }
    (tmp_path / "newswatch.toml").write_text('[log]\nformat = "json"\n', encoding="utf-8")
    with (tmp_path / "log").open("wb") as log:
        return subprocess.Popen([sys.executable, "-c", ROLE, *arguments], env=told, stderr=log)


def wait_for_message(manager: socket.socket, wanted: str) -> None:
    while manager.recv(100).decode() != wanted:
        pass


def silence(manager: socket.socket, seconds: float) -> bool:
    """Whether `seconds` pass without a message, within 20 s."""
    deadline = time.monotonic() + 20
    manager.settimeout(seconds)
    while time.monotonic() < deadline:
        try:
            manager.recv(100)
        except TimeoutError:
            return True
    return False


def test_a_role_says_ready_then_alive_then_stopping(
    tmp_path: Path, manager: socket.socket, started: list["subprocess.Popen[bytes]"]
) -> None:
    started.append(start(tmp_path, NEVER, NEVER))
    wait_for_message(manager, "READY=1")
    wait_for_message(manager, "WATCHDOG=1")
    started[0].send_signal(signal.SIGTERM)
    assert started[0].wait(20) == 0


def test_a_stuck_loop_is_silent_so_that_systemd_restarts_it(
    tmp_path: Path, manager: socket.socket, started: list["subprocess.Popen[bytes]"]
) -> None:
    started.append(start(tmp_path, "1", NEVER))
    wait_for_message(manager, "READY=1")
    assert silence(manager, 3)
    assert started[0].poll() is None, "the process lives; only its loop is stuck"


def test_a_stuck_loop_ends_its_role_where_no_manager_watches(
    tmp_path: Path, started: list["subprocess.Popen[bytes]"]
) -> None:
    started.append(start(tmp_path, "0.5", "2"))
    assert started[0].wait(30) == 70
    events = [json.loads(line) for line in (tmp_path / "log").read_text(encoding="utf-8").splitlines()]
    assert any(event["event"] == "role-ends" and "has not moved" in event["why"] for event in events)


def test_a_role_with_a_stuck_loop_is_started_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "COMMAND", (sys.executable, "-c", ROLE))
    monkeypatch.setenv("NEWSWATCH_DATA", str(tmp_path))
    keeper = supervisor.Supervisor([supervisor.Role(name="planted", arguments=("0.5", "2"))], {}, tmp_path / "logs")
    keeper.start()
    first = keeper.pids()["planted"]

    def restarted() -> bool:
        keeper.look()
        return keeper.pids().get("planted") not in (None, first)

    until(restarted, 40)
    keeper.stop()
    assert keeper.restarts() == {"planted": 1}
    assert b"has not moved" in (tmp_path / "logs" / "planted.log").read_bytes()


def test_the_level_of_logs_changes_without_a_restart(
    tmp_path: Path, manager: socket.socket, started: list["subprocess.Popen[bytes]"]
) -> None:
    started.append(start(tmp_path, NEVER, NEVER))
    wait_for_message(manager, "READY=1")
    log = tmp_path / "log"
    assert b'"turn"' not in log.read_bytes()
    (tmp_path / "newswatch.toml").write_text('[log]\nformat = "json"\nlevel = "debug"\n', encoding="utf-8")
    started[0].send_signal(signal.SIGHUP)
    deadline = time.monotonic() + 20
    while b'"turn"' not in log.read_bytes():
        assert time.monotonic() < deadline, "debug events do not appear"
        time.sleep(0.05)
    (tmp_path / "newswatch.toml").write_text('[log]\nlevel = "loud"\n', encoding="utf-8")
    started[0].send_signal(signal.SIGHUP)
    while b"settings-wrong" not in log.read_bytes():
        assert time.monotonic() < deadline, "a wrong setting is not told"
        time.sleep(0.05)
    assert started[0].poll() is None
