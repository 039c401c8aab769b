"""Documents, whole or with fields missing, become what pages show."""

from typing import Any

import pytest

from newswatch.errors import UserError
from sinks.board.cards import alert_of_document, article_of_document, web_link
from sinks.board.flow_state import histograms, quantile
from sinks.board.overview import choose_span, frame_of, numbers
from sinks.board.pages.alerts import matchers_of, silence_length
from sinks.board.pages.machine import badness
from sinks.board.pages.stories import disputes, earlier, folded, framing
from sinks.board.queries import Search
from sinks.board.reading import Found, Index
from sinks.board.rule_draft import rule_draft, rule_id
from sinks.index_names import Family


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://a.example/x?y=1", "https://a.example/x?y=1"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//a.example", ""),
        ("http://", ""),
        ("http://[broken", ""),
        (None, ""),
    ],
)
def test_only_addresses_of_the_web_are_links(url: object, link: str) -> None:
    assert web_link(url) == link


def test_an_empty_document_is_a_card() -> None:
    assert article_of_document({}).types == ()
    assert alert_of_document({"outlet": "odd", "rule": None}).severity == "info"


def test_copies_are_folded_under_their_origin_and_orphans_stand_alone() -> None:
    articles = [
        {"article_id": "a", "title": "origin"},
        {"article_id": "b", "copy_of": "a"},
        {"article_id": "c", "copy_of": "not here"},
    ]
    assert [(one.article_id, [copy.article_id for copy in one.copies]) for one in folded(articles)] == [
        ("a", ["b"]), ("c", []),
    ]  # fmt: skip


def test_framing_counts_who_chose_which_word() -> None:
    coded = [
        {"frame": frame, "article": {"outlet": {"name": outlet, "country": "VEN"}}}
        for frame, outlet in (("capture", "A"), ("kidnapping", "B"), ("kidnapping", "C"), (None, "D"))
    ]
    assert [(row["frame"], row["count"]) for row in framing(coded)] == [("kidnapping", 2), ("capture", 1)]


def test_numbers_are_in_dispute_when_they_differ_for_the_same_thing() -> None:
    def told(value: float, what: str) -> dict[str, object]:
        return {"coded": {"type": "ASSAULT", "quantities": [{"value": value, "role": what}]}, "outlet": {"name": "A"}}

    found = disputes([told(80, "killed"), told(100, "killed"), told(5, "hurt"), told(5, "hurt")])
    assert [(row["what"], [claim["value"] for claim in row["claims"]]) for row in found] == [("killed", [80, 100])]


def test_a_silence_from_an_alert_names_its_rule_or_story() -> None:
    alert = {"rule": {"id": "fuel"}, "story_id": "s1"}
    assert matchers_of("rule-story", alert) == {"rule": ("fuel",), "story": ("s1",)}
    with pytest.raises(UserError, match="cannot be silenced"):
        matchers_of("story", {"rule": {"id": "fuel"}})


@pytest.mark.parametrize("text", ["", "soon", "-1h", "800d"])
def test_a_silence_has_a_length_within_a_year(text: str) -> None:
    with pytest.raises(UserError):
        silence_length(text)


def test_the_worst_feed_comes_first() -> None:
    feeds = [{"health": name} for name in ("ok", "feed-failing", "new", "blocked", "unheard-of")]
    order = [feed["health"] for feed in sorted(feeds, key=badness)]
    assert order[:2] == ["feed-failing", "blocked"]
    assert order[-1] == "ok"


def test_a_search_becomes_a_rule() -> None:
    text = rule_draft(Search(words='"oil licence" AND país', countries=("VEN",), types=("AID",)))
    assert "id: oil-licence-and-pais" in text
    assert "'\"oil licence\" AND país'" in text
    assert "country:" in text
    assert rule_id("¿?") == "new-rule"


def test_the_span_shown_first_holds_something() -> None:
    def found(**counts: int) -> Found:
        return Found((), 0, {"spans": {"buckets": {name: {"doc_count": count} for name, count in counts.items()}}})

    assert choose_span(found(**{"1h": 0, "24h": 25, "7d": 90})) == "24h"
    assert choose_span(found(**{"1h": 2, "24h": 3, "7d": 3})) == "24h"
    assert choose_span(found()) == "24h"


def test_numbers_of_nothing_are_nothing() -> None:
    nothing = Found((), 0, {})
    assert numbers(nothing, nothing).series == {"x": [], "country": [], "type": []}
    assert frame_of(()).width > 0


def test_percentiles_are_read_from_histograms() -> None:
    text = (
        "# TYPE newswatch_stage_seconds histogram\n"
        'newswatch_stage_seconds_bucket{stage="extract",le="1.0"} 50\n'
        'newswatch_stage_seconds_bucket{stage="extract",le="2.0"} 100\n'
        'newswatch_stage_seconds_bucket{stage="extract",le="+Inf"} 100\n'
        'newswatch_stage_seconds_count{stage="extract"} 100\nnewswatch_stage_seconds_sum{stage="extract"} 1\n'
    )
    buckets = histograms([text, text], "newswatch_stage_seconds")["extract"]
    assert quantile(buckets, 0.5) == pytest.approx(1.0)
    assert quantile(buckets, 0.95) == pytest.approx(1.9)
    assert quantile({}, 0.5) is None


class Shelf(Index):
    """Finds these stories, whatever is asked."""

    def __init__(self, *stories: dict[str, Any]) -> None:
        self.stories = stories

    def search(self, family: Family, body: dict[str, Any]) -> Found:
        return Found(hits=tuple({"_source": story} for story in self.stories), total=len(self.stories), aggregations={})


def test_a_continued_story_is_named_by_its_title_while_it_is_kept() -> None:
    shelf = Shelf({"story_id": "b", "title": "Talks in Doha"})
    assert earlier(shelf, {"follows": ["a", "b"]}) == [("a", "a"), ("b", "Talks in Doha")]
    assert earlier(shelf, {"title": "alone"}) == []
