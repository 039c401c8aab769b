"""Batches written to a real Elasticsearch: idempotent, one document an article, poison costs one document."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from elasticsearch import Elasticsearch, helpers

from sinks.bulk import Outcome
from sinks.bulk_writer import BulkWriter
from sinks.counts import count_documents
from sinks.index_names import Family
from sinks.indices.install import install_templates
from tests.contracts.index.messages import NOW, batch, made, of
from tests.generated_month import WATCH, Book, month
from tests.unit.sinks.test_documents import MESSAGES

pytestmark = pytest.mark.servers


@pytest.fixture
def writer(es: Elasticsearch, prefix: str) -> BulkWriter:
    install_templates(es, prefix)
    return BulkWriter(es, prefix, watches=(WATCH,), clock=lambda: NOW)


def held(es: Elasticsearch, prefix: str, family: Family) -> list[tuple[str, str]]:
    es.indices.refresh(index=f"{prefix}-*")
    return sorted((hit["_index"], hit["_id"]) for hit in helpers.scan(es, index=f"{prefix}-{family}*"))


def outcomes(written: Any) -> Counter[Outcome]:
    return Counter(answer.outcome for answer in written.answers)


@pytest.mark.parametrize("name", MESSAGES)
def test_documents_of_every_record_are_taken(writer: BulkWriter, name: str) -> None:
    written = writer.write(made(*MESSAGES[name]))

    assert set(outcomes(written)) == {Outcome.WRITTEN}, [answer.reason for answer in written.answers]


def test_writing_a_month_twice_leaves_the_same_documents(writer: BulkWriter, es: Elasticsearch, prefix: str) -> None:
    book, articles = Book(), list(month(400))
    for article in articles:
        book.enter(article)
    writer.write(batch(articles))
    first = count_documents(es, prefix)
    writer.write(batch(articles))
    es.indices.refresh(index=f"{prefix}-*")

    assert count_documents(es, prefix) == first
    assert (first["articles"], first["events"]) == (book.articles, book.events)


def test_one_bad_document_in_a_thousand_costs_one(writer: BulkWriter, es: Elasticsearch, prefix: str) -> None:
    good = batch(list(month(1000)))
    articles = [document for document in good if document.family is Family.ARTICLES]
    poisoned = [
        replace(document, body=document.body | {"title": {"an": "object"}}) if document is articles[500] else document
        for document in good
    ]
    written = writer.write(poisoned)

    (refused,) = written.refused()
    assert refused.action.id == articles[500].id
    assert "title" in refused.reason
    assert len(held(es, prefix, Family.ARTICLES)) == 999


def test_an_article_seen_again_in_the_next_month_meets_its_own_document(
    writer: BulkWriter, es: Elasticsearch, prefix: str
) -> None:
    article = next(found for found in month(50) if found.events)
    writer.write(of(article))
    later = timedelta(days=31)
    again = msgspec.structs.replace(
        article, first_seen=article.first_seen + later, fetched_at=article.fetched_at + later
    )
    writer.write(of(again))

    assert held(es, prefix, Family.ARTICLES) == [(f"{prefix}-articles-2026.01", f"{article.article_id}:{WATCH}")]
    assert {index for index, _ in held(es, prefix, Family.EVENTS)} == {f"{prefix}-events-2026.01"}


def test_an_article_that_moves_on_to_the_watch_is_held_once(writer: BulkWriter, es: Elasticsearch, prefix: str) -> None:
    article = next(found for found in month(50) if found.watches)
    off = msgspec.structs.replace(article, watches=(), events=())
    newer = msgspec.structs.replace(article, fetched_at=article.fetched_at + timedelta(minutes=5))
    writer.write(of(off))
    assert [ident for _, ident in held(es, prefix, Family.ARTICLES)] == [f"{article.article_id}:-"]
    writer.write(of(newer))
    writer.write(of(off))

    assert [ident for _, ident in held(es, prefix, Family.ARTICLES)] == [f"{article.article_id}:{WATCH}"]


def test_an_older_revision_changes_nothing(writer: BulkWriter, es: Elasticsearch, prefix: str) -> None:
    article = next(found for found in month(50) if len(found.events) > 1)
    newer = msgspec.structs.replace(
        article, title="A newer title", events=article.events[:1], fetched_at=article.fetched_at + timedelta(hours=1)
    )
    writer.write(of(newer))
    written = writer.write(of(article))

    assert len(written.outdated) == 1 + len(article.events)
    assert len(held(es, prefix, Family.EVENTS)) == 1
    found = es.get(index=f"{prefix}-articles-2026.01", id=f"{article.article_id}:{WATCH}")["_source"]
    assert found["title"] == "A newer title"


def test_a_revision_with_fewer_events_removes_the_others(writer: BulkWriter, es: Elasticsearch, prefix: str) -> None:
    article = next(found for found in month(50) if len(found.events) > 1)
    newer = msgspec.structs.replace(
        article, events=article.events[1:], fetched_at=article.fetched_at + timedelta(hours=1)
    )
    writer.write(of(article))
    writer.write(of(newer))

    kept = sorted(f"{article.article_id}:{WATCH}:{event.event_id}" for event in newer.events)
    assert [ident for _, ident in held(es, prefix, Family.EVENTS)] == kept


def test_a_document_too_large_is_trimmed_and_says_so(writer: BulkWriter, es: Elasticsearch, prefix: str) -> None:
    article = msgspec.structs.replace(next(month(1)), watches=(), text="word " * 2_000_000)
    written = writer.write(made("news.articles", article))

    assert outcomes(written) == {Outcome.WRITTEN: 1}
    ((index, ident),) = held(es, prefix, Family.ARTICLES)
    assert es.get(index=index, id=ident)["_source"]["trimmed"] == ["text"]


ODD: dict[str, dict[str, Any]] = {
    "a keyword of a megabyte": {"url": "https://e.example/" + "x" * 1_000_000},
    "NUL bytes": {"title": "a\x00b", "text": "\x00" * 50, "authors": ("\x00",)},
    "a name of a megabyte": {"source": "n" * 1_000_000},
    "a token of a megabyte": {"text": "x" * 1_000_000},
    "the first day of the calendar": {"published": datetime(1, 1, 1, tzinfo=UTC)},
    "the last day of the calendar": {"published": datetime(9999, 12, 31, tzinfo=UTC)},
    "an empty title": {"title": ""},
    "a language nobody knows": {"language": "xx-" + "y" * 3000},
    "control characters and joiners": {"title": "\u202e\u200d\ufeff\u0007 text"},
    "a thousand authors": {"authors": tuple(f"Author {number}" for number in range(1000))},
}


@pytest.mark.parametrize("name", ODD)
def test_odd_values_are_taken(writer: BulkWriter, name: str) -> None:
    article = msgspec.structs.replace(next(found for found in month(50) if found.events), **ODD[name])
    written = writer.write(of(article))

    assert set(outcomes(written)) == {Outcome.WRITTEN}, [answer.reason for answer in written.answers]
