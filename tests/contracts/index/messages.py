"""Records as the documents they become, without Kafka."""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from newswatch import wire
from newswatch.records.article import Article
from sinks.documents import Document, Position, documents
from tests.generated_month import tracked

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def made(topic: str, record: msgspec.Struct) -> tuple[Document, ...]:
    """The documents of one record."""
    return documents(wire.encode(record), Position(topic=topic, partition=0, offset=0, timestamp=1), NOW)


def of(article: Article) -> tuple[Document, ...]:
    """The documents of an article, with a story when it is on a watch."""
    return made("news.tracked", tracked(article)) if article.watches else made("news.articles", article)


def batch(articles: Sequence[Article]) -> list[Document]:
    """The documents of several articles."""
    return [document for article in articles for document in of(article)]
