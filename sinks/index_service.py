"""The index sink as a service: Kafka → documents → bulk requests → commit, in that order, whatever dies in between."""

import threading
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from typing import Any

from elasticsearch import Elasticsearch
from kafka import errors as kafka_errors
from kafka.structs import OffsetAndMetadata

from newswatch import kafka_clients, tracing
from newswatch import metric_names as metrics
from newswatch.elastic_client import elasticsearch_client
from newswatch.errors import Unavailable, Unprocessable
from newswatch.flow import STAGES
from newswatch.logs import logger
from newswatch.membership import Membership
from newswatch.records.rejected import Rejected
from newswatch.service import EXIT_POISON, Service
from newswatch.settings import Settings
from newswatch.topics import Topic
from sinks import index_rejects
from sinks.backoff import delay
from sinks.batches import Batch, Ledger, Message, is_ready
from sinks.bulk import Answer, Outcome
from sinks.bulk_writer import BulkWriter, Written, utc_now
from sinks.documents import INDEXED_TOPICS, documents
from sinks.index_inbox import POLL_MS, Inbox, Partitions, Shares, position_of
from sinks.index_lag import FORSAKEN_SECONDS, LagWatch
from sinks.index_names import Family
from sinks.indices.install import install_templates

STAGE = "index"

REJOIN_SECONDS = 30.0
"""Seconds between two attempts to get partitions that nobody reads; each attempt lets the group share out anew."""

DRAIN_SECONDS = 12.0
"""Seconds after SIGTERM in which batches under way may still finish; the rest is left for the next start."""

log = logger(__name__)


class TooManyRejected(Exception):
    """Most inputs are refused: the sink stops rather than drain its topics into news.rejected."""


def run_index(settings: Settings, service: Service, share: index_rejects.RejectedShare) -> int:
    """Runs until `service.stop`; gives the exit code: 0 after a clean stop, EXIT_POISON when `share` is too high.

    At least once: an offset is committed only after every document of its message was accepted, found outdated, or laid
    aside in news.rejected. Raises UserError for wrong addresses and Unavailable when Kafka is away at start.
    """
    give_up = threading.Event()
    es = elasticsearch_client(settings.elasticsearch)
    if not _prepare(es, settings, service):
        return 0
    sink = IndexSink(settings, service, es, give_up, share)
    try:
        sink.run()
    except TooManyRejected as error:
        log.error("stopped-too-many-rejected", cause=str(error))
        return EXIT_POISON
    finally:
        sink.close()
        es.close()
    return 0


def _prepare(es: Elasticsearch, settings: Settings, service: Service) -> bool:
    """Installs the templates before anything is written; waits for the cluster. False when stopped meanwhile."""
    attempt = 0
    while not service.stop.is_set():
        service.heartbeat.beat()
        try:
            install_templates(
                es,
                settings.elasticsearch.prefix,
                replicas=settings.elasticsearch.replicas,
                refresh_interval=settings.index.refresh_interval,
            )
        except Unavailable as error:
            log.warning("elasticsearch-away", attempt=attempt, cause=str(error)[:300])
            service.stop.wait(delay(attempt, 0.5))
            attempt += 1
        else:
            return True
    return False


