"""The folder's owner and servers.json."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from newswatch.embedded import state
from newswatch.errors import UserError

RECORD = state.ServersRecord(pid=7, started="2026-01-09T12:00:00+00:00", ready=True, kafka_bootstrap="127.0.0.1:1")


def test_what_is_written_is_read(tmp_path: Path) -> None:
    state.write_state(tmp_path, RECORD)
    assert state.read_state(tmp_path) == RECORD
    state.remove_state(tmp_path)
    assert state.read_state(tmp_path) is None


@pytest.mark.parametrize("content", [b"", b"{", b'{"pid": "x"}', b"\xff\xfe"])
def test_a_damaged_file_counts_as_absent(tmp_path: Path, content: bytes) -> None:
    (tmp_path / state.STATE_FILE).write_bytes(content)
    assert state.read_state(tmp_path) is None


def test_a_second_owner_is_refused_with_the_pid_and_the_way_out(tmp_path: Path) -> None:
    import os

    with state.owning(tmp_path):
        assert state.owner(tmp_path) == os.getpid()
        with (
            pytest.raises(UserError, match=rf"pid {os.getpid()}\).*servers down --data {tmp_path}"),
            state.owning(tmp_path),
        ):
            raise AssertionError("owned twice")
    assert state.owner(tmp_path) == 0


def test_files_left_by_a_dead_owner_do_not_hold_the_folder(tmp_path: Path) -> None:
    (tmp_path / state.LOCK_FILE).write_text("4194304\n")
    state.write_state(tmp_path, RECORD)
    assert state.owner(tmp_path) == 0
    with state.owning(tmp_path):
        assert state.owner(tmp_path) > 0


def test_no_folder_has_no_owner(tmp_path: Path) -> None:
    assert state.owner(tmp_path / "absent") == 0
    assert state.read_state(tmp_path / "absent") is None


@pytest.fixture
def sleeper() -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(600)"])
    yield process
    process.kill()
    process.wait()


def recorded(process: state.ProcessRecord) -> state.ServersRecord:
    return state.ServersRecord(pid=1, started="", processes=(process,))


def test_a_server_left_by_a_dead_owner_is_ended(sleeper: "subprocess.Popen[bytes]") -> None:
    record = recorded(state.process_record("kafka-1", sleeper.pid))
    assert state.is_running(record.processes[0])
    assert state.end_leftovers(record, seconds=0.05) == [sleeper.pid]
    assert not state.is_running(record.processes[0])


def test_a_process_that_only_has_the_same_pid_is_left_alone(sleeper: "subprocess.Popen[bytes]") -> None:
    another = state.ProcessRecord(name="kafka-1", pid=sleeper.pid, created=time.time() - 3600)
    assert state.end_leftovers(recorded(another), seconds=0.05) == []
    assert sleeper.poll() is None
