"""Sends rejected inputs to their topics again, one by one, and writes into each one's history that it did."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from elasticsearch import Elasticsearch
from kafka import errors as kafka_errors
from kafka.structs import TopicPartition

from newswatch import kafka_clients, wire
from newswatch.errors import Unavailable, Unprocessable
from newswatch.records.rejected import Rejected
from newswatch.settings import KafkaSettings
from sinks.quarantine import Redrive, RejectedInput, Way, original_in_index

READ_MS = 10_000
"""Milliseconds the original may take to arrive from Kafka."""

SEND_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One input that was sent again, or the reason why it was not."""

    redrive: Redrive
    problem: str = ""


class Redriver:
    """Used as a context manager; raises Unavailable when Kafka or Elasticsearch is away."""

    def __init__(self, settings: KafkaSettings, es: Elasticsearch, by: str) -> None:
        self._settings = settings
        self._es = es
        self._by = by
        self._touched: set[str] = set()

    def __enter__(self) -> "Redriver":
        self._producer = kafka_clients.producer(self._settings)
        self._consumer: Any = kafka_clients.consumer(self._settings)
        return self

    def __exit__(self, *_: object) -> None:
        if self._touched:
            self._es.indices.refresh(index=sorted(self._touched))
        self._producer.close()
        self._consumer.close()

    def send(self, planned: Iterable[Redrive], now: datetime) -> Iterator[Sent]:
        """Sends each and notes it before the next, so that stopping in between leaves a true history."""
        for one in planned:
            problem = "" if one.possible else one.way.value
            value = self._original(one) if one.possible else None
            if value is None:
                yield Sent(redrive=one, problem=problem or "its original is no longer in Kafka")
                continue
            key = one.input.source.get("key")
            try:
                placed = self._producer.send(one.topic, key=key.encode() if key else None, value=value).get(
                    SEND_SECONDS
                )
            except kafka_errors.KafkaError as error:
                raise Unavailable(f"Kafka did not take it: {error}") from error
            self._note(one.input, one.topic, placed, now)
            yield Sent(redrive=one)

    def _original(self, one: Redrive) -> bytes | None:
        if one.way is Way.FROM_INDEX:
            return original_in_index(one.input) or None
        place = one.input.source["quarantine"]
        partition = TopicPartition(place["topic"], place["partition"])
        self._consumer.assign([partition])
        self._consumer.seek(partition, place["offset"])
        for records in self._consumer.poll(timeout_ms=READ_MS, max_records=1).values():
            for record in records:
                return _original_of(record, place["offset"], one.input.id)
        return None

    def _note(self, rejected: RejectedInput, topic: str, placed: Any, now: datetime) -> None:
        history = list(rejected.source.get("redrives", []))
        history.append(
            {
                "at": now.isoformat(),
                "by": self._by,
                "topic": topic,
                "partition": placed.partition,
                "offset": placed.offset,
            }
        )
        self._touched.add(rejected.index)
        self._es.update(
            index=rejected.index,
            id=rejected.id,
            doc={"redrives": history, "redriven": len(history), "redriven_at": now.isoformat()},
            retry_on_conflict=3,
        )


def _original_of(record: Any, offset: int, ident: str) -> bytes | None:
    """The original in a message of news.rejected; None when retention moved on and this is another one."""
    if record.offset != offset:
        return None
    try:
        found = wire.decode(record.value, Rejected)
    except Unprocessable:
        return None
    return found.original if found.rejected_id == ident and not found.original_truncated else None
