"""An article read back from its document is, to every rule, the article it was."""

import msgspec
import pytest

from newswatch.indexed_archive import NEEDED, tracked_of
from newswatch.records.tracked import TrackedArticle
from newswatch.settings import DEFAULT_WATCH
from processors.alerts.backtesting import backtest
from processors.alerts.rules import load_rules
from sinks.article_documents import from_tracked
from sinks.documents import Position
from sinks.index_names import Family, pattern
from tests.generated_month import month, tracked
from tests.unit.processors.alerts.samples import NOON

ARTICLES = [tracked(article) for article in month(400)]


def read_back(one: TrackedArticle) -> TrackedArticle:
    """Through its documents as JSON and back."""
    made = from_tracked(one, Position(topic="news.tracked", partition=0, offset=0), NOON)
    bodies = [msgspec.json.decode(msgspec.json.encode(document.body)) for document in made]
    numbers = {
        body["coded"]["id"]: body["coded"]["quantities"] for body in bodies[1:] if body["coded"].get("quantities")
    }
    return tracked_of({name: bodies[0][name] for name in NEEDED if name in bodies[0]}, numbers)


def test_the_month_has_what_rules_look_at() -> None:
    events = [event for one in ARTICLES for event in one.article.events]
    assert any(event.quantities for event in events)
    assert any(event.source for event in events)
    assert any(one.article.entities for one in ARTICLES)


def test_a_backtest_on_what_the_index_holds_fires_as_one_on_the_records() -> None:
    rules = load_rules(DEFAULT_WATCH / "alerts.yaml")
    stored, indexed = backtest(rules, ARTICLES, NOON), backtest(rules, map(read_back, ARTICLES), NOON)
    assert len(stored.entries) > 20
    assert indexed.entries == stored.entries
    assert indexed.held == stored.held


@pytest.mark.parametrize("one", ARTICLES[::40], ids=lambda one: one.article.title)
def test_what_is_read_back_is_what_was_written(one: TrackedArticle) -> None:
    again = read_back(one)
    kept = msgspec.structs.replace(
        again.article,
        **{name: getattr(one.article, name) for name in (
            "watches", "canonical_url", "published_source", "published_granularity", "media", "body_source",
            "relevance", "extractor", "http_status", "hops", "trace", "events",
        )},
    )  # fmt: skip
    assert kept == one.article
    assert [e.event_id for e in again.article.events] == [e.event_id for e in one.article.events]
    assert msgspec.structs.replace(again, article=one.article, story_aliases=one.story_aliases) == one


def test_the_indices_are_the_sinks() -> None:
    assert pattern("p", Family.ARTICLES) == "p-articles-*"
    assert pattern("p", Family.EVENTS) == "p-events-*"
