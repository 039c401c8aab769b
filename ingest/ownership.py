"""Which feeds are this poller's: Kafka's group assignment of news.feeds, its partitions read from end to end."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from kafka.consumer.subscription_state import ConsumerRebalanceListener
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.structs import TopicPartition

from newswatch.errors import Unavailable
from newswatch.kafka_clients import consumer
from newswatch.logs import logger
from newswatch.membership import Membership
from newswatch.rights import INGEST_GROUP
from newswatch.settings import KafkaSettings
from newswatch.topics import Topic

GROUP = INGEST_GROUP
POLL_MS = 300
HAND_OVER_SECONDS = 8.0
"""How long a partition that moves on may take to be given up properly."""
FIRST_WAIT, LONGEST_WAIT = 1.0, 15.0

log = logger(__name__)


@dataclass(frozen=True, slots=True)
class StateMessage:
    """A record of news.feeds as it was read; `value` None is a tombstone."""

    partition: int
    offset: int
    key: bytes
    value: bytes | None


class Owner(Protocol):
    """Who is told; every call comes from the ownership's thread and may block a few seconds."""

    def read(self, messages: Sequence[StateMessage]) -> None:
        """Records of assigned partitions, in order."""
        ...

    def loaded(self, partition: int, generation: int) -> None:
        """The partition has been read to its end; its feeds may be polled."""
        ...

    def given_up(self, partitions: Sequence[int], *, lost: bool) -> None:
        """The partitions belong to another from now on; `lost`: they already do."""
        ...


@dataclass(slots=True)
class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]
    owner: Owner
    assigned: list[TopicPartition] = field(default_factory=list)

    def on_partitions_assigned(self, assigned: Any) -> None:
        self.assigned.extend(assigned)

    def on_partitions_revoked(self, revoked: Any) -> None:
        if revoked:
            self.owner.given_up([tp.partition for tp in revoked], lost=False)

    def on_partitions_lost(self, lost: Any) -> None:
        if lost:
            self.owner.given_up([tp.partition for tp in lost], lost=True)


class Ownership:
    """The membership in the group, in a thread of its own, kept up while Kafka comes and goes."""

    def __init__(
        self, settings: KafkaSettings, owner: Owner, make: Callable[..., Any] = consumer, group: str = GROUP
    ) -> None:
        self._settings, self._owner, self._make, self._group = settings, owner, make, group
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ownership", daemon=True)
        self.alive_at = time.monotonic()

    def start(self) -> None:
        """Joins the group."""
        self._thread.start()

    def stop(self, timeout: float) -> None:
        """Gives the partitions back and leaves."""
        self._stop.set()
        self._thread.join(timeout)

    def _run(self) -> None:
        wait = FIRST_WAIT
        while not self._stop.is_set():
            try:
                self._member()
                wait = FIRST_WAIT
            except Exception as error:  # kafka-python raises several families; membership is sought again after each
                log.warning("feeds-membership", error=f"{type(error).__name__}: {error}", again_in=wait)
                self._stop.wait(wait)
                wait = min(wait * 2, LONGEST_WAIT)

    def _member(self) -> None:
        listener = _Listener(self._owner)
        client = self._make(
            self._settings, group=self._group, partition_assignment_strategy=[CooperativeStickyAssignor]
        )
        membership = Membership(client, self._settings.session_timeout)
        mine: set[int] = set()
        try:
            client.subscribe([Topic.FEEDS.value], listener=listener)
            loading: dict[TopicPartition, int] = {}
            while not self._stop.is_set():
                self.alive_at = time.monotonic()
                if lost := membership.lost():
                    raise Unavailable(lost)
                batches = client.poll(timeout_ms=POLL_MS, max_records=2_000)
                if listener.assigned:
                    loading |= self._begin(client, listener)
                    mine |= {tp.partition for tp in loading}
                self._deliver(batches)
                self._finish(client, loading)
        finally:
            self._owner.given_up(sorted(mine), lost=not self._stop.is_set())
            client.close(autocommit=False, timeout_ms=5_000)

    def _begin(self, client: Any, listener: _Listener) -> dict[TopicPartition, int]:
        assigned, listener.assigned = listener.assigned, []
        held = client.assignment()
        new = [tp for tp in assigned if tp in held]
        if not new:
            return {}
        client.seek_to_beginning(*new)
        ends = client.end_offsets(new)
        if ends is None or set(ends) != set(new):
            raise Unavailable("the ends of news.feeds are not known")
        return dict(ends)

    def _deliver(self, batches: dict[TopicPartition, list[Any]]) -> None:
        messages = [
            StateMessage(tp.partition, record.offset, record.key, record.value)
            for tp, records in batches.items()
            for record in records
            if record.key is not None
        ]
        if messages:
            self._owner.read(messages)

    def _finish(self, client: Any, loading: dict[TopicPartition, int]) -> None:
        for tp, end in list(loading.items()):
            if tp not in client.assignment():
                del loading[tp]
            elif end == 0 or client.position(tp, timeout_ms=2_000) >= end:
                del loading[tp]
                self._owner.loaded(tp.partition, client.group_metadata().generation_id)
