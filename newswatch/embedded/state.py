"""The data folder's owner: an exclusive lock held while servers run, and servers.json that tells others of them."""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import psutil

from newswatch.errors import UserError

LOCK_FILE = "servers.lock"
STATE_FILE = "servers.json"
LEFTOVER_SECONDS = 5.0
CLOCK_SECONDS = 30.0  # by which a set clock may move the start times the system reports


class ProcessRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One server process: name, pid and start time in seconds since 1970 (pids are used again)."""

    name: str
    pid: int
    created: float


class ServersRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What servers.json holds: who runs the servers, since when (ISO 8601, UTC), where they answer."""

    pid: int
    started: str
    ready: bool = False
    kafka_bootstrap: str = ""
    kafka_secure_bootstrap: str = ""
    elasticsearch_url: str = ""
    processes: tuple[ProcessRecord, ...] = ()


def write_state(data: Path, record: ServersRecord) -> None:
    """Replaces servers.json at once; readers never see half of it."""
    draft = data / f".{STATE_FILE}.new"
    draft.write_bytes(msgspec.json.format(msgspec.json.encode(record)) + b"\n")
    draft.replace(data / STATE_FILE)


def read_state(data: Path) -> ServersRecord | None:
    """What servers.json says, whether or not it still holds; None when absent or unreadable."""
    try:
        return msgspec.json.decode((data / STATE_FILE).read_bytes(), type=ServersRecord)
    except (FileNotFoundError, NotADirectoryError, msgspec.MsgspecError):
        return None


def remove_state(data: Path) -> None:
    """Removes servers.json."""
    (data / STATE_FILE).unlink(missing_ok=True)


def owner(data: Path) -> int:
    """The pid of the process that runs servers on this folder now; 0 when none does."""
    try:
        with (data / LOCK_FILE).open("r") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(handle.read().strip() or -1)
            return 0
    except (FileNotFoundError, NotADirectoryError):
        return 0


@contextlib.contextmanager
def owning(data: Path) -> Iterator[None]:
    """Owns the folder, which must exist. Raises UserError naming the owner when another process runs servers on it."""
    with (data / LOCK_FILE).open("a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.seek(0)
            raise in_use(data, handle.read().strip()) from None
        handle.truncate(0)
        handle.write(f"{os.getpid()}\n")
        handle.flush()
        yield


def in_use(data: Path, pid: str) -> UserError:
    """The sentence for a folder whose servers already run."""
    return UserError(
        f"servers already run on {data} (pid {pid or 'unknown'}): stop them with "
        f"`newswatch servers down --data {data}` or choose another folder with --data"
    )


def end_leftovers(record: ServersRecord | None, seconds: float = LEFTOVER_SECONDS) -> list[int]:
    """Waits for servers of a dead owner to go, then kills those still there; the pids that had to be killed."""
    left = [process for one in (record.processes if record else ()) if (process := _same(one))]
    _, alive = psutil.wait_procs(left, timeout=seconds)
    for process in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, timeout=seconds)
    return [process.pid for process in alive]


def is_running(record: ProcessRecord) -> bool:
    """Whether this very process still runs."""
    process = _same(record)
    return process is not None and process.status() != psutil.STATUS_ZOMBIE


def _same(record: ProcessRecord) -> psutil.Process | None:
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(record.pid)
        if abs(process.create_time() - record.created) < CLOCK_SECONDS:
            return process
    return None


def process_record(name: str, pid: int) -> ProcessRecord:
    """The record of a process started just now."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return ProcessRecord(name=name, pid=pid, created=psutil.Process(pid).create_time())
    return ProcessRecord(name=name, pid=pid, created=time.time())
