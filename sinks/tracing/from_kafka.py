"""The hops of an article as Kafka still holds them, found by its key or, where others are the key, by its id."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from kafka.partitioner.default import murmur2
from kafka.structs import TopicPartition

from newswatch import kafka_clients, wire
from newswatch.errors import Unprocessable
from newswatch.records.alert import Alert
from newswatch.records.article import Article
from newswatch.records.raw import RawArticle
from newswatch.records.rejected import Rejected
from newswatch.records.tracked import TrackedArticle
from newswatch.settings import KafkaSettings
from newswatch.topics import Topic
from sinks.tracing.steps import Step

KEYED_BY_ARTICLE = (Topic.RAW, Topic.ARTICLES)
KEYED_OTHERWISE = (Topic.MATCHED, Topic.TRACKED, Topic.ALERTS, Topic.REJECTED)

SCAN_SECONDS = 15.0
"""Seconds of reading after which a scan ends, saying so."""

SLACK_MS = 60_000
"""How long before an article was first seen a scan begins, for clocks that differ."""


def steps_in_kafka(
    settings: KafkaSettings, article_id: str, since: datetime | None, seconds: float = SCAN_SECONDS
) -> tuple[list[Step], bool]:
    """The hops found, and whether every partition was read to its end within `seconds`. Raises Unavailable.

    Reads news.raw and news.articles on the one partition of the article's key, the others on all of theirs, from
    `since` on (None: from the start of what is kept).
    """
    consumer = kafka_clients.consumer(settings)
    deadline = time.monotonic() + seconds
    try:
        partitions = [
            *(_partition_of(consumer, topic, article_id) for topic in KEYED_BY_ARTICLE),
            *(TopicPartition(topic.value, number) for topic in KEYED_OTHERWISE for number in _numbers(consumer, topic)),
        ]
        records, complete = _scan(consumer, partitions, article_id.encode(), since, deadline)
        return [step for record in records for step in _steps(record, article_id)], complete
    finally:
        consumer.close()


def _partition_of(consumer: Any, topic: Topic, key: str) -> TopicPartition:
    numbers = _numbers(consumer, topic)
    return TopicPartition(topic.value, numbers[(murmur2(key.encode()) & 0x7FFFFFFF) % len(numbers)])


def _numbers(consumer: Any, topic: Topic) -> list[int]:
    return sorted(consumer.partitions_for_topic(topic.value) or {0})


def _scan(
    consumer: Any, partitions: list[TopicPartition], wanted: bytes, since: datetime | None, deadline: float
) -> tuple[list[Any], bool]:
    consumer.assign(partitions)
    ends = consumer.end_offsets(partitions)
    _go_to(consumer, partitions, since)
    found: list[Any] = []
    while time.monotonic() < deadline:
        if all(consumer.position(tp) >= ends[tp] for tp in partitions):
            return found, True
        for record in _poll(consumer):
            if record.key == wanted or (record.value is not None and wanted in record.value):
                found.append(record)
    return found, False


def _go_to(consumer: Any, partitions: list[TopicPartition], since: datetime | None) -> None:
    consumer.seek_to_beginning(*partitions)
    if since is None:
        return
    moment = int(since.timestamp() * 1000) - SLACK_MS
    for tp, place in consumer.offsets_for_times(dict.fromkeys(partitions, moment)).items():
        if place is not None:
            consumer.seek(tp, place.offset)


def _poll(consumer: Any) -> Iterator[Any]:
    for records in consumer.poll(timeout_ms=200, max_records=2_000).values():
        yield from records


def _steps(record: Any, article_id: str) -> list[Step]:
    tell = {
        Topic.RAW: _raw,
        Topic.ARTICLES: _article,
        Topic.MATCHED: _article,
        Topic.TRACKED: _tracked,
        Topic.ALERTS: _alert,
        Topic.REJECTED: _rejected,
    }[Topic(record.topic)]
    try:
        step = tell(record, article_id)
    except Unprocessable as error:
        step = Step(
            stage=record.topic, at=_time(record), decision="unreadable message", reason=str(error), kept=_kept(record)
        )
    return [step] if step else []


def _raw(record: Any, article_id: str) -> Step:
    raw = wire.decode(record.value, RawArticle)
    return Step(
        stage="raw",
        at=_time(record),
        decision="published as a raw article",
        reason=f"origin {raw.origin}",
        kept=_kept(record),
        details={
            "fetched_at": raw.fetched_at.isoformat(),
            "first_seen": raw.first_seen.isoformat(),
            "bytes": len(record.value),
            "http_status": raw.http.status,
        },
    )


def _article(record: Any, article_id: str) -> Step | None:
    article = wire.decode(record.value, Article)
    if article.article_id != article_id:
        return None
    where = f"sent on for {', '.join(article.watches)}" if article.watches else "sent to the index"
    return Step(stage="match", at=_time(record), decision=where, reason=article.relevance or "", kept=_kept(record))


def _tracked(record: Any, article_id: str) -> Step | None:
    tracked = wire.decode(record.value, TrackedArticle)
    if tracked.article.article_id != article_id:
        return None
    return Step(
        stage="story",
        at=_time(record),
        decision=f"sent on with story {tracked.story_id}",
        reason=f"repeats {tracked.copy_of}" if tracked.copy_of else "",
        kept=_kept(record),
    )


def _alert(record: Any, article_id: str) -> Step | None:
    alert = wire.decode(record.value, Alert)
    if alert.article_id != article_id:
        return None
    return Step(
        stage="alerts",
        at=_time(record),
        decision=f"{alert.severity} alert by rule {alert.rule_name} sent on, {alert.status}",
        reason=alert.reason,
        kept=_kept(record),
    )


def _rejected(record: Any, article_id: str) -> Step | None:
    rejected = wire.decode(record.value, Rejected)
    if article_id not in (rejected.article_id, rejected.key):
        return None
    return Step(
        stage="rejected",
        at=_time(record),
        decision=f"rejected by {rejected.stage}: {rejected.reason}",
        reason=rejected.detail.splitlines()[0] if rejected.detail else "",
        kept=_kept(record),
    )


def _time(record: Any) -> datetime:
    return datetime.fromtimestamp((record.timestamp or 0) / 1000, UTC)


def _kept(record: Any) -> str:
    return f"{record.topic}[{record.partition}]@{record.offset}"
