"""Feed health as documents: one a feed, replaced at each poll."""

from datetime import datetime
from typing import Any

from newswatch.identity import digest
from newswatch.records.feed import FeedRecord
from sinks.cleaning import clean, domain
from sinks.documents import Document, Position
from sinks.index_names import Family


def from_feed(feed: FeedRecord, position: Position, indexed_at: datetime) -> tuple[Document, ...]:
    """The feed's settings and health, without its entries and secrets; its version is the message's time."""
    settings = feed.settings
    seen = feed.state.last_poll or indexed_at
    ingested = {"dataset": "newswatch.feeds", "ingested": indexed_at}
    return (
        Document(
            family=Family.FEEDS,
            id=digest("feed", settings.url),
            time=seen,
            version=max(0, position.timestamp),
            body=clean({"@timestamp": seen, "event": ingested} | _settings_body(feed) | _state_body(feed)),
        ),
    )


def _settings_body(feed: FeedRecord) -> dict[str, Any]:
    settings = feed.settings
    return {
        "feed": {"url": settings.url, "title": settings.title, "enabled": settings.enabled},
        "url": {"full": settings.url, "domain": domain(settings.url)},
        "outlet": {
            "name": settings.outlet or settings.title,
            "country": settings.country,
            "owner": settings.owner,
            "leaning": settings.leaning,
        },
        "language": settings.language,
        "tags": settings.tags,
    }


def _state_body(feed: FeedRecord) -> dict[str, Any]:
    state = feed.state
    return {
        "health": state.health,
        "health_reason": state.health_reason,
        "health_since": state.health_since,
        "failing_since": state.failing_since,
        "failures": state.failures,
        "error": {"type": state.error_class, "message": state.last_error},
        "interval_seconds": state.interval,
        "next_poll": state.next_poll,
        "last_poll": state.last_poll,
        "last_success": state.last_success,
        "last_change": state.last_change,
        "last_entry": state.last_entry,
        "expected_per_day": state.expected_per_day,
        "entries_known": len(state.seen),
        "entries_in_feed": state.entries_in_feed,
        "websub": state.hub is not None,
        "redirect_target": state.redirect_target,
    }
