"""Java's class archive for each server: made once, in the background or by `servers fetch`; it halves later starts.

Measured on two cores: Kafka answers after 0.5 s instead of 1.2 s, Elasticsearch after 0.8 s instead of 1.9 s; making
both takes about 10 s of processor time and 170 MB of disk. A missing or unfit archive costs speed and nothing else.
"""

import contextlib
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from newswatch.embedded.boot import Boot, boot_elasticsearch, boot_kafka
from newswatch.embedded.folders import exclusive
from newswatch.embedded.homes import elasticsearch_home, kafka_home
from newswatch.embedded.java import CLASSES_ALONE, archive_of
from newswatch.embedded.process import ServerProcess, Spawner
from newswatch.embedded.server import Server
from newswatch.errors import Unavailable, UserError

LOWEST_PRIORITY = 19  # making an archive must not slow what the servers were started for
HEAP = "256m"
MAKE_SECONDS = 300.0
POLL_SECONDS = 0.1

_BOOTS: dict[str, tuple[Callable[[Path], Path], Callable[[Boot], Server]]] = {
    "kafka": (kafka_home, lambda boot: boot_kafka(boot)[0][0]),
    "elasticsearch": (elasticsearch_home, boot_elasticsearch),
}

ARCHIVED = tuple(_BOOTS)


@contextlib.contextmanager
def making_archives(cache: Path, *, kafka: bool, elasticsearch: bool) -> Iterator[None]:
    """Inside, a thread makes the archives that are missing; leaving the block gives up what is under way."""
    wanted = [name for name, asked in (("kafka", kafka), ("elasticsearch", elasticsearch)) if asked]
    cancelled = threading.Event()

    def work() -> None:
        # without the archive the next start is slower, that is all: it is tried again then
        with contextlib.suppress(Unavailable, UserError, OSError):
            for name in wanted:
                make_archive(name, cache, cancelled)

    thread = threading.Thread(target=work, name="newswatch-class-archives", daemon=True)
    thread.start()
    try:
        yield
    finally:
        cancelled.set()
        thread.join()


def make_archive(name: str, cache: Path, cancelled: threading.Event) -> None:
    """Makes the class archive of kafka or elasticsearch where it is missing; returns early once `cancelled`.

    Starts the server on a throw-away folder to learn which classes it loads. One process makes it, others return.
    Raises Unavailable or UserError when the server does not come up, OSError when the disk refuses.
    """
    archive = archive_of(_BOOTS[name][0](cache))
    if archive.exists():
        return
    with exclusive(cache / f"{archive.name}.lock", wait=False) as ours:
        if ours and not archive.exists() and not cancelled.is_set():
            with _throw_away(cache / f".{archive.name}.work") as folder:
                _make(name, archive, folder, cancelled)


def _make(name: str, archive: Path, folder: Path, cancelled: threading.Event) -> None:
    classes, draft = folder / "classes", folder / archive.name
    record = (*CLASSES_ALONE, "-XX:AOTMode=record", f"-XX:AOTConfiguration={classes}")
    create = (*CLASSES_ALONE, "-XX:AOTMode=create", f"-XX:AOTConfiguration={classes}", f"-XX:AOTCache={draft}")
    with contextlib.closing(Spawner(LOWEST_PRIORITY)) as spawner:
        boot = Boot(
            data=folder,
            cache=archive.parent,
            spawner=spawner,
            kafka_heap=HEAP,
            elasticsearch_heap=HEAP,
            java_options=lambda home: record,
        )
        command = _recorded(boot, _BOOTS[name][1], cancelled)
        at = command.index(record[0])
        process = ServerProcess(f"{name}-archive", spawner, folder, folder / "archive.log")
        process.start([*command[:at], *create, *command[at + len(record) :]])
        if _finished(process, cancelled):
            draft.replace(archive)


def _recorded(boot: Boot, boot_server: Callable[[Boot], Server], cancelled: threading.Event) -> tuple[str, ...]:
    """Runs the server until it answers, stops it and returns its command line."""
    done = threading.Event()

    def watch() -> None:
        while not done.wait(POLL_SECONDS):
            if cancelled.is_set():
                boot.abort()
                return

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        server = boot_server(boot)
        server.stop(MAKE_SECONDS)
    finally:
        done.set()
        watcher.join()
        boot.abort()
    return server.command


def _finished(process: ServerProcess, cancelled: threading.Event) -> bool:
    """Waits for the process; True when it ended well, False when it failed, took too long or was `cancelled`."""
    deadline = time.monotonic() + MAKE_SECONDS
    while process.alive and not cancelled.is_set() and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    process.kill()
    return process.returncode == 0


@contextlib.contextmanager
def _throw_away(folder: Path) -> Iterator[Path]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
