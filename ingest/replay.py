"""Replay: files to raw articles on news.raw, paced, acknowledged, the bad ones laid aside with their reason."""

import io
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ingest.documents import Skipped, documents
from ingest.publish import KafkaPublisher, Publisher, message
from ingest.refusals import refused
from ingest.walk import Source, sources
from newswatch import kafka_clients
from newswatch import metric_names as metrics
from newswatch.records.raw import RawArticle
from newswatch.records.rejected import Rejected
from newswatch.reject_reasons import Reason
from newswatch.settings import KafkaSettings

SETTLE_SECONDS = 150.0
"""Seconds the last messages may take to be acknowledged; longer than the producer keeps trying."""

BUFFER = 1024 * 1024
STDIN = 0


@dataclass(slots=True)
class Progress:
    """How far a replay is; `failed` were read but not published."""

    files: int = 0
    documents: int = 0
    published: int = 0
    skipped: int = 0
    failed: int = 0
    bytes_read: int = 0
    bytes_total: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    stopped: bool = False
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether everything read was published or laid aside, and nothing was left unread."""
        return not self.failed and not self.stopped

    def summary(self) -> dict[str, Any]:
        """What `newswatch replay --json` prints."""
        rate = self.documents / self.seconds if self.seconds else 0.0
        return {
            "files": self.files,
            "documents": self.documents,
            "published": self.published,
            "rejected": dict(sorted(self.rejected.items())),
            "skipped": self.skipped,
            "failed": self.failed,
            "stopped": self.stopped,
            "seconds": round(self.seconds, 3),
            "per_second": round(rate, 1),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Articles a second; None as fast as Kafka takes them."""

    per_second: float | None = None

    def wait(self, done: int, elapsed: float) -> float:
        """Seconds to wait before the next article when `done` went out in `elapsed` seconds."""
        return max(0.0, done / self.per_second - elapsed) if self.per_second else 0.0


Step = Callable[[Progress], None]


def replay(
    files: Sequence[Source],
    publisher: Publisher,
    *,
    pace: Pace,
    now: Callable[[], datetime],
    stop: Callable[[], bool] = lambda: False,
    on_step: Step = lambda _: None,
) -> Progress:
    """Publishes every document of `files`; returns when all is acknowledged.

    `stop` ends the reading early, after which what was sent is still waited for. Raises Unavailable.
    """
    progress, began = Progress(bytes_total=sum(file.size for file in files)), time.monotonic()
    for document in _all(files, progress, now):
        if stop():
            progress.stopped = True
            break
        if not _wait(pace.wait(progress.documents, time.monotonic() - began), stop):
            progress.stopped = True
            break
        _send(document, publisher, progress, now())
        on_step(progress)
    progress.failed = publisher.settle(SETTLE_SECONDS)
    progress.published = max(0, progress.published - progress.failed)
    progress.seconds = time.monotonic() - began
    on_step(progress)
    return progress


def replay_to_kafka(
    settings: KafkaSettings,
    paths: Sequence[str],
    *,
    per_second: float | None = None,
    stop: Callable[[], bool] = lambda: False,
    on_step: Step = lambda _: None,
) -> Progress:
    """The same with a producer of its own. Raises UserError for a path that is not there, Unavailable."""
    files = sources(paths)
    publisher = KafkaPublisher(kafka_clients.producer(settings, linger_ms=20))
    try:
        pace = Pace(per_second=per_second)
        return replay(files, publisher, pace=pace, now=lambda: datetime.now(UTC), stop=stop, on_step=on_step)
    finally:
        publisher.close()


def _send(document: RawArticle | Rejected | Skipped, publisher: Publisher, progress: Progress, now: datetime) -> None:
    if isinstance(document, Skipped):
        progress.skipped += 1
        return
    progress.documents += 1
    if isinstance(document, RawArticle) and isinstance(reason := message(document), Reason):
        detail = "the page is larger than a message may be"
        original = (document.html or document.text or "").encode("utf-8", "surrogatepass")
        document = refused(document.url, reason, detail, original, now, document.url)
    publisher.publish(document)
    outcome = "published"
    if isinstance(document, Rejected):
        progress.rejected[str(document.reason)] += 1
        outcome = "rejected"
    else:
        progress.published += 1
    metrics.counter(metrics.REPLAYED).labels(outcome).inc()


def _all(
    files: Sequence[Source], progress: Progress, now: Callable[[], datetime]
) -> Iterator[RawArticle | Rejected | Skipped]:
    for file in files:
        progress.files += 1
        try:
            with _opened(file, progress) as stream:
                yield from documents(file.name, stream, now())
        except (OSError, EOFError, zlib.error) as error:
            why = getattr(error, "strerror", None) or str(error) or type(error).__name__
            yield refused(file.name, Reason.UNREADABLE_FILE, f"cannot be read: {why}", b"", now())


@contextmanager
def _opened(file: Source, progress: Progress) -> Iterator[io.BufferedReader]:
    if file.path is None:
        with open(STDIN, "rb", buffering=0, closefd=False) as raw:
            yield io.BufferedReader(_Counted(raw, progress), BUFFER)
        return
    with file.path.open("rb", buffering=0) as raw:
        yield io.BufferedReader(_Counted(raw, progress), BUFFER)


class _Counted(io.RawIOBase):
    """A file that counts the bytes read of it."""

    def __init__(self, raw: Any, progress: Progress) -> None:
        self._raw = raw
        self._progress = progress

    def readable(self) -> bool:
        """True."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Reads into `buffer`; how many bytes."""
        count: int = self._raw.readinto(buffer) or 0
        self._progress.bytes_read += count
        return count


def _wait(seconds: float, stop: Callable[[], bool]) -> bool:
    """Waits, looking at `stop` often; False when it said so."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        if stop():
            return False
        time.sleep(min(left, 0.1))
    return True
