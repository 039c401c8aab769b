"""Stored articles for backtests: news.tracked between two times, the search index, or JSON lines. Reads only."""

from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice
from pathlib import Path

from newswatch import wire
from newswatch.errors import Unprocessable, UserError
from newswatch.records.tracked import TrackedArticle
from newswatch.settings import KafkaSettings, Settings
from newswatch.topic_scan import reaches_back, scan
from newswatch.topics import Topic

BATCH = 500
"""Articles read ahead of their use."""


class ArchiveKind(StrEnum):
    """Where stored articles are read."""

    AUTO = "auto"
    KAFKA = "kafka"
    ELASTICSEARCH = "elasticsearch"


@dataclass(frozen=True, slots=True)
class Archive:
    """Stored articles, in order, and in words where they come from."""

    articles: Iterator[TrackedArticle]
    source: str


def archive(settings: Settings, kind: ArchiveKind, since: datetime, until: datetime) -> Archive:
    """Articles with since ≤ first_seen < until. AUTO: Kafka where it still has everything since then, else the index.

    Raises Unavailable, also while they are read; UserError without an address.
    """
    if kind is ArchiveKind.AUTO:
        kept = not settings.elasticsearch.url or reaches_back(settings.kafka, Topic.TRACKED, since)
        kind = ArchiveKind.KAFKA if kept else ArchiveKind.ELASTICSEARCH
    if kind is ArchiveKind.KAFKA:
        return Archive(read_ahead(kafka_archive(settings.kafka, since, until)), f"Kafka ({Topic.TRACKED})")
    from newswatch.indexed_archive import elastic_archive

    found = elastic_archive(settings.elasticsearch, since, until)
    return Archive(found, f"Elasticsearch ({settings.elasticsearch.prefix}-articles-*)")


def read_ahead(articles: Generator[TrackedArticle, None, None]) -> Generator[TrackedArticle, None, None]:
    """The same articles; the next batch is fetched and decoded in a thread while one is used."""
    batches = iter(lambda: list(islice(articles, BATCH)), [])
    with closing(articles), ThreadPoolExecutor(1, thread_name_prefix="archive") as reader:
        coming: Future[list[TrackedArticle]] = reader.submit(next, batches, [])
        while batch := coming.result():
            coming = reader.submit(next, batches, [])
            yield from batch


def kafka_archive(settings: KafkaSettings, since: datetime, until: datetime) -> Generator[TrackedArticle, None, None]:
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
