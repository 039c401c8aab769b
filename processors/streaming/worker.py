"""Runs one stage as a Faust worker: reads, hands each message to the stage, acknowledges only what is delivered."""

import asyncio
import time
import traceback
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

import msgspec

from newswatch import metric_names as metrics
from newswatch import tracing, wire
from newswatch.errors import Unavailable, Unprocessable
from newswatch.identity import digest
from newswatch.logs import logger
from newswatch.records.rejected import Rejected
from newswatch.reject_reasons import Reason
from newswatch.service import EXIT_POISON, Service
from newswatch.settings import Settings
from newswatch.topics import MAX_MESSAGE_BYTES, Topic
from processors.streaming.app import make_app
from processors.streaming.outbox import Outbox, Output
from processors.streaming.reject_budget import RejectBudget, Spending

DRAIN_SECONDS = 10.0
"""Seconds that messages in hand may take after SIGTERM; what is not done by then stays uncommitted."""

UNAVAILABLE_WAIT = 1.0
"""Seconds before a message whose server is away is tried again, for ever; the watchdog ends a stuck worker."""

DETAIL_LIMIT = 2000
ORIGINAL_LIMIT = MAX_MESSAGE_BYTES // 2

log = logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One message of a stage's input; `written` is the time Kafka has for it, the same however often it is read."""

    key: bytes | None
    value: bytes
    partition: int
    offset: int
    generation: int
    now: datetime
    written: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """What a stage made of a message: `outputs` are delivered first, then `state`, then `remember` is called.

    The last record of `state` is written when the others are acknowledged: it alone may carry the message's offset, so
    that a crash among them leaves the message to be handled again. `first_seen` is the article's, for latency.
    """

    outputs: tuple[Output, ...] = ()
    state: tuple[Output, ...] = ()
    remember: Callable[[], None] | None = None
    rejected: Rejected | None = None
    discarded: str | None = None
    first_seen: datetime | None = None


class Stage(Protocol):
    """A stage of the flow; `concurrency` messages are in hand at once (1 for a stage with memory: order matters)."""

    name: str
    input: Topic
    concurrency: int

    async def handle(self, message: Incoming) -> Handled:
        """What becomes of one message. Raises Unprocessable; anything else it raises is a bug."""
        ...

    async def start(self) -> None:
        """Warms what the first message would wait for. Raises Unavailable."""
        ...

    async def tick(self, partitions: Sequence[int], generation: int, now: datetime) -> Handled:
        """What the mere passing of time makes of the partitions held; no message is in hand meanwhile."""
        ...

    def assignment_changed(self) -> None:
        """Partitions came or went."""
        ...

    def close(self) -> None:
        """Frees what the stage holds."""
        ...


@dataclass(slots=True)
class _InHand:
    """How many messages are being handled, and whether new ones are still taken."""

    count: int = 0
    draining: bool = False


