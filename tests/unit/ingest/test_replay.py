"""Replay: every document published or laid aside, paced, stopped and settled."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.publish import KafkaPublisher, message
from ingest.replay import Pace, Progress, replay
from ingest.walk import sources
from newswatch import wire
from newswatch.errors import Unavailable, UserError
from newswatch.records.raw import RawArticle
from newswatch.records.rejected import Rejected
from newswatch.reject_reasons import Reason
from newswatch.topics import Topic

NOW = datetime(2026, 1, 12, 15, 0, tzinfo=UTC)


class Memory:
    """A publisher that keeps what it is given."""

    def __init__(self, failing: int = 0) -> None:
        self.documents: list[RawArticle | Rejected] = []
        self.settled = False
        self._failing = failing

    def publish(self, document: RawArticle | Rejected) -> None:
        self.documents.append(document)

    def settle(self, timeout: float) -> int:
        self.settled = True
        return self._failing


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "seeds"
    (root / "b").mkdir(parents=True)
    (root / ".hidden").mkdir()
    rows = [{"url": f"https://paper.example/{n}", "title": "T", "text": "Words."} for n in range(5)]
    (root / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    (root / "b" / "page.html").write_text("<html><body><p>Words.</p></body></html>", encoding="utf-8")
    (root / "b" / "broken.txt").write_bytes(b"\x89PNG\r\n")
    (root / "ORIGIN.md").write_text("not a document", encoding="utf-8")
    (root / ".hidden" / "x.txt").write_text("not a document", encoding="utf-8")
    return root


def run(folder: Path, publisher: Memory, **options: Any) -> Progress:
    return replay(sources([str(folder)]), publisher, pace=Pace(), now=lambda: NOW, **options)


def test_everything_is_published_or_laid_aside_and_accounted_for(folder: Path) -> None:
    memory = Memory()
    progress = run(folder, memory)
    assert [type(document).__name__ for document in memory.documents] == ["Rejected"] + ["RawArticle"] * 6
    assert memory.settled
    summary = progress.summary()
    assert (summary["files"], summary["documents"], summary["published"], summary["failed"]) == (3, 7, 6, 0)
    assert summary["rejected"] == {"unsupported-type": 1}
    assert progress.ok
    assert progress.bytes_read == progress.bytes_total > 0


def test_a_second_replay_brings_the_same_ids(folder: Path) -> None:
    first, second = Memory(), Memory()
    run(folder, first)
    run(folder, second)
    assert [wire.encode(document) for document in first.documents] == [
        wire.encode(document) for document in second.documents
    ]


def test_an_unreadable_file_is_laid_aside_and_the_rest_goes_on(folder: Path) -> None:
    (folder / "a.jsonl.gz").write_bytes(b"\x1f\x8b\x08\x00broken")
    memory = Memory()
    run(folder, memory)
    reasons = [document.reason for document in memory.documents if isinstance(document, Rejected)]
    assert reasons == [Reason.UNREADABLE_FILE, Reason.UNSUPPORTED_TYPE]
    assert len(memory.documents) == 8


def test_a_file_that_vanishes_is_laid_aside(folder: Path) -> None:
    files = sources([str(folder)])
    (folder / "b" / "page.html").unlink()
    memory = Memory()
    replay(files, memory, pace=Pace(), now=lambda: NOW)
    assert Reason.UNREADABLE_FILE in [
        document.reason for document in memory.documents if isinstance(document, Rejected)
    ]


def test_a_stop_ends_the_reading_and_still_waits_for_what_was_sent(folder: Path) -> None:
    memory = Memory()
    progress = run(folder, memory, stop=lambda: len(memory.documents) >= 3)
    assert len(memory.documents) == 3
    assert memory.settled
    assert progress.stopped
    assert not progress.ok


def test_what_could_not_be_published_is_told(folder: Path) -> None:
    progress = run(folder, Memory(failing=2))
    assert (progress.failed, progress.published, progress.ok) == (2, 4, False)


def test_a_page_too_large_for_a_message_is_laid_aside(tmp_path: Path) -> None:
    (tmp_path / "big.html").write_text("<html><body><p>" + "ж" * 5_000_000 + "</p></body></html>", encoding="utf-8")
    memory = Memory()
    replay(sources([str(tmp_path)]), memory, pace=Pace(), now=lambda: NOW)
    (document,) = memory.documents
    assert isinstance(document, Rejected)
    assert (document.reason, document.original_truncated) == (Reason.TOO_LARGE, True)
    assert not isinstance(message(document), Reason)


@pytest.mark.parametrize(("done", "elapsed", "wait"), [(0, 0.0, 0.0), (10, 0.0, 0.5), (10, 0.25, 0.25), (10, 9.0, 0.0)])
def test_the_pace_is_kept_on_average(done: int, elapsed: float, wait: float) -> None:
    assert Pace(per_second=20).wait(done, elapsed) == pytest.approx(wait)
    assert Pace().wait(done, elapsed) == 0.0


def test_a_path_that_is_not_there_is_the_persons_mistake(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is not a file or folder"):
        sources([str(tmp_path / "nowhere")])


def test_a_file_named_twice_is_read_once(folder: Path) -> None:
    assert len(sources([str(folder), str(folder / "rows.jsonl"), "-"])) == 4


class Future:
    """A producer's future that is told its outcome by the test."""

    def __init__(self) -> None:
        self._done: list[Any] = []
        self._failed: list[Any] = []

    def add_callback(self, call: Any) -> None:
        self._done.append(call)

    def add_errback(self, call: Any) -> None:
        self._failed.append(call)

    def succeed(self) -> None:
        for call in self._done:
            call(None)

    def fail(self) -> None:
        for call in self._failed:
            call(RuntimeError("no leader"))


class Producer:
    """As much of a Kafka producer as the publisher uses."""

    def __init__(self, refuse: bool = False) -> None:
        self.sent: list[tuple[str, bytes, bytes]] = []
        self.futures: list[Future] = []
        self._refuse = refuse

    def send(self, topic: str, key: bytes, value: bytes, headers: object) -> Future:
        if self._refuse:
            raise RuntimeError("buffer full")
        self.sent.append((topic, key, value))
        self.futures.append(Future())
        return self.futures[-1]

    def flush(self, timeout: float) -> None:
        for number, future in enumerate(self.futures):
            future.fail() if number == 1 else future.succeed()


def test_the_publisher_counts_what_was_not_acknowledged(folder: Path) -> None:
    producer = Producer()
    publisher = KafkaPublisher(producer)
    progress = replay(sources([str(folder)]), publisher, pace=Pace(), now=lambda: NOW)
    assert [topic for topic, _, _ in producer.sent] == [Topic.REJECTED.value] + [Topic.RAW.value] * 6
    assert progress.failed == 1
    assert all(wire.decode(value, RawArticle).article_id.encode() == key for _, key, value in producer.sent[1:])


def test_a_producer_that_takes_nothing_is_a_server_away(folder: Path) -> None:
    with pytest.raises(Unavailable, match="buffer full"):
        replay(sources([str(folder)]), KafkaPublisher(Producer(refuse=True)), pace=Pace(), now=lambda: NOW)
