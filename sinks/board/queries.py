"""What the board asks Elasticsearch, as request bodies. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from newswatch.errors import UserError
from sinks.board.query_language import read_query

Body = dict[str, Any]

MARK_START, MARK_END = "\u0001", "\u0002"
"""What the highlighter puts around found words: characters no text has, made into <mark> after escaping."""

CARD_FIELDS = (
    "article_id", "watch", "title", "url", "outlet", "language", "published", "@timestamp", "event.ingested",
    "countries", "events.type", "events.status", "story_id", "story", "copy_of", "relevance", "relevant",
)  # fmt: skip
"""Fields of an article that a list shows; the text stays in the index."""

PAGE = 25
"""Results on one page of a search."""

DEEPEST = 400
"""Last page that can be reached: Elasticsearch pages 10,000 documents deep."""

RANGES: dict[str, tuple[timedelta, str]] = {
    "1h": (timedelta(hours=1), "1m"),
    "24h": (timedelta(hours=24), "30m"),
    "7d": (timedelta(days=7), "3h"),
    "30d": (timedelta(days=30), "12h"),
    "1y": (timedelta(days=366), "7d"),
}
"""Spans the Now page can show, shortest first, and the width of a bar in each."""

MAP_PLACES = 300

HOUR_MS = 3_600_000
BARS = (HOUR_MS // 12, HOUR_MS, 6 * HOUR_MS, 24 * HOUR_MS, 7 * 24 * HOUR_MS, 30 * 24 * HOUR_MS, 365 * 24 * HOUR_MS)
"""Widths of a bar of results over time, in milliseconds."""

MOST_BARS = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What one search asks; dates are days (ISO) in UTC, `page` counts from 1."""

    words: str = ""
    countries: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    everything: bool = False
    sort: str = "relevance"
    page: int = 1

    def parameters(self, **changes: Any) -> list[tuple[str, str]]:
        """The parts of the search's permanent link that differ from the defaults, with `changes` made."""
        values: dict[str, Any] = {
            "q": self.words, "country": self.countries, "type": self.types, "outlet": self.outlets,
            "lang": self.languages, "from": self.since, "to": self.until, "all": "1" if self.everything else "",
            "sort": "" if self.sort == "relevance" else self.sort, "page": "" if self.page == 1 else str(self.page),
        }  # fmt: skip
        values |= changes
        pairs = [(key, part) for key, value in values.items() for part in _listed(value)]
        return [(key, part) for key, part in pairs if part]


def _listed(value: Any) -> Sequence[str]:
    return (value,) if isinstance(value, str) else tuple(value)


def search_query(search: Search) -> Body:
    """The search's query. Raises UserError for words or a date that cannot be read."""
    filters: list[Body] = [] if search.everything else [{"term": {"relevant": True}}]
    for field, values in (
        ("countries", search.countries),
        ("outlet.name.keyword", search.outlets),
        ("language", search.languages),
    ):
        if values:
            filters.append({"terms": {field: list(values)}})
    if search.types:
        filters.append(nested({"terms": {"events.type": list(search.types)}}))
    bounds = {"gte": _day(search.since), "lt": _day(search.until, 1)}
    if any(bounds.values()):
        filters.append({"range": {"@timestamp": {key: value for key, value in bounds.items() if value}}})
    return {"bool": {"must": [read_query(search.words)], "filter": filters}}


