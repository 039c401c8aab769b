"""What lists show of an article and an alert, made from index documents and from records alike. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from newswatch.records.alert import Alert
from newswatch.records.tracked import TrackedArticle

MOST_TYPES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleCard:
    """One article of a list; `key` tells it apart on a page, `link` is safe to put in an href or empty.

    `place` orders live lists, highest first: milliseconds since 1970 at which it came (articles) or fired (alerts).
    """

    key: str
    place: int
    article_id: str
    title: str
    link: str
    outlet: str
    outlet_country: str
    language: str
    first_seen: datetime | None
    published: datetime | None
    countries: tuple[str, ...]
    types: tuple[str, ...]
    story_id: str
    story_title: str
    sources: int
    copy: bool
    why: str
    marked_title: str = ""
    fragments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertCard:
    """One alert of a list."""

    key: str
    place: int
    alert_id: str
    title: str
    rule_id: str
    rule_name: str
    severity: str
    status: str
    fired_at: datetime | None
    reason: str
    story_id: str
    article_id: str
    outlet: str
    sources: int
    suppressed: int
    operational: bool
    acknowledged_by: str = ""


def article_of_document(source: Mapping[str, Any], highlight: Mapping[str, Any] | None = None) -> ArticleCard:
    """The card of a document of the articles index; whatever is missing is empty."""
    outlet, story, url = (_inner(source, name) for name in ("outlet", "story", "url"))
    found = highlight or {}
    seen = moment(source.get("@timestamp"))
    return ArticleCard(
        key=f"{source.get('article_id', '')}:{source.get('watch') or '-'}",
        place=_milliseconds(moment(_inner(source, "event").get("ingested")) or seen),
        article_id=str(source.get("article_id", "")),
        title=str(source.get("title") or url.get("full") or ""),
        link=web_link(url.get("full")),
        outlet=str(outlet.get("name") or url.get("domain") or ""),
        outlet_country=str(outlet.get("country") or ""),
        language=str(source.get("language") or ""),
        first_seen=seen,
        published=moment(source.get("published")),
        countries=_texts(source.get("countries")),
        types=_types(event.get("type") for event in _objects(source.get("events"))),
        story_id=str(source.get("story_id") or ""),
        story_title=str(story.get("title") or ""),
        sources=int(story.get("independent_sources") or 0),
        copy=bool(source.get("copy_of")),
        why=str(source.get("relevance") or ""),
        marked_title=str(next(iter(found.get("title", ())), "")),
        fragments=_texts(found.get("text")),
    )


def article_of_record(tracked: TrackedArticle, at: int) -> ArticleCard:
    """The card of an article fresh from Kafka, where it came at `at` (milliseconds since 1970)."""
    article = tracked.article
    link = article.canonical_url or article.url
    return ArticleCard(
        key=f"{article.article_id}:{tracked.watch}",
        place=at,
        article_id=article.article_id,
        title=article.title or link,
        link=web_link(link),
        outlet=article.source or urlsplit(link).hostname or "",
        outlet_country=article.source_country or "",
        language=article.language,
        first_seen=article.first_seen,
        published=article.published,
        countries=article.countries,
        types=_types(event.type for event in article.events),
        story_id=tracked.story_id,
        story_title=tracked.story_title,
        sources=tracked.independent_sources,
        copy=tracked.copy_of is not None,
        why=article.relevance or "",
    )


def alert_of_document(source: Mapping[str, Any]) -> AlertCard:
    """The card of a document of the alerts index."""
    rule, outlet = _inner(source, "rule"), _inner(source, "outlet")
    fired = moment(source.get("fired_at") or source.get("@timestamp"))
    return AlertCard(
        key=str(source.get("alert_id", "")),
        place=_milliseconds(fired),
        alert_id=str(source.get("alert_id", "")),
        title=str(source.get("title") or ""),
        rule_id=str(rule.get("id") or ""),
        rule_name=str(rule.get("name") or rule.get("id") or ""),
        severity=str(source.get("severity") or "info"),
        status=str(source.get("status") or "open"),
        fired_at=fired,
        reason=str(source.get("reason") or ""),
        story_id=str(source.get("story_id") or ""),
        article_id=str(source.get("article_id") or ""),
        outlet=str(outlet.get("name") or ""),
        sources=int(source.get("independent_sources") or 0),
        suppressed=int(source.get("suppressed") or 0),
        operational=bool(source.get("operational")),
        acknowledged_by=str(source.get("acknowledged_by") or ""),
    )


def alert_of_record(alert: Alert) -> AlertCard:
    """The card of an alert fresh from Kafka."""
    return AlertCard(
        key=alert.alert_id,
        place=_milliseconds(alert.fired_at),
        alert_id=alert.alert_id,
        title=alert.title,
        rule_id=alert.rule_id,
        rule_name=alert.rule_name,
        severity=alert.severity.value,
        status=alert.status.value,
        fired_at=alert.fired_at,
        reason=alert.reason,
        story_id=alert.story_id or "",
        article_id=alert.article_id or "",
        outlet=alert.source or "",
        sources=alert.independent_sources,
        suppressed=alert.suppressed,
        operational=alert.operational,
        acknowledged_by=alert.acknowledged_by or "",
    )


def web_link(url: Any) -> str:
    """`url` when it is an address of the web; else empty: nothing else may stand in an href."""
    text = str(url or "").strip()
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    return text if parts.scheme in ("http", "https") and parts.netloc else ""


def moment(value: Any) -> datetime | None:
    """A document's date; None for none or one that cannot be read."""
    if isinstance(value, datetime):
        return value
    try:
        return datetime.fromisoformat(str(value)) if value else None
    except ValueError:
        return None


def _milliseconds(at: datetime | None) -> int:
    return int(at.timestamp() * 1000) if at else 0


def _types(values: Iterable[Any]) -> tuple[str, ...]:
    return tuple({str(value): None for value in values if value})[:MOST_TYPES]


def _texts(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(str(part) for part in value)


def _objects(value: Any) -> list[Mapping[str, Any]]:
    values = value if isinstance(value, list) else [value]
    return [part for part in values if isinstance(part, dict)]


def _inner(source: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = source.get(name)
    return value if isinstance(value, dict) else {}
