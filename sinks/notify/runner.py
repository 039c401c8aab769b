"""The notify role: news.alerts to the lanes, offsets committed when every channel's share is on record."""

from collections import deque
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec
from kafka import ConsumerRebalanceListener
from kafka.errors import KafkaError
from kafka.structs import TopicPartition

from newswatch import metric_names as metrics
from newswatch import wire
from newswatch.errors import Unavailable, Unprocessable
from newswatch.flow import STAGES
from newswatch.kafka_clients import consumer, ensure_topics, producer, wait_for_kafka
from newswatch.logs import logger
from newswatch.membership import Membership
from newswatch.records.alert import Alert, AlertStatus, Delivery, DeliveryOutcome
from newswatch.rights_held import require_rights
from newswatch.service import Service
from newswatch.settings import Settings
from newswatch.topics import Topic
from newswatch.tracing import Headers
from sinks.notify import attempts
from sinks.notify.channels.base import Channel
from sinks.notify.commits import Commits
from sinks.notify.config import ChannelConfig, NotifyConfig, load_config
from sinks.notify.jobs import Job
from sinks.notify.lanes import Lane, Surroundings
from sinks.notify.ledger import Ledger
from sinks.notify.looking import Lookout
from sinks.notify.making import make_channel
from sinks.notify.pacing import Pace
from sinks.notify.rejecting import rejected
from sinks.notify.rendering import Renderer
from sinks.notify.routing import Plan, Verdict, plans
from sinks.notify.silences import SilenceBook

START_PATIENCE = 120.0
"""Seconds to wait for Kafka at start."""

MOST_OPEN = 500
"""Alerts under way at once; reading pauses above it, so that memory stays bounded."""

LAST_WORDS = 12.0
"""Seconds a message being sent may take when a partition leaves or the service stops."""

POLL_SECONDS = 0.1

log = logger(__name__)


def run_notify(settings: Settings, service: Service) -> None:
    """Delivers until `service.stop` is set. Raises UserError for wrong channels, Unavailable when Kafka stays away."""
    config = load_config(settings.notify, settings.data)
    channels = {name: make_channel(name, channel) for name, channel in config.channels.items()}
    wait_for_kafka(settings.kafka, START_PATIENCE)
    require_rights(settings.kafka, "notify")
    ensure_topics(settings.kafka)
    notifier = Notifier(settings, config, channels)
    try:
        notifier.run(service)
    finally:
        notifier.close()


