"""The record of deliveries: news.deliveries read back when a partition comes, written as each attempt ends."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from kafka.structs import TopicPartition

from newswatch import wire
from newswatch.errors import Unavailable, Unprocessable
from newswatch.kafka_clients import consumer
from newswatch.logs import logger
from newswatch.records.alert import Delivery, DeliveryOutcome
from newswatch.settings import KafkaSettings
from newswatch.topics import Topic

KEPT = timedelta(days=90)
"""How long a settled delivery is remembered: as long as news.alerts keeps its alert."""

READ_BACK_LIMIT = 60.0
"""Seconds without progress after which reading a partition back fails."""

log = logger(__name__)

Acknowledged = Callable[[], None]


def delivery_key(alert_id: str, channel: str) -> str:
    """The key of a delivery record."""
    return f"{alert_id}/{channel}"


class Ledger:
    """Outcomes by partition and key. Records live on the partition of their alert, so whoever has one has the other."""

    def __init__(self, settings: KafkaSettings, producer: Any) -> None:
        self._settings = settings
        self._producer = producer
        self._outcomes: dict[int, dict[str, DeliveryOutcome]] = {}
        self._failed: deque[tuple[Delivery, int, Acknowledged]] = deque()
        self._open = 0
        self._change = threading.Condition()

    def outcome(self, partition: int, alert_id: str, channel: str) -> DeliveryOutcome | None:
        """What is on record for an alert on a channel."""
        return self._outcomes.get(partition, {}).get(delivery_key(alert_id, channel))

    def load(self, partition: int, now: datetime) -> list[Delivery]:
        """Reads a partition back; gives the deliveries that are still to be made. Raises Unavailable."""
        newest: dict[str, Delivery | None] = {}
        for key, value in _read_back(self._settings, partition):
            try:
                newest[key] = wire.decode(value, Delivery) if value is not None else None
            except Unprocessable as error:
                log.error("delivery-record-unreadable", partition=partition, key=key, error=str(error))
        held = {key: delivery for key, delivery in newest.items() if delivery is not None}
        old = [key for key, d in held.items() if d.outcome is not DeliveryOutcome.RETRYING and now - d.at > KEPT]
        for key in old:
            del held[key]
            self._producer.send(Topic.DELIVERIES.value, key=key.encode(), value=None, partition=partition)
        self._outcomes[partition] = {key: delivery.outcome for key, delivery in held.items()}
        log.info("deliveries-loaded", partition=partition, records=len(held), forgotten=len(old))
        return [delivery for delivery in held.values() if delivery.outcome is DeliveryOutcome.RETRYING]

    def forget(self, partition: int) -> None:
        """The partition is another worker's now."""
        self._outcomes.pop(partition, None)

    def write(self, delivery: Delivery, partition: int, acknowledged: Acknowledged) -> None:
        """Writes; calls `acknowledged` (from the producer's thread) once all replicas have it. Never raises."""
        key = delivery_key(delivery.alert_id, delivery.channel)
        self._outcomes.setdefault(partition, {})[key] = delivery.outcome
        with self._change:
            self._open += 1
        try:
            sent = self._producer.send(
                Topic.DELIVERIES.value, key=key.encode(), value=wire.encode(delivery), partition=partition
            )
        except Exception as error:  # the producer's buffer is full, or Kafka has been away too long
            self._on_failure(delivery, partition, acknowledged, error)
            return
        sent.add_callback(lambda _: self._on_success(acknowledged))
        sent.add_errback(lambda error: self._on_failure(delivery, partition, acknowledged, error))

    def retry_failed(self) -> None:
        """Writes again what Kafka did not take."""
        with self._change:
            again, self._failed = list(self._failed), deque()
        for delivery, partition, acknowledged in again:
            self.write(delivery, partition, acknowledged)

    def settle(self, timeout: float) -> bool:
        """Waits until every record is acknowledged; False after `timeout` seconds."""
        with self._change:
            return self._change.wait_for(lambda: self._open == 0 and not self._failed, timeout)

    def _on_success(self, acknowledged: Acknowledged) -> None:
        acknowledged()
        with self._change:
            self._open -= 1
            self._change.notify_all()

    def _on_failure(self, delivery: Delivery, partition: int, acknowledged: Acknowledged, error: Any) -> None:
        log.warning("delivery-record-not-written", alert=delivery.alert_id, channel=delivery.channel, error=str(error))
        with self._change:
            self._open -= 1
            self._failed.append((delivery, partition, acknowledged))


def _read_back(settings: KafkaSettings, partition: int) -> Iterator[tuple[str, bytes | None]]:
    """Key and value of each record of one partition of news.deliveries, oldest first, up to its end as of now."""
    reader = consumer(settings)
    place = TopicPartition(Topic.DELIVERIES.value, partition)
    try:
        reader.assign([place])
        end = reader.end_offsets([place])[place]
        reader.seek_to_beginning(place)
        idle = 0.0
        while (reader.position(place) or 0) < end:
            records = reader.poll(timeout_ms=500).get(place, [])
            idle = 0.0 if records else idle + 0.5
            if idle > READ_BACK_LIMIT:
                raise Unavailable(
                    f"{place.topic} partition {partition} could not be read back: no data for {idle:.0f} s"
                )
            for record in records:
                yield (record.key or b"").decode("utf-8", "replace"), record.value
    finally:
        reader.close()
