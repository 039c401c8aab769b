"""The hops of an article as the indices hold them, and what a person's URL or id stands for."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from elasticsearch import ApiError, Elasticsearch, TransportError

from newswatch.errors import Unavailable, Unprocessable
from newswatch.identity import article_id
from sinks.index_names import Family, pattern
from sinks.tracing.steps import Hit, Step, alert_steps, article_steps, delivery_steps, rejected_steps

MOST_HITS = 1_000
"""Documents of one kind that a trace follows; a story of more articles is cut there."""

ID = re.compile(r"^[0-9a-f]{32}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is traced: the article's id, and what was found of it in the index."""

    article_id: str
    articles: tuple[Hit, ...] = ()
    rejected: tuple[Hit, ...] = ()


def subject_of(es: Elasticsearch, prefix: str, words: str) -> Subject:
    """The article a URL, an article's, document's, alert's or rejected input's id stands for.

    Raises Unprocessable for words that are neither, Unavailable when Elasticsearch is away. An unknown article comes
    back without documents: it may still be in Kafka.
    """
    ident = _article_id(es, prefix, words)
    articles = _hits(es, prefix, Family.ARTICLES, {"term": {"article_id": ident}})
    rejected = _hits(
        es,
        prefix,
        Family.REJECTED,
        {
            "bool": {
                "should": [{"term": {"article_id": ident}}, {"term": {"key": ident}}, {"term": {"rejected_id": words}}]
            }
        },
    )
    return Subject(article_id=ident, articles=tuple(articles), rejected=tuple(rejected))


def steps_in_index(es: Elasticsearch, prefix: str, subject: Subject) -> list[Step]:
    """Every hop the indices tell of: the article's own, its rejections, alerts and their deliveries."""
    steps = [step for hit in subject.articles for step in article_steps(hit)]
    steps += [step for hit in subject.rejected for step in rejected_steps(hit)]
    alerts = _hits(es, prefix, Family.ALERTS, {"term": {"article_id": subject.article_id}})
    steps += _each(alerts, alert_steps)
    if alerts:
        ids = [hit["_id"] for hit in alerts]
        steps += _each(_hits(es, prefix, Family.DELIVERIES, {"terms": {"alert_id": ids}}), delivery_steps)
    return steps


def _each(hits: Iterable[Hit], tell: Callable[[Hit], list[Step]]) -> list[Step]:
    return [step for hit in hits for step in tell(hit)]


def _article_id(es: Elasticsearch, prefix: str, words: str) -> str:
    plain = words.strip()
    if plain.startswith(("http://", "https://", "urn:")):
        return article_id(plain)
    head = plain.partition(":")[0]
    if not ID.match(head):
        raise Unprocessable(f"{words!r} is neither an address nor an id (32 hexadecimal digits)")
    for family, field in ((Family.ALERTS, "alert_id"), (Family.REJECTED, "rejected_id")):
        found = _hits(es, prefix, family, {"term": {field: head}})
        named = next((hit["_source"]["article_id"] for hit in found if hit["_source"].get("article_id")), None)
        if named:
            return str(named)
    return head


def _hits(es: Elasticsearch, prefix: str, family: Family, query: dict[str, Any]) -> list[Hit]:
    try:
        response = es.search(
            index=pattern(prefix, family),
            query=query,
            size=MOST_HITS,
            version=True,
            source_excludes=["text", "original.content", "entities", "events", "members"],
            allow_no_indices=True,
            ignore_unavailable=True,
        )
    except (TransportError, ApiError) as error:
        raise Unavailable(f"Elasticsearch does not answer: {error}") from error
    hits: list[Hit] = response["hits"]["hits"]
    return hits
