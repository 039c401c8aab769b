"""Stored articles for backtests: news.tracked between two times, or JSON lines. Reads only: it makes no producer."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from newswatch import wire
from newswatch.errors import Unprocessable, UserError
from newswatch.records.tracked import TrackedArticle
from newswatch.settings import KafkaSettings
from newswatch.topic_scan import scan
from newswatch.topics import Topic


def kafka_archive(settings: KafkaSettings, since: datetime, until: datetime) -> Iterator[TrackedArticle]:
    """Tracked articles with since ≤ first_seen < until, partition by partition, each in the order it was written.

    A record is written after its article was first seen, so none before `since` is read; what is no article is left
    out. Raises Unavailable.
    """
    for record in scan(settings, Topic.TRACKED, since=since):
        try:
            tracked = wire.decode(record.value, TrackedArticle)
        except Unprocessable:
            continue
        if since <= tracked.article.first_seen < until:
            yield tracked


def file_archive(path: Path, since: datetime, until: datetime) -> Iterator[TrackedArticle]:
    """Tracked articles of a JSON-lines file in wire form, between the times. Raises UserError naming a wrong line."""
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if not line.strip():
                    continue
                try:
                    tracked = wire.decode(line, TrackedArticle)
                except Unprocessable as error:
                    raise UserError(f"{path}:{number}: {error}") from error
                if since <= tracked.article.first_seen < until:
                    yield tracked
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}") from error
