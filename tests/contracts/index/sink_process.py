"""The index sink as a process of its own, which a test may kill; and the messages a generated month becomes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from newswatch import kafka_clients, wire
from newswatch.errors import Unavailable
from newswatch.flow import STAGES
from newswatch.group_lag import LagReader
from newswatch.records.article import Article
from newswatch.service import EXIT_GUARD
from newswatch.settings import Settings
from newswatch.topics import Topic
from tests.generated_month import WATCH, Book, tracked

BROKEN_EVERY = 50
"""One message in so many is not a record: 2 %."""


LOOK_EVERY = 0.3
"""Seconds between two looks at the lag: each makes a client of its own."""


class SinkProcess:
    """`newswatch index` on given servers, started again when it asks for that; its log goes to a file."""

    def __init__(self, settings: Settings) -> None:
        self._environment = os.environ | {
            "NEWSWATCH_DATA": str(settings.data),
            "NEWSWATCH_KAFKA__BOOTSTRAP": settings.kafka.bootstrap,
            "NEWSWATCH_KAFKA__SESSION_TIMEOUT": "6",
            "NEWSWATCH_ELASTICSEARCH__URL": settings.elasticsearch.url,
            "NEWSWATCH_ELASTICSEARCH__PREFIX": settings.elasticsearch.prefix,
        }
        self.log = settings.data / "index.log"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "SinkProcess":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None and self._process.poll() is None:
            self.kill()

    def start(self) -> None:
        """Starts it."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "newswatch.cli.app", "index"], env=self._environment, stdout=log, stderr=log
            )

    def kill(self) -> None:
        """kill -9."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def tend(self) -> None:
        """Starts it again after EXIT_GUARD, as every service manager it is deployed under does."""
        if self._process is not None and self._process.poll() == EXIT_GUARD:
            self.start()

    def stop(self) -> int:
        """SIGTERM; gives the exit code."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(60)

    def tail(self) -> str:
        """The end of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])


def publish(settings: Settings, articles: Iterable[Article]) -> Book:
    """Sends the articles as the stages before the sink would, one broken message in fifty; gives the ledger."""
    book, producer = Book(), kafka_clients.producer(settings.kafka)
    for number, article in enumerate(articles):
        if article.watches:
            key = f"{WATCH}-{number % 6}".encode()
            producer.send(Topic.TRACKED, key=key, value=wire.encode(tracked(article)))
        else:
            producer.send(Topic.ARTICLES, key=article.article_id.encode(), value=wire.encode(article))
        book.enter(article)
        if number % BROKEN_EVERY == BROKEN_EVERY - 1:
            producer.send(Topic.ARTICLES, key=b"broken", value=b'{"v":1,"article_id":%d' % number)
            book.broken += 1
    producer.flush()
    producer.close()
    return book


def lag(settings: Settings, seconds: float = 30) -> int:
    """Messages the sink's group has not committed; a broker that is away, or has no coordinator yet, is waited for."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            reader = LagReader(settings.kafka)
            try:
                return reader.lag(STAGES["index"])
            finally:
                reader.close()
        except Unavailable:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def wait_for_lag(settings: Settings, sink: SinkProcess, most: int, seconds: float = 120) -> None:
    """Waits until at most so many messages are uncommitted; fails after `seconds` in which not one more was."""
    least, since = lag(settings, seconds), time.monotonic()
    while least > most:
        time.sleep(LOOK_EVERY)
        sink.tend()
        if (now := lag(settings, seconds)) < least:
            least, since = now, time.monotonic()
        assert time.monotonic() - since < seconds, f"the sink is stuck at {least}:\n{sink.tail()}"


def wait_for(condition: Callable[[], bool], seconds: float, what: Callable[[], str]) -> None:
    """Polls until `condition` holds; fails with `what()` after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, what()
        time.sleep(0.1)


def data_folder(base: Path) -> Path:
    """Where the sink of a test keeps its run file and log."""
    folder = base / "roles"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
