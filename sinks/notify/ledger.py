"""The record of deliveries: news.deliveries read back when a partition comes, written as each attempt ends."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from newswatch import tracing, wire
from newswatch.errors import Unprocessable
from newswatch.logs import logger
from newswatch.records.alert import Delivery, DeliveryOutcome
from newswatch.settings import KafkaSettings
from newswatch.topic_scan import scan
from newswatch.topics import Topic

KEPT = timedelta(days=90)
"""How long a settled delivery is remembered: as long as news.alerts keeps its alert."""

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

    def load(self, partitions: Sequence[int], now: datetime) -> list[tuple[int, Delivery]]:
        """Reads partitions back; gives the deliveries still to be made, with their partition. Raises Unavailable."""
        newest: dict[int, dict[str, Delivery]] = {partition: {} for partition in partitions}
        for record in scan(self._settings, Topic.DELIVERIES, partitions=partitions):
            key = (record.key or b"").decode("utf-8", "replace")
            newest[record.partition].pop(key, None)
            try:
                if record.value is not None:
                    newest[record.partition][key] = wire.decode(record.value, Delivery)
            except Unprocessable as error:
                log.error("delivery-record-unreadable", partition=record.partition, key=key, error=str(error))
        for partition, held in newest.items():
            self._keep(partition, held, now)
        pending = [(partition, delivery) for partition, held in newest.items() for delivery in held.values()]
        return [(partition, d) for partition, d in pending if d.outcome is DeliveryOutcome.RETRYING]

    def _keep(self, partition: int, held: dict[str, Delivery], now: datetime) -> None:
        old = [key for key, d in held.items() if d.outcome is not DeliveryOutcome.RETRYING and now - d.at > KEPT]
        for key in old:
            self._producer.send(Topic.DELIVERIES.value, key=key.encode(), value=None, partition=partition)
        self._outcomes[partition] = {key: delivery.outcome for key, delivery in held.items() if key not in set(old)}
        log.info("deliveries-loaded", partition=partition, records=len(held), forgotten=len(old))

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
                Topic.DELIVERIES.value,
                key=key.encode(),
                value=wire.encode(delivery),
                partition=partition,
                headers=tracing.headers(),
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