def search_body(search: Search) -> Body:
    """The whole request: one page of articles with found words marked, facets, and counts over time."""
    newest: list[Any] = [{"@timestamp": "desc"}, {"article_id": "asc"}]
    by_date = search.sort == "date" or not search.words.strip()
    marked = {"number_of_fragments": 2, "fragment_size": 180, "no_match_size": 180}
    return {
        "query": search_query(search),
        "from": (min(search.page, DEEPEST) - 1) * PAGE,
        "size": PAGE,
        "sort": newest if by_date else [{"_score": "desc"}, *newest],
        "_source": list(CARD_FIELDS),
        "track_total_hits": True,
        "highlight": {
            "pre_tags": [MARK_START],
            "post_tags": [MARK_END],
            "max_analyzed_offset": 400_000,
            "fields": {
                "title": {"number_of_fragments": 0, "matched_fields": ["title", "title.en", "title.es", "title.pt"]},
                "text": marked | {"matched_fields": ["text", "text.en", "text.es", "text.pt"]},
            },
        },
        "aggs": {
            "country": {"terms": {"field": "countries", "size": 8}},
            "outlet": {"terms": {"field": "outlet.name.keyword", "size": 8}},
            "lang": {"terms": {"field": "language", "size": 8}},
            "type": {"nested": {"path": "events"}, "aggs": {"of": type_terms()}},
            "first": {"min": {"field": "@timestamp"}},
            "last": {"max": {"field": "@timestamp"}},
        },
    }


def bars_body(search: Search, first_ms: float, last_ms: float) -> Body:
    """The search's results over time between its first and last article, in a few dozen bars at most."""
    width = next((bar for bar in BARS if (last_ms - first_ms) / bar <= MOST_BARS), BARS[-1])
    bars = {"field": "@timestamp", "fixed_interval": f"{width}ms", "min_doc_count": 0}
    return {"size": 0, "query": search_query(search), "aggs": {"time": {"date_histogram": bars}}}


def nested(query: Body) -> Body:
    """`query` over the events in an article."""
    return {"nested": {"path": "events", "query": query}}


def type_terms() -> Body:
    """Event types by the articles that have them."""
    return {"terms": {"field": "events.type", "size": 12}, "aggs": {"articles": {"reverse_nested": {}}}}


def latest_body(size: int, countries: Sequence[str] = ()) -> Body:
    """Relevant articles by when they reached the index, newest first."""
    return {"query": {"bool": {"filter": relevant(countries)}}, "size": size, "_source": list(CARD_FIELDS),
            "sort": [{"event.ingested": "desc"}, {"@timestamp": "desc"}]}  # fmt: skip


def relevant(countries: Sequence[str] = ()) -> list[Body]:
    """Filters for articles on a watch, about one of `countries` where some are given."""
    found: list[Body] = [{"term": {"relevant": True}}]
    return found + ([{"terms": {"countries": list(countries)}}] if countries else [])


def spans_body(now: datetime) -> Body:
    """How many relevant articles each span of RANGES holds."""
    filters = {name: {"range": {"@timestamp": {"gte": (now - span).isoformat()}}} for name, (span, _) in RANGES.items()}
    return {
        "size": 0,
        "query": {"bool": {"filter": relevant()}},
        "aggs": {"spans": {"filters": {"filters": filters}}, "first": {"min": {"field": "@timestamp"}}},
    }


def counts_body(span: str, now: datetime, countries: Sequence[str] = ()) -> Body:
    """Relevant articles of `span` per country and event type over time, and the places of their events."""
    length, bar = RANGES[span]
    begin = now - length
    bounds = {"min": begin.isoformat(), "max": now.isoformat()}
    histogram = {
        "field": "@timestamp", "fixed_interval": bar, "min_doc_count": 0, "extended_bounds": bounds,
    }  # fmt: skip
    time = {"range": {"@timestamp": {"gte": begin.isoformat()}}}
    by_type: Body = {"nested": {"path": "events"}, "aggs": {"of": type_terms()}}
    return {
        "size": 0,
        "query": {"bool": {"filter": [*relevant(countries), time]}},
        "track_total_hits": True,
        "aggs": {
            "time": {
                "date_histogram": histogram,
                "aggs": {"country": {"terms": {"field": "countries", "size": 10}}, "type": by_type},
            },
            "country": {"terms": {"field": "countries", "size": 6}},
            "type": by_type,
            "outlets": {"cardinality": {"field": "outlet.name.keyword"}},
            "stories": {"cardinality": {"field": "story_id"}},
        },
    }


