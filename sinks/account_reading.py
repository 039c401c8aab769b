"""Reads what the account needs: offsets, the running services' counters, and every id in Kafka and in the index."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import msgspec
from elasticsearch import Elasticsearch
from kafka.structs import TopicPartition
from prometheus_client.parser import text_string_to_metric_families

from newswatch import kafka_clients
from newswatch import metric_names as metrics
from newswatch.errors import Unprocessable
from newswatch.flow import FLOW
from newswatch.group_lag import LagReader
from newswatch.service import running_services
from newswatch.settings import KafkaSettings
from newswatch.topics import SPECS, Topic
from newswatch.wire import SCHEMA_VERSION
from sinks.account import Seen, StageCount, stage_counts
from sinks.index_names import Family, pattern

PAGE = 5_000
"""Ids in one page of an aggregation over the index."""

SERVICE_SECONDS = 3.0
"""Seconds a service's metrics page may take."""


class _Ids(msgspec.Struct):
    v: int
    article_id: str
    watches: tuple[str, ...] = ()


class _Inner(msgspec.Struct):
    article_id: str


class _TrackedIds(msgspec.Struct):
    v: int
    article: _Inner


_IDS = msgspec.json.Decoder(_Ids)
_TRACKED = msgspec.json.Decoder(_TrackedIds)


def read_stage_counts(
    settings: KafkaSettings, rejected: Mapping[str, Mapping[str, int]], data: Path
) -> tuple[StageCount, ...]:
    """Every stage in messages, with `rejected` by stage and reason. Raises Unavailable when Kafka does not answer."""
    reader = LagReader(settings)
    try:
        lags = {stage.name: reader.of(stage) for stage in FLOW}
    finally:
        reader.close()
    return stage_counts(lags, topic_ends(settings), rejected, discarded_by_services(data))


def topic_ends(settings: KafkaSettings) -> dict[str, int]:
    """Topic → messages ever written to it: the sum of its partitions' ends (no transactions, so no control records)."""
    consumer = kafka_clients.consumer(settings)
    try:
        ends: Counter[str] = Counter()
        for tp, end in consumer.end_offsets(_partitions(consumer, [spec.name for spec in SPECS])).items():
            ends[tp.topic] += end
        return dict(ends)
    finally:
        consumer.close()


def discarded_by_services(data: Path) -> dict[str, dict[str, int]]:
    """Stage → reason → inputs that rightly had no output, from the metrics pages of the services running now."""
    found: dict[str, Counter[str]] = {}
    for service in running_services(data):
        for sample in _samples(service["address"], metrics.DISCARDED.name):
            found.setdefault(sample.labels["stage"], Counter())[sample.labels["reason"]] += int(sample.value)
    return {stage: dict(reasons) for stage, reasons in found.items()}


def _samples(address: str, name: str) -> Iterator[Any]:
    try:
        text = httpx.get(address + "/metrics", timeout=SERVICE_SECONDS).text
    except httpx.HTTPError:
        return
    for family in text_string_to_metric_families(text):
        if family.name == name:
            yield from (sample for sample in family.samples if sample.name.endswith("_total"))


def read_seen(settings: KafkaSettings, es: Elasticsearch, prefix: str, seconds: float) -> tuple[Seen, bool]:
    """Every id in Kafka's retention and in the index, and whether Kafka was read to its end within `seconds`."""
    seen = Seen()
    complete = _read_topics(settings, seen, seconds)
    seen.indexed = set(_distinct(es, pattern(prefix, Family.ARTICLES), "article_id"))
    for stage, ident in _rejected_ids(es, pattern(prefix, Family.REJECTED)):
        seen.rejected.setdefault(stage, set()).add(ident)
    return seen, complete


