"""When a batch is written, and what may be committed once batches are done."""

from datetime import UTC, datetime

import pytest

from sinks.backoff import LONGEST_DELAY, Throttle, delay
from sinks.batches import Batch, Ledger, Message, is_ready
from sinks.documents import Document, Position
from sinks.index_names import Family

TIME = datetime(2026, 1, 1, tzinfo=UTC)


def message(offset: int, article: str | None = None, size: int = 10) -> Message:
    document = Document(family=Family.ARTICLES, id="d", time=TIME, version=1, body={}, article_id=article)
    position = Position(topic="t", partition=0, offset=offset)
    return Message(position=position, key=None, value=b"x" * size, documents=(document,))


def batch(*messages: Message, partition: str = "p0") -> Batch:
    made = Batch(opened_at=100.0)
    for one in messages:
        made.add(partition, one)
    return made


@pytest.mark.parametrize(
    ("made", "now", "ready"),
    [
        pytest.param(batch(), 999.0, False, id="an empty batch waits for ever"),
        pytest.param(batch(message(0)), 100.1, False, id="a young batch waits for more"),
        pytest.param(batch(message(0)), 100.5, True, id="a batch as old as the linger is written"),
        pytest.param(batch(message(0), message(1)), 100.0, True, id="a batch full of documents is written"),
        pytest.param(batch(message(0, size=2000)), 100.0, True, id="a batch full of bytes is written"),
    ],
)
def test_when_a_batch_is_written(made: Batch, now: float, ready: bool) -> None:
    assert is_ready(made, now, most_documents=2, most_bytes=1000, linger=0.5) is ready


def test_offsets_are_committed_in_the_order_batches_were_read() -> None:
    ledger, first, second = Ledger(), batch(message(0)), batch(message(1))
    ledger.begin(first)
    ledger.begin(second)
    second.done = True

    assert ledger.take_done() == {}
    first.done = True
    assert ledger.take_done() == {"p0": 2}
    assert len(ledger) == 0


def test_partitions_that_went_to_another_worker_are_never_committed() -> None:
    ledger, one = Ledger(), batch(message(4))
    one.add("p1", message(8))
    ledger.begin(one)
    ledger.forget({"p0"})
    one.done = True

    assert ledger.take_done() == {"p1": 9}


def test_two_forms_of_one_article_are_not_written_at_once() -> None:
    ledger, one = Ledger(), batch(message(0, "a"))
    ledger.begin(one)

    assert ledger.clashes(batch(message(1, "a")))
    assert not ledger.clashes(batch(message(1, "b")))
    one.done = True
    assert not ledger.clashes(batch(message(1, "a")))


def test_waits_double_up_to_a_limit() -> None:
    assert [delay(attempt, 0.999999) for attempt in (0, 1, 2)] == pytest.approx([0.2, 0.4, 0.8], rel=1e-3)
    assert delay(500, 0.999999) == pytest.approx(LONGEST_DELAY, rel=1e-3)
    assert delay(3, 0.0) == pytest.approx(delay(3, 0.999999) / 2, rel=1e-3)


def test_requests_shrink_when_there_is_no_room_and_grow_again() -> None:
    throttle = Throttle(100)
    for _ in range(9):
        throttle.refused()
    assert throttle.limit() == 16
    for _ in range(99):
        throttle.accepted()
    assert throttle.limit() == 100
