"""What is laid aside, and when a flood of it stops the sink."""

from datetime import UTC, datetime

from newswatch import wire
from newswatch.errors import Unprocessable
from newswatch.records.rejected import Rejected
from newswatch.reject_reasons import Reason
from sinks.batches import Message
from sinks.bulk import Action, Answer, Outcome
from sinks.documents import Document, Position
from sinks.index_names import Family
from sinks.index_rejects import RejectedShare, encoded, goes_round, refusal, smallest_form, unreadable
from sinks.indices.catalogue import REJECTED

AT = datetime(2026, 1, 2, tzinfo=UTC)
POSITION = Position(topic="news.tracked", partition=2, offset=9)
DOCUMENT = Document(
    family=Family.ARTICLES,
    id="a:w",
    time=AT,
    version=1,
    body={"article_id": "a", "title": "t", "url": {"full": "u"}, "outlet": {"name": "o"}},
)
MESSAGE = Message(position=POSITION, key=b"w", value=b"original", documents=(DOCUMENT,))


def answer(reason: str = "document_parsing_exception: bad") -> Answer:
    action = Action(index="i", id=DOCUMENT.id, version=1, source=b"{}", document=DOCUMENT)
    return Answer(action=action, outcome=Outcome.REFUSED, reason=reason)


def test_a_refused_document_is_laid_aside_with_its_input() -> None:
    record = refusal(MESSAGE, answer(), AT, "worker")

    assert (record.reason, record.stage, record.article_id) == (Reason.REFUSED_BY_INDEX, "index", "a")
    assert (record.topic, record.partition, record.offset) == ("news.tracked", 2, 9)
    assert record.original == b"original"
    assert record.rejected_id == refusal(MESSAGE, answer(), AT, "other").rejected_id


def test_a_document_too_large_is_laid_aside_as_such() -> None:
    assert refusal(MESSAGE, answer("too large for it"), AT, "w").reason == Reason.TOO_LARGE


def test_the_original_key_is_kept() -> None:
    key, value = encoded(refusal(MESSAGE, answer(), AT, "w"))

    assert key == b"w"
    assert wire.decode(value, Rejected).key == "w"


def test_a_message_that_is_no_record_is_laid_aside_whole() -> None:
    record = unreadable(POSITION, None, b"\xff" * 6_000_000, Unprocessable("no"), AT, "w")

    assert record.reason == Reason.INVALID_RECORD
    assert record.original_truncated
    assert len(encoded(record)[1]) < 8 * 1024 * 1024


def test_a_rejected_input_does_not_go_round() -> None:
    assert goes_round(Position(topic="news.rejected", partition=0, offset=0))
    assert not goes_round(POSITION)


def test_the_smallest_form_holds_only_mapped_fields() -> None:
    body = smallest_form(MESSAGE, answer("x" * 9999), AT).body

    assert len(body["error"]["message"]) <= 500
    assert set(body) - {"event", "error", "quarantine"} <= set(REJECTED)


def test_a_few_rejects_do_not_stop_the_sink() -> None:
    share = RejectedShare()
    share.note(0, 150)
    assert not share.too_high()
    share.note(800, 0)
    assert not share.too_high()


def test_mostly_rejects_stop_it() -> None:
    share = RejectedShare()
    share.note(1000, 0)
    share.note(0, 600)

    assert share.too_high()
