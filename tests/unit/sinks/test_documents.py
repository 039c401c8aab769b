"""Every record becomes documents whose every field is in the mapping of its index; strict mappings refuse any other."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from newswatch import wire
from newswatch.errors import Unprocessable
from newswatch.records.alert import Alert, AlertStatus, Delivery, DeliveryOutcome, Severity, TermMatch
from newswatch.records.article import Article, Entity, Evidence
from newswatch.records.feed import FeedRecord, FeedSettings, PollState
from newswatch.records.raw import Origin
from newswatch.records.rejected import Rejected
from newswatch.records.story import Claim, Story, StoryEvent, StoryMember
from sinks.cleaning import MAX_ID
from sinks.documents import Document, Position, documents
from sinks.index_names import Family
from sinks.indices.catalogue import CATALOGUE
from sinks.indices.fields import Kind
from tests.generated_month import month, tracked

NOW = datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC)
EVIDENCE = Evidence(field="title", start=0, end=3, text="abc")


def article(**changes: Any) -> Article:
    base = Article(
        article_id="a1",
        url="https://www.example.org/x",
        title="A title",
        text="A text",
        language="en",
        first_seen=NOW,
        fetched_at=NOW,
        origin=Origin.FEED,
        content_hash="h",
    )
    return msgspec.structs.replace(base, **changes)


def story() -> Story:
    claim = Claim(article_id="a1", source="Outlet", frame="march")
    merged = StoryEvent(event_id="e", type="PROTEST", status="happened", frames={"march": 2}, claims=(claim,))
    member = StoryMember(
        article_id="a1", content_hash="h", title="t", url="u", first_seen=NOW, language="es", source="O"
    )
    return Story(
        story_id="s1",
        watch="w",
        title="t",
        first_seen=NOW,
        last_seen=NOW,
        applied_offset=7,
        generation=1,
        members=(member,),
        events=(merged,),
        countries=("VEN",),
    )


def alert(**changes: Any) -> Alert:
    base = Alert(
        alert_id="al1",
        rule_id="r",
        rule_name="R",
        rule_version="1",
        severity=Severity.WARNING,
        watch="w",
        fired_at=NOW,
        first_seen=NOW,
        reason="why",
        title="t",
        matches=(TermMatch(term="preso", evidence=EVIDENCE, snippet="abc"),),
        labels={"desk": "caribbean"},
        latency={"seen": 1.0},
    )
    return msgspec.structs.replace(base, **changes)


def delivery() -> Delivery:
    return Delivery(
        alert_id="al1", channel="file", outcome=DeliveryOutcome.DELIVERED, attempts=1, at=NOW, idempotency_key="k"
    )


def rejected(**changes: Any) -> Rejected:
    base = Rejected(
        rejected_id="rj", stage="extract", reason="no-text", detail="d", at=NOW, original=b"\x00\xff", url="u"
    )
    return msgspec.structs.replace(base, **changes)


def feed() -> FeedRecord:
    state = PollState(health="failing", last_poll=NOW, failures=2.0, error_class="timeout", last_error="slow")
    return FeedRecord(settings=FeedSettings(url="https://example.org/feed", outlet="O", country="VEN"), state=state)


def full_article() -> Article:
    return next(found for found in month(30) if found.events)


MESSAGES: dict[str, tuple[str, msgspec.Struct]] = {
    "an article off every watch": ("news.articles", article()),
    "an article with everything, off watch": ("news.articles", msgspec.structs.replace(full_article(), watches=())),
    "an article of a story": ("news.tracked", tracked(full_article())),
    "a story": ("news.stories", story()),
    "an alert": ("news.alerts", alert()),
    "a delivery": ("news.deliveries", delivery()),
    "a rejected input": ("news.rejected", rejected()),
    "a feed": ("news.feeds", feed()),
}


def made(topic: str, record: msgspec.Struct, timestamp: int = 5) -> tuple[Document, ...]:
    position = Position(topic=topic, partition=0, offset=3, timestamp=timestamp)
    return documents(wire.encode(record), position, NOW)


def paths(body: Any, stop: frozenset[str], at: str = "") -> Iterator[str]:
    if isinstance(body, list):
        for part in body:
            yield from paths(part, stop, at)
    elif isinstance(body, dict) and at not in stop:
        for key, part in body.items():
            yield from paths(part, stop, f"{at}.{key}" if at else key)
    else:
        yield at


@pytest.mark.parametrize("name", MESSAGES)
def test_every_field_of_a_document_is_mapped(name: str) -> None:
    found = made(*MESSAGES[name])

    assert found
    for document in found:
        fields = CATALOGUE[document.family]
        opaque = frozenset(path for path, field in fields.items() if field.kind in (Kind.STORED, Kind.GEO, Kind.LABELS))
        assert set(paths(document.body, opaque)) <= set(fields)


@pytest.mark.parametrize("name", MESSAGES)
def test_the_same_message_gives_the_same_ids_and_versions(name: str) -> None:
    first, second = made(*MESSAGES[name]), made(*MESSAGES[name])

    assert [(one.id, one.version) for one in first] == [(one.id, one.version) for one in second]


def test_an_article_on_a_watch_and_its_events_have_one_document_each() -> None:
    found = full_article()
    made_of_it = made("news.tracked", tracked(found))

    assert made_of_it[0].id == f"{found.article_id}:venezuela-cuba-us"
    assert [one.family for one in made_of_it] == [Family.ARTICLES] + [Family.EVENTS] * len(found.events)


def test_an_article_on_two_watches_without_a_story_has_a_document_for_each() -> None:
    assert [one.id for one in made("news.articles", article(watches=("x", "y")))] == ["a1:x", "a1:y"]


def test_an_article_off_every_watch_is_filed_under_a_dash() -> None:
    (document,) = made("news.articles", article())

    assert (document.id, document.body.get("watch"), document.body["relevant"]) == ("a1:-", None, False)
    assert document.index("newswatch") == "newswatch-articles-2026.01"
    assert document.version == int(NOW.timestamp() * 1000)


def test_an_acknowledged_alert_outranks_a_repeated_firing() -> None:
    changed = NOW.replace(month=2, day=1)
    (first,) = made("news.alerts", alert(), timestamp=99_999_999_999_999)
    (acknowledged,) = made("news.alerts", alert(status=AlertStatus.ACKNOWLEDGED, changed_at=changed))

    assert acknowledged.version > first.version


def test_nul_and_coordinates_off_the_globe_do_not_reach_the_index() -> None:
    place = Entity(id="p", name="Nowhere\x00", kind="place", lat=123.0, lon=0.0)
    (document,) = made("news.articles", article(title="a\x00b", entities=(place,)))

    assert document.body["title"] == "a\ufffdb"
    assert document.body["places"] == ["Nowhere\ufffd"]
    assert "locations" not in document.body


def test_an_id_too_long_for_the_index_becomes_a_digest() -> None:
    (document,) = made("news.articles", article(article_id="x" * 600))

    assert len(document.id) <= MAX_ID


def test_the_original_of_a_rejected_input_is_kept_in_part() -> None:
    (document,) = made("news.rejected", rejected(original=b"x" * 1_000_000))

    assert document.body["original"]["bytes"] == 1_000_000
    assert document.body["original"]["truncated"] is True
    assert len(document.body["original"]["content"]) < 400_000


def test_a_tombstone_has_no_document() -> None:
    assert documents(None, Position(topic="news.feeds", partition=0, offset=0), NOW) == ()


def test_bytes_that_are_no_record_are_unprocessable() -> None:
    with pytest.raises(Unprocessable, match="not a Article"):
        documents(b'{"v":1,"article_id":', Position(topic="news.articles", partition=0, offset=0), NOW)
