"""A document as it goes to Elasticsearch, and which function makes it from which record."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import msgspec

from newswatch import wire
from newswatch.records.alert import Alert, Delivery
from newswatch.records.article import Article
from newswatch.records.feed import FeedRecord
from newswatch.records.rejected import Rejected
from newswatch.records.story import Story
from newswatch.records.tracked import TrackedArticle
from newswatch.topics import Topic
from sinks.index_names import Family, index_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a record was read: its place in Kafka and the message's time in milliseconds since 1970."""

    topic: str
    partition: int
    offset: int
    timestamp: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One document to write.

    `time` (first_seen) chooses the monthly index; `version` is external: a write with a lower one than the index holds
    changes nothing, an equal or higher one replaces it. `article_id` and `watch` are set on articles and their events,
    whose older forms have to be looked up before writing.
    """

    family: Family
    id: str
    time: datetime
    version: int
    body: dict[str, Any]
    article_id: str | None = None
    watch: str | None = None

    def index(self, prefix: str) -> str:
        """The index it belongs to unless a neighbouring month already holds its id."""
        return index_name(prefix, self.family, self.time)


OFF_WATCH = "-"
"""Stands for the watch in the id of an article that is on none."""

Maker = Callable[[Any, Position, datetime], tuple[Document, ...]]


@cache
def _makers() -> dict[Topic, tuple[type[msgspec.Struct], Maker]]:
    from sinks import alert_documents, article_documents, feed_documents, rejected_documents, story_documents

    return {
        Topic.ARTICLES: (Article, article_documents.from_article),
        Topic.TRACKED: (TrackedArticle, article_documents.from_tracked),
        Topic.STORIES: (Story, story_documents.from_story),
        Topic.ALERTS: (Alert, alert_documents.from_alert),
        Topic.DELIVERIES: (Delivery, alert_documents.from_delivery),
        Topic.REJECTED: (Rejected, rejected_documents.from_rejected),
        Topic.FEEDS: (FeedRecord, feed_documents.from_feed),
    }


INDEXED_TOPICS = (
    Topic.ARTICLES,
    Topic.TRACKED,
    Topic.STORIES,
    Topic.ALERTS,
    Topic.DELIVERIES,
    Topic.REJECTED,
    Topic.FEEDS,
)
"""The topics the index sink reads. news.matched is not one: its articles arrive again on news.tracked, with a story."""


def documents(data: bytes | None, position: Position, indexed_at: datetime) -> tuple[Document, ...]:
    """The documents of one message, the article before its events; none for a tombstone of a compacted topic.

    Raises Unprocessable for bytes that are not a record of the topic.
    """
    if data is None:
        return ()
    kind, make = _makers()[Topic(position.topic)]
    return make(wire.decode(data, kind), position, indexed_at)