class IndexSink:
    """The loop: one thread reads and commits, `in_flight` threads write. Memory is bounded by the batches under way."""

    def __init__(
        self,
        settings: Settings,
        service: Service,
        es: Elasticsearch,
        give_up: threading.Event,
        share: index_rejects.RejectedShare,
    ) -> None:
        prefix = settings.elasticsearch.prefix
        self._settings = settings.index
        self._service = service
        self._give_up = give_up
        self._writer = BulkWriter(
            es,
            prefix,
            watches=(settings.watch.name,),
            documents_per_request=settings.index.batch_documents * 4,
            give_up=give_up,
        )
        self._producer = kafka_clients.producer(settings.kafka)
        self._consumer = kafka_clients.consumer(settings.kafka, group=STAGES[STAGE].group, max_poll_interval_ms=600_000)
        self._shares = Shares()
        self._subscribe()
        self._membership = Membership(self._consumer, settings.kafka.session_timeout)
        self._inbox = Inbox(self._consumer, self._shares, settings.index.batch_documents)
        self._pool = ThreadPoolExecutor(settings.index.in_flight, thread_name_prefix="bulk")
        self._lag = LagWatch(settings.kafka, STAGES[STAGE], service.stop)
        self._ledger = Ledger()
        self._share = share
        self._batch = Batch(opened_at=time.monotonic())
        self._running: set[Future[None]] = set()
        self._to_commit: dict[Any, int] = {}
        self._may_rejoin_at = time.monotonic() + FORSAKEN_SECONDS

    def run(self) -> None:
        """Until stop. Raises TooManyRejected, or the error of a bug in the writing of a batch."""
        self._lag.start()
        while not self._service.stop.is_set():
            self._service.heartbeat.beat()
            self._turn()
        self._drain()

    def close(self) -> None:
        """Ends threads and clients; what was not committed is read again by the next owner."""
        self._give_up.set()
        self._service.stop.set()
        self._pool.shutdown(wait=True, cancel_futures=True)
        for name, end in (("producer", self._producer.close), ("consumer", self._leave)):
            try:
                end()
            except kafka_errors.KafkaError as error:
                log.warning("close-failed", client=name, cause=str(error)[:200])

    def _leave(self) -> None:
        self._consumer.close(autocommit=False, timeout_ms=3_000)

    def _turn(self) -> None:
        self._reap()
        ready = self._fill()
        free = self._submit() if ready else True
        timeout_ms = POLL_MS if not free or self._batch.messages else 2 * POLL_MS
        self._inbox.poll(accept=free, timeout_ms=timeout_ms, on_gone=self._forget)
        if self._consumer.assignment():
            self._service.ready.set()
        if lost := self._membership.lost():
            self._service.fail(lost)
        self._claim_forsaken()

    def _subscribe(self) -> None:
        for topic in INDEXED_TOPICS:  # the assignor must not run before it knows the topics
            self._consumer.partitions_for_topic(topic.value)
        self._consumer.subscribe([topic.value for topic in INDEXED_TOPICS], listener=self._shares)

    def _claim_forsaken(self) -> None:
        """Joins the group anew when partitions with lag are read by nobody."""
        if time.monotonic() < self._may_rejoin_at:
            return
        owned = self._consumer.assignment()
        forsaken = self._lag.forsaken((tp.topic, tp.partition) for tp in owned)
        if not forsaken:
            return
        self._may_rejoin_at = time.monotonic() + REJOIN_SECONDS
        log.warning("rejoining", forsaken=sorted(map(str, forsaken))[:5], partitions=len(forsaken))
        self._shares.drop_all()
        self._consumer.unsubscribe()
        self._subscribe()

    def _fill(self) -> bool:
        """Moves waiting messages into the batch; True when it is to be written."""
        while not self._is_ready() and (taken := self._inbox.take()):
            partition, record = taken
            if not self._batch.messages:
                self._batch.opened_at = time.monotonic()
            self._batch.add(partition, self._message(record))
        return self._is_ready()

    def _is_ready(self) -> bool:
        limits = self._settings
        return is_ready(
            self._batch,
            time.monotonic(),
            most_documents=limits.batch_documents,
            most_bytes=limits.batch_bytes,
            linger=limits.linger,
        )

    def _message(self, record: Any) -> Message:
        position = position_of(record)
        metrics.counter(metrics.RECORDS_IN).labels(STAGE).inc()
        now = utc_now()
        try:
            made = documents(record.value, position, now)
        except Unprocessable as error:
            if index_rejects.goes_round(position):
                log.error("unreadable-rejected-record", offset=position.offset, partition=position.partition)
                made = (index_rejects.smallest_unreadable(position, error, now),)
            else:
                rejected = index_rejects.unreadable(
                    position, record.key, record.value, error, now, self._service.worker
                )
                return Message(
                    position=position, key=record.key, value=record.value, documents=(), rejected=(rejected,)
                )
        return Message(
            position=position,
            key=record.key,
            value=record.value,
            documents=made,
            headers=record.headers,
            read_at=time.time_ns(),
        )

    def _submit(self) -> bool:
        """Hands the batch to a thread; False when all are busy or an article of it is being written just now."""
        if len(self._running) >= self._settings.in_flight or self._ledger.clashes(self._batch):
            return False
        batch, self._batch = self._batch, Batch(opened_at=time.monotonic())
        self._ledger.begin(batch)
        self._running.add(self._pool.submit(self._write, batch))
        return True

    def _write(self, batch: Batch) -> None:
        written = self._writer.write([document for message in batch.messages for document in message.documents])
        owners = {
            (document.family, document.id): message for message in batch.messages for document in message.documents
        }
        refused = [(owners[_key(answer)], answer) for answer in written.refused()]
        unreadable = [rejected for message in batch.messages for rejected in message.rejected]
        self._share.note(len(batch.messages) - len(unreadable), len(unreadable) + len(refused))
        if self._share.too_high():
            reason = refused[0][1].reason if refused else unreadable[0].detail
            raise TooManyRejected(f"more than half of the newest inputs are refused, the last one with: {reason}")
        self._lay_aside(unreadable, refused)
        _tell_spans(batch)
        _observe(written, utc_now())
        batch.done = True

    def _lay_aside(self, unreadable: list[Rejected], refused: list[tuple[Message, Answer]]) -> None:
        now, worker = utc_now(), self._service.worker
        again = [(message, answer) for message, answer in refused if answer.action.document.family is Family.REJECTED]
        rest = [
            (message, answer) for message, answer in refused if answer.action.document.family is not Family.REJECTED
        ]
        self._produce([*unreadable, *(index_rejects.refusal(message, answer, now, worker) for message, answer in rest)])
        if not again:
            return
        last = self._writer.write([index_rejects.smallest_form(message, answer, now) for message, answer in again])
        for answer in last.refused():
            log.error("rejected-record-lost-to-index", id=answer.action.id, cause=answer.reason[:500])
            metrics.counter(metrics.REJECTED).labels(STAGE, "refused-even-smallest").inc()

    def _produce(self, rejects: list[Rejected]) -> None:
        """Sends rejected records and waits for every acknowledgement, repeating for as long as Kafka is away."""
        waiting, attempt = list(rejects), 0
        while waiting:
            try:
                sent = [
                    (one, self._producer.send(Topic.REJECTED, key=key, value=value))
                    for one in waiting
                    for key, value in [index_rejects.encoded(one)]
                ]
                self._producer.flush(timeout=30)
                waiting = [one for one, future in sent if not (future.is_done and future.succeeded())]
            except kafka_errors.KafkaError as error:
                log.warning("kafka-away", cause=f"{type(error).__name__}: {error}"[:200])
            if waiting:
                if self._give_up.wait(delay(attempt, 0.5)):
                    raise Unavailable("stopped while Kafka was away")
                attempt += 1
        for one in rejects:
            log.warning(
                "rejected", stage=STAGE, reason=one.reason, topic=one.topic, offset=one.offset, detail=one.detail[:300]
            )
            metrics.counter(metrics.REJECTED).labels(STAGE, one.reason).inc()

    def _reap(self) -> None:
        """Commits what batches at the head have finished. Raises a thread's own error."""
        for future in [future for future in self._running if future.done()]:
            self._running.discard(future)
            future.result()
        self._to_commit |= self._ledger.take_done()
        self._commit()

    def _commit(self) -> None:
        owned = self._consumer.assignment()
        offsets = {tp: offset for tp, offset in self._to_commit.items() if tp in owned}
        if not offsets:
            return
        try:
            self._consumer.commit(
                {tp: OffsetAndMetadata(offset, "", -1) for tp, offset in offsets.items()}, timeout_ms=5_000
            )
        except kafka_errors.KafkaError as error:
            log.warning("commit-failed", cause=f"{type(error).__name__}: {error}"[:200])
            return
        self._to_commit.clear()

    def _forget(self, partitions: Partitions) -> None:
        """These partitions will be read from their committed offset, by us or another: what we hold of them is void."""
        self._ledger.forget(partitions)
        for partition in partitions:
            self._batch.next_offsets.pop(partition, None)
            self._to_commit.pop(partition, None)

    def _drain(self) -> None:
        """Writes what was read and commits it, within DRAIN_SECONDS."""
        deadline = time.monotonic() + DRAIN_SECONDS
        while time.monotonic() < deadline and (self._batch.messages or len(self._ledger)):
            self._reap()
            if self._batch.messages:
                self._submit()
            time.sleep(0.01)
        self._give_up.set()
        log.info("drained", left=len(self._ledger))
        self._commit()


def _key(answer: Answer) -> tuple[Family, str]:
    return answer.action.document.family, answer.action.document.id


def _tell_spans(batch: Batch) -> None:
    for message in batch.messages:
        if message.headers:
            with tracing.span("index", message.headers, began=message.read_at, topic=message.position.topic):
                continue


def _observe(written: Written, now: datetime) -> None:
    families = (answer.action.document.family for answer in written.answers if answer.outcome is Outcome.WRITTEN)
    for family, count in Counter(families).items():
        metrics.counter(metrics.RECORDS_OUT).labels(STAGE, family.value).inc(count)
    latency = metrics.histogram(metrics.LATENCY_SECONDS).labels(STAGE)
    for answer in written.answers:
        document = answer.action.document
        if document.family is Family.ARTICLES and answer.outcome is Outcome.WRITTEN:
            latency.observe(max(0.0, (now - document.time).total_seconds()))