def _read_topics(settings: KafkaSettings, seen: Seen, seconds: float) -> bool:
    consumer = kafka_clients.consumer(settings)
    deadline = time.monotonic() + seconds
    try:
        partitions = _partitions(consumer, [Topic.RAW, Topic.ARTICLES, Topic.MATCHED, Topic.TRACKED])
        consumer.assign(partitions)
        ends = consumer.end_offsets(partitions)
        consumer.seek_to_beginning(*partitions)
        while time.monotonic() < deadline:
            if all((consumer.position(tp) or 0) >= ends[tp] for tp in partitions):
                return True
            for records in consumer.poll(timeout_ms=200, max_records=5_000).values():
                for record in records:
                    _enter(seen, record)
        return False
    finally:
        consumer.close()


def _enter(seen: Seen, record: Any) -> None:
    topic = Topic(record.topic)
    if topic is Topic.RAW:
        seen.raw.add(record.key.decode("utf-8", "replace") if record.key else position(record))
        return
    try:
        READERS[topic](seen, record.value)
    except (msgspec.DecodeError, Unprocessable):
        seen.unreadable.setdefault(topic, set()).add(position(record))


def _enter_article(seen: Seen, value: bytes) -> None:
    ids = _readable(_IDS.decode(value or b""))
    seen.extracted.add(ids.article_id)
    seen.off_watch.add(ids.article_id)


def _enter_matched(seen: Seen, value: bytes) -> None:
    ids = _readable(_IDS.decode(value or b""))
    seen.extracted.add(ids.article_id)
    seen.matched.add(ids.article_id)


def _enter_tracked(seen: Seen, value: bytes) -> None:
    seen.tracked.add(_readable(_TRACKED.decode(value or b"")).article.article_id)


def _readable(found: Any) -> Any:
    if not 1 <= found.v <= SCHEMA_VERSION:
        raise Unprocessable(f"schema version {found.v}")
    return found


READERS: dict[Topic, Callable[[Seen, bytes], None]] = {
    Topic.ARTICLES: _enter_article,
    Topic.MATCHED: _enter_matched,
    Topic.TRACKED: _enter_tracked,
}


def position(record: Any) -> str:
    """How an input without an id is named: topic, partition and offset."""
    return f"{record.topic}[{record.partition}]@{record.offset}"


def _rejected_ids(es: Elasticsearch, index: str) -> Iterator[tuple[str, str]]:
    """Stage with the article's id, its key and its position: an input is known by whichever it has."""
    for source in _documents(es, index, ["stage", "article_id", "key", "input"]):
        place = source.get("input", {})
        names = [source.get("article_id"), source.get("key")]
        if place.get("topic"):
            names.append(f"{place['topic']}[{place.get('partition')}]@{place.get('offset')}")
        yield from ((source["stage"], name) for name in names if name)


def _documents(es: Elasticsearch, index: str, fields: list[str]) -> Iterator[dict[str, Any]]:
    after: list[Any] | None = None
    pit = es.open_point_in_time(
        index=index, keep_alive="2m", ignore_unavailable=True, allow_partial_search_results=False
    )
    try:
        while True:
            page = es.search(
                pit={"id": pit["id"], "keep_alive": "2m"},
                sort=["_shard_doc"],
                size=PAGE,
                search_after=after,
                source_includes=fields,
                track_total_hits=False,
            )["hits"]["hits"]
            if not page:
                return
            yield from (hit["_source"] for hit in page)
            after = page[-1]["sort"]
    finally:
        es.close_point_in_time(id=pit["id"])


def _distinct(es: Elasticsearch, index: str, field: str) -> Iterator[str]:
    after: dict[str, Any] | None = None
    while True:
        composite: dict[str, Any] = {"size": PAGE, "sources": [{"id": {"terms": {"field": field}}}]}
        composite |= {"after": after} if after else {}
        found = es.search(index=index, size=0, aggs={"ids": {"composite": composite}}, ignore_unavailable=True)
        ids = found.body.get("aggregations", {}).get("ids", {})
        yield from (bucket["key"]["id"] for bucket in ids.get("buckets", []))
        after = ids.get("after_key")
        if not after:
            return


def _partitions(consumer: Any, topics: list[Topic]) -> list[TopicPartition]:
    return [
        TopicPartition(topic.value, number)
        for topic in topics
        for number in sorted(consumer.partitions_for_topic(topic.value) or ())
    ]