class Notifier(ConsumerRebalanceListener):  # type: ignore[misc]
    """One consumer and its lanes. Everything but the lanes' own threads runs in the thread of `run`."""

    def __init__(self, settings: Settings, config: NotifyConfig, channels: dict[str, Channel]) -> None:
        self._config = config
        self._producer = producer(settings.kafka, linger_ms=0)
        self._ledger = Ledger(settings.kafka, self._producer)
        self._silences = SilenceBook(settings.kafka)
        self._settled: deque[tuple[int, str]] = deque()
        self._to_load: list[int] = []
        self._paused = False
        self._consumer = consumer(settings.kafka, group=STAGES["notify"].group, max_poll_records=100)
        self._membership = Membership(self._consumer, settings.kafka.session_timeout)
        self._commits = Commits(self._consumer, Topic.ALERTS.value)
        outside = Surroundings(record=self._ledger.write, settle=self._note, clock=_now)
        self._lookout = Lookout(settings, self._failing, self._publish)
        self._lanes = {name: _lane(name, config.channels[name], channel, outside) for name, channel in channels.items()}

    def run(self, service: Service) -> None:
        """Reads, plans, commits, until told to stop."""
        for lane in self._lanes.values():
            lane.start()
        self._lookout.start()
        self._consumer.partitions_for_topic(Topic.ALERTS.value)  # the assignor must not run before it knows the topic
        self._consumer.subscribe([Topic.ALERTS.value], listener=self)
        while not service.stop.is_set():
            self._turn(service)
            service.heartbeat.beat()

    def _turn(self, service: Service) -> None:
        self._pace_reading()
        try:
            self._silences.look()
            batches = self._consumer.poll(timeout_ms=int(POLL_SECONDS * 1000))
        except KafkaError as error:
            log.warning("kafka-away", error=f"{type(error).__name__}: {error}")
            service.stop.wait(1.0)
            return
        fresh = frozenset(self._to_load)
        if not self._load_partitions(service):
            return
        self._read_anew(fresh)
        for place, records in batches.items():
            for record in () if place.partition in fresh else records:
                self._take(place.partition, record)
        self._ledger.retry_failed()
        self._commit()
        if lost := self._membership.lost():
            service.fail(lost)
        if self._consumer.assignment():
            service.ready.set()

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Their deliveries are read back before any of their alerts is looked at."""
        self._to_load = [place.partition for place in assigned]
        self._paused = False

    def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Lets what is being sent end, commits, and forgets the rest: it is on record or will be read again."""
        partitions = [place.partition for place in revoked]
        self._leave(partitions)
        self._settle()
        self._commits.commit_at_last()
        self._forget(partitions)

    def on_partitions_lost(self, lost: Iterable[TopicPartition]) -> None:
        """As above, without a commit: the partitions are already another worker's."""
        partitions = [place.partition for place in lost]
        self._leave(partitions)
        self._forget(partitions)

    def close(self) -> None:
        """Stops the lanes after what they are sending, commits what is on record, closes everything."""
        self._lookout.stop()
        for lane in self._lanes.values():
            lane.stop(LAST_WORDS)
        self._ledger.settle(LAST_WORDS)
        self._commit()
        self._commits.clear()  # leaving the group revokes the partitions; all is done
        self._consumer.close()
        self._silences.close()
        self._producer.close()

    def _load_partitions(self, service: Service) -> bool:
        """Reads newly assigned partitions back, as often as it takes; False when told to stop meanwhile."""
        while self._to_load and not service.stop.is_set():
            try:
                pending = self._ledger.load(self._to_load, _now())
            except (Unavailable, KafkaError) as error:
                log.warning("deliveries-not-loaded", partitions=self._to_load, error=str(error))
                service.stop.wait(1.0)
                continue
            self._to_load = []
            for partition, delivery in pending:
                self._take_up(delivery, partition)
        return not self._to_load

    def _read_anew(self, partitions: Iterable[int]) -> None:
        """Goes back to what is committed.

        kafka-python 3 keeps the position of a partition that is revoked and assigned again in one rebalance, past
        alerts that were forgotten when it was revoked.
        """
        for number in partitions:
            place = TopicPartition(Topic.ALERTS.value, number)
            committed = self._consumer.committed(place)
            if committed is None:
                self._consumer.seek_to_beginning(place)
            else:
                self._consumer.seek(place, committed)

    def _leave(self, partitions: list[int]) -> None:
        for lane in self._lanes.values():
            lane.drop(partitions, LAST_WORDS)
        self._ledger.settle(LAST_WORDS)

    def _forget(self, partitions: list[int]) -> None:
        for partition in partitions:
            self._commits.forget(partition)
            self._ledger.forget(partition)

    def _take(self, partition: int, record: Any) -> None:
        metrics.counter(metrics.RECORDS_IN).labels("notify").inc()
        try:
            alert = wire.decode(record.value, Alert)
        except Unprocessable as error:
            self._reject(record, error)
            return
        now = _now()
        todo = [
            plan
            for plan in plans(alert, self._config, self._silences.all(), now)
            if plan.verdict is not Verdict.NOT_OPEN and self._open(partition, alert, plan.channel)
        ]
        keys = {_key(alert.alert_id, plan.channel) for plan in todo}
        under_way = self._commits.begin(partition, record.offset, keys)
        for plan in todo:
            if _key(alert.alert_id, plan.channel) not in under_way:
                self._carry_out(plan, alert, partition, now, record.headers)
        if any(plan.verdict is Verdict.SILENCED for plan in todo):
            self._publish(msgspec.structs.replace(alert, status=AlertStatus.SILENCED, changed_at=now, note=todo[0].why))

    def _open(self, partition: int, alert: Alert, channel: str) -> bool:
        """Whether nothing acknowledged is on record for the alert on the channel."""
        key = _key(alert.alert_id, channel)
        return self._ledger.outcome(partition, alert.alert_id, channel) is None or self._commits.waits(partition, key)

    def _carry_out(self, plan: Plan, alert: Alert, partition: int, now: datetime, headers: Headers) -> None:
        if plan.verdict is Verdict.SILENCED:
            metrics.counter(metrics.DELIVERIES).labels(plan.channel, DeliveryOutcome.SUPPRESSED.value).inc()
            held = attempts.suppressed(alert, plan.channel, now, plan.why)
            self._ledger.write(held, partition, lambda: self._note(held, partition))
            return
        due = plan.at or now
        planned = attempts.scheduled(alert, plan.channel, due, now, plan.why, plan.digest)
        job = Job(delivery=planned, partition=partition, due=due, headers=headers)
        lane = self._lanes[plan.channel]
        lane.put(job) if plan.verdict is Verdict.SEND else lane.schedule(job)

    def _take_up(self, delivery: Delivery, partition: int) -> None:
        """A delivery that an earlier life put on record and did not end."""
        now = _now()
        if delivery.channel not in self._lanes or delivery.alert is None:
            log.error("delivery-dead", channel=delivery.channel, alert=delivery.alert_id, detail="no such channel")
            gone = attempts.refused(delivery, now, "the channel is no longer configured")
            self._ledger.write(gone, partition, lambda: None)
            return
        due = delivery.next_attempt or now
        if delivery.digest is None:  # the clock may have jumped: never further off than the longest wait
            due = min(due, now + self._config.channels[delivery.channel].retry.longest)
        self._lanes[delivery.channel].put(
            Job(delivery=delivery, partition=partition, due=due, fresh=False, recorded=True)
        )

    def _failing(self) -> dict[str, datetime]:
        return {name: lane.failing_since for name, lane in self._lanes.items() if lane.failing_since is not None}

    def _publish(self, alert: Alert) -> None:
        self._producer.send(Topic.ALERTS.value, key=alert.alert_id.encode(), value=wire.encode(alert))

    def _reject(self, record: Any, error: Unprocessable) -> None:
        metrics.counter(metrics.REJECTED).labels("notify", error.reason.value).inc()
        log.warning("rejected", stage="notify", reason=error.reason.value, offset=record.offset, error=str(error))
        note = rejected(record, error, _now())
        self._commits.begin(record.partition, record.offset, {note.rejected_id})
        written = self._producer.send(Topic.REJECTED.value, key=record.key, value=wire.encode(note))
        written.add_callback(lambda _: self._settled.append((record.partition, note.rejected_id)))

    def _note(self, delivery: Delivery, partition: int) -> None:
        self._settled.append((partition, _key(delivery.alert_id, delivery.channel)))

    def _commit(self) -> None:
        self._settle()
        self._commits.commit()

    def _settle(self) -> None:
        while self._settled:
            self._commits.settle(*self._settled.popleft())

    def _pace_reading(self) -> None:
        under_way = self._commits.open()
        assigned = self._consumer.assignment()
        if under_way > MOST_OPEN and not self._paused:
            self._consumer.pause(*assigned)
            self._paused = True
        elif under_way <= MOST_OPEN // 2 and self._paused:
            self._consumer.resume(*assigned)
            self._paused = False


def _lane(name: str, chosen: ChannelConfig, channel: Channel, outside: Surroundings) -> Lane:
    retry = chosen.retry
    policy = attempts.RetryPolicy(first=retry.first, longest=retry.longest, give_up=retry.give_up)
    return Lane(name, channel, Renderer(chosen.language, chosen.templates), policy, Pace(name, chosen.rate), outside)


def _key(alert_id: str, channel: str) -> str:
    return f"{alert_id}/{channel}"


def _now() -> datetime:
    return datetime.now(UTC)