class Worker:
    """One stage on its Faust app."""

    def __init__(self, stage: Stage, settings: Settings, service: Service, budget: RejectBudget) -> None:
        self.stage = stage
        self.service = service
        self.app = make_app(stage.name, settings)
        self._outbox = Outbox(stage.name, self._send, service.fail)
        self._budget = budget
        self._in_hand = _InHand()
        self._slots = asyncio.Semaphore(stage.concurrency)
        self._tasks: set[asyncio.Task[None]] = set()
        self.app.on_partitions_assigned.connect(self._on_assigned)
        self.app.agent(
            self.app.topic(stage.input.value, key_serializer="raw", value_serializer="raw"),
            name=f"newswatch.{stage.name}",
        )(self._consume)

    async def drain(self) -> None:
        """Takes no new message, waits until those in hand are delivered, commits."""
        self._in_hand.draining = True
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=DRAIN_SECONDS)
            for task in late:
                task.cancel()
        await self.app.consumer.commit()
        log.info("drained", stage=self.stage.name, left=self._in_hand.count)

    async def tick(self, partitions: Sequence[int]) -> None:
        """Lets the stage act on the passing of time, alone: every slot is taken until its outputs are delivered."""
        for _ in range(self.stage.concurrency):
            await self._slots.acquire()
        try:
            handled = await self.stage.tick(partitions, self.app.consumer_generation_id, datetime.now(UTC))
            await self._deliver(handled)
        except Unavailable as error:
            log.warning("tick-left-out", stage=self.stage.name, error=str(error))
        finally:
            for _ in range(self.stage.concurrency):
                self._slots.release()

    def beat_if_idle(self) -> None:
        """An idle loop is a live loop; one with a message in hand beats only when it is done with it."""
        if self._in_hand.count == 0:
            self.service.heartbeat.beat()

    async def _consume(self, stream: Any) -> None:
        async for event in stream.noack().events():
            await self._slots.acquire()
            if self._in_hand.draining:
                await asyncio.Event().wait()  # until the app stops: this message stays uncommitted
            self._in_hand.count += 1
            task = asyncio.create_task(self._finish(stream, event))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            if self.stage.concurrency == 1:
                await task

    async def _finish(self, stream: Any, event: Any) -> None:
        try:
            with self._span(event.message):
                await self._handle(event.message)
            await stream.ack(event)
            self.service.heartbeat.beat()
        except asyncio.CancelledError:
            raise
        except Exception as error:  # a bug of this module: the message stays uncommitted and a restart reads it again
            log.error("stage-failed", stage=self.stage.name, error=repr(error), traceback=traceback.format_exc())
            self.service.fail(f"unexpected {type(error).__name__}")
        finally:
            self._in_hand.count -= 1
            self._slots.release()

    def _span(self, message: Any) -> AbstractContextManager[None]:
        return tracing.span(
            self.stage.name, message.headers, topic=message.topic, partition=message.partition, offset=message.offset
        )

    async def _handle(self, message: Any) -> None:
        began = time.perf_counter()
        metrics.counter(metrics.RECORDS_IN).labels(self.stage.name).inc()
        incoming = Incoming(
            key=message.key,
            value=message.value or b"",
            partition=message.partition,
            offset=message.offset,
            generation=self.app.consumer_generation_id,
            now=datetime.now(UTC),
            written=datetime.fromtimestamp(message.timestamp, UTC) if message.timestamp else None,
        )
        handled = await self._guarded(incoming)
        await self._outbox.deliver(handled.outputs + self._rejection(handled.rejected))
        await self._outbox.deliver(handled.state[:-1])
        await self._outbox.deliver(handled.state[-1:])
        if handled.remember:
            handled.remember()
        if handled.discarded:
            metrics.counter(metrics.DISCARDED).labels(self.stage.name, handled.discarded).inc()
        tracing.note(rejected=handled.rejected and handled.rejected.reason, discarded=handled.discarded)
        metrics.histogram(metrics.STAGE_SECONDS).labels(self.stage.name).observe(time.perf_counter() - began)
        if handled.first_seen:
            latency = (datetime.now(UTC) - handled.first_seen).total_seconds()
            metrics.histogram(metrics.LATENCY_SECONDS).labels(self.stage.name).observe(max(0.0, latency))
        self._spend(handled.rejected)

    async def _deliver(self, handled: Handled) -> None:
        await self._outbox.deliver(handled.outputs + self._rejection(handled.rejected))
        await self._outbox.deliver(handled.state)
        if handled.remember:
            handled.remember()

    async def _guarded(self, incoming: Incoming) -> Handled:
        try:
            handled = await self._available(incoming)
        except Unprocessable as error:
            return Handled(rejected=self.rejection(incoming, error.reason, str(error)))
        except Exception:  # the agent boundary: a bug is rejected with its traceback, never lost
            return Handled(rejected=self.rejection(incoming, Reason.BUG, traceback.format_exc()[-DETAIL_LIMIT:]))
        if handled.rejected is None:
            return handled
        return Handled(rejected=_located(handled.rejected, self.stage, incoming, self.service.worker))

    async def _available(self, incoming: Incoming) -> Handled:
        while True:
            try:
                return await self.stage.handle(incoming)
            except Unavailable as error:
                metrics.counter(metrics.RETRIES).labels(self.stage.name, "unavailable").inc()
                log.warning("unavailable", stage=self.stage.name, error=str(error))
                await asyncio.sleep(UNAVAILABLE_WAIT)

    def rejection(self, incoming: Incoming, reason: Reason, detail: str) -> Rejected:
        """A Rejected for this message as it came in."""
        bare = Rejected(
            rejected_id="", stage=self.stage.name, reason=reason, detail=detail[:DETAIL_LIMIT], at=incoming.now
        )
        return _located(bare, self.stage, incoming, self.service.worker)

    def _rejection(self, rejected: Rejected | None) -> tuple[Output, ...]:
        if rejected is None:
            return ()
        metrics.counter(metrics.REJECTED).labels(self.stage.name, rejected.reason).inc()
        log.warning("rejected", stage=self.stage.name, reason=rejected.reason, url=rejected.url, offset=rejected.offset)
        key = (rejected.key or rejected.rejected_id).encode()
        return (Output(topic=Topic.REJECTED, key=key, value=wire.encode(rejected)),)

    def _spend(self, rejected: Rejected | None) -> None:
        if self._budget.note(rejected.reason if rejected else None) is Spending.EXCEEDED:
            self.service.fail(
                "too many inputs fail; see `newswatch rejected list`, mend the cause, start again", EXIT_POISON
            )

    async def _send(self, *arguments: Any) -> Awaitable[Any]:
        producer = await self.app.maybe_start_producer()
        sent: Awaitable[Any] = await producer.send(*arguments)
        return sent

    async def _on_assigned(self, *_: Any, **__: Any) -> None:
        self.stage.assignment_changed()
        self.service.ready.set()


class _Named(msgspec.Struct):
    """The fields by which people know an article, in any record that has them or holds one."""

    article_id: str | None = None
    url: str | None = None
    title: str | None = None
    source: str | None = None
    first_seen: datetime | None = None
    article: "_Named | None" = None


_NAMED = msgspec.json.Decoder(_Named)


def _named(data: bytes) -> _Named:
    try:
        found = _NAMED.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _Named()
    return found.article or found


def _located(rejected: Rejected, stage: Stage, incoming: Incoming, worker: str) -> Rejected:
    """The same rejection with where its input came from, what it is called, and the input's bytes."""
    named = _named(incoming.value)
    return msgspec.structs.replace(
        rejected,
        rejected_id=digest("rejected", stage.name, stage.input.value, str(incoming.partition), str(incoming.offset)),
        key=incoming.key.decode("utf-8", "replace") if incoming.key else None,
        article_id=rejected.article_id or named.article_id,
        url=rejected.url or named.url,
        title=rejected.title or named.title,
        source=rejected.source or named.source,
        first_seen=rejected.first_seen or named.first_seen,
        topic=stage.input.value,
        partition=incoming.partition,
        offset=incoming.offset,
        original=incoming.value[:ORIGINAL_LIMIT],
        original_truncated=len(incoming.value) > ORIGINAL_LIMIT,
        worker=worker,
    )