def places_body(span: str, now: datetime, countries: Sequence[str] = ()) -> Body:
    """Places of coded events in `span`, most events first, each with its coordinates."""
    begin = (now - RANGES[span][0]).isoformat()
    filters: list[Body] = [{"range": {"@timestamp": {"gte": begin}}}, {"exists": {"field": "coded.place.location"}}]
    filters += [{"terms": {"coded.place.country": list(countries)}}] if countries else []
    return {
        "size": 0,
        "query": {"bool": {"filter": [{"term": {"relevant": True}}, *filters]}},
        "aggs": {
            "places": {
                "terms": {"field": "coded.place.name.keyword", "size": MAP_PLACES},
                "aggs": {
                    "at": {"geo_centroid": {"field": "coded.place.location"}},
                    "type": {"terms": {"field": "coded.type", "size": 3}},
                },
            }
        },
    }


def alerts_body(status: str = "", severity: str = "", rule: str = "", size: int = 100) -> Body:
    """Alerts, newest firing first; each filter only where given."""
    wanted = {"status": status, "severity": severity, "rule.id": rule}
    filters = [{"term": {field: value}} for field, value in wanted.items() if value]
    return {
        "query": {"bool": {"filter": filters}},
        "size": size,
        "sort": [{"fired_at": "desc"}, {"alert_id": "asc"}],
        "track_total_hits": True,
        "aggs": {
            "status": {"terms": {"field": "status", "size": 10}},
            "severity": {"terms": {"field": "severity", "size": 10}},
            "rule": {"terms": {"field": "rule.id", "size": 30}},
        },
    }


def stories_body(words: str, size: int) -> Body:
    """Stories by their newest article, of which the title has `words` where given."""
    must = [{"multi_match": {"query": words, "fields": ["title", "title.en", "title.es", "title.pt"]}}] if words else []
    return {
        "query": {"bool": {"must": must}},
        "size": size,
        "_source": {"excludes": ["members", "events"]},
        "sort": [{"last_seen": {"order": "desc", "unmapped_type": "date"}}],
        "track_total_hits": True,
    }


def by_field(field: str, value: str, size: int = 1, sort: str = "@timestamp", order: str = "desc") -> Body:
    """Documents with exactly `value` in `field`."""
    return {"query": {"term": {field: value}}, "size": size, "sort": [{sort: order}]}


def latency_body(field: str, since: datetime) -> Body:
    """Percentiles of a latency in milliseconds, of what was first seen and indexed since: replays tell nothing."""
    fresh = [{"range": {name: {"gte": since.isoformat()}}} for name in ("event.ingested", "@timestamp")]
    return {
        "size": 0,
        "query": {"bool": {"filter": fresh}},
        "track_total_hits": True,
        "aggs": {"latency": {"percentiles": {"field": field, "percents": [50, 95, 99]}}},
    }


def feeds_body(size: int) -> Body:
    """Feeds, those longest in trouble first."""
    return {
        "query": {"match_all": {}},
        "size": size,
        "sort": [{"failures": "desc"}, {"feed.url": "asc"}],
        "track_total_hits": True,
        "aggs": {"health": {"terms": {"field": "health", "size": 20}}},
    }


def rejected_body(stage: str, reason: str, size: int) -> Body:
    """Rejected inputs, newest first, without their original bytes, counted by stage and reason."""
    wanted = {"stage": stage, "error.type": reason}
    return {
        "query": {"bool": {"filter": [{"term": {field: value}} for field, value in wanted.items() if value]}},
        "size": size,
        "_source": {"excludes": ["original.content"]},
        "sort": [{"@timestamp": "desc"}],
        "track_total_hits": True,
        "aggs": {
            "stage": {
                "terms": {"field": "stage", "size": 20},
                "aggs": {"reason": {"terms": {"field": "error.type", "size": 20}}},
            }
        },
    }


def _day(text: str, later: int = 0) -> str | None:
    if not text:
        return None
    try:
        return (datetime.fromisoformat(text) + timedelta(days=later)).date().isoformat()
    except (ValueError, OverflowError) as error:
        raise UserError(f"{text!r} is not a day; write it as 2026-01-31") from error
