"""A lane: one channel's thread, so that a channel that fails or hangs delays nobody but itself."""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from newswatch import metric_names as metrics
from newswatch import tracing
from newswatch.errors import Unavailable, Unprocessable, UserError
from newswatch.logs import logger
from newswatch.records.alert import Delivery, DeliveryOutcome
from sinks.notify import attempts
from sinks.notify.attempts import RetryPolicy
from sinks.notify.channels.base import Busy, Channel, Message
from sinks.notify.jobs import Job, Jobs
from sinks.notify.pacing import Pace
from sinks.notify.rendering import Renderer

DOWN_AFTER = 3
"""Failures in a row after which a channel counts as down: new alerts are put on record at once instead of tried."""

LONGEST_PROBE = timedelta(minutes=1)
"""Time between two tries of a channel that is down, at most."""

RECORD_PATIENCE = 10.0
"""Seconds a lane waits for its last record to be acknowledged before it sends on: until then a crash would repeat one
message a channel at most, beyond it (Kafka is away) as many as are sent meanwhile."""

log = logger(__name__)

Clock = Callable[[], datetime]

Record = Callable[[Delivery, int, Callable[[], None]], None]
"""Writes a delivery record to a partition and calls back, from any thread, when it is acknowledged."""

Settle = Callable[[Delivery, int], None]
"""Told each time a record of a delivery on a partition is acknowledged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a lane reaches outside itself: the record, the commit, the clock.

    `longest_sleep`: seconds a lane sleeps at most, so that a clock that jumps is noticed.
    """

    record: Record
    settle: Settle
    clock: Clock
    longest_sleep: float = 1.0


class Lane:
    """Sends one channel's jobs, one after the other."""

    def __init__(
        self, name: str, channel: Channel, renderer: Renderer, policy: RetryPolicy, pace: Pace, outside: Surroundings
    ) -> None:
        self.name = name
        self._channel, self._renderer, self._policy, self._pace = channel, renderer, policy, pace
        self._outside = outside
        self._clock = outside.clock
        self._jobs = Jobs()
        self._change = threading.Condition()
        self._sending: frozenset[int] = frozenset()
        self._failures = 0
        self._probe_at: datetime | None = None
        self._failing_since: datetime | None = None
        self._stopping = False
        self._unacknowledged = 0
        self._thread = threading.Thread(target=self._run, name=f"lane-{name}", daemon=True)

    def start(self) -> None:
        """Begins sending."""
        self._thread.start()

    def put(self, job: Job) -> None:
        """Takes a job."""
        with self._change:
            self._jobs.add(job)
            self._change.notify_all()

    def schedule(self, job: Job) -> None:
        """Takes a job that is due later and puts it on record at once."""
        self.put(replace(job, fresh=False))
        self._write(job.delivery, job.partition)

    @property
    def failing_since(self) -> datetime | None:
        """Since when no message has got through; None while the channel works."""
        return self._failing_since

    def waiting(self) -> int:
        """Jobs not yet done."""
        with self._change:
            return len(self._jobs)

    def drop(self, partitions: Iterable[int], timeout: float) -> None:
        """Forgets these partitions' jobs, and waits up to `timeout` seconds for one of theirs that is being sent."""
        gone = frozenset(partitions)
        with self._change:
            self._jobs.drop(gone)
            self._change.wait_for(lambda: not self._sending & gone, timeout)
            self._jobs.drop(gone)

    def stop(self, timeout: float) -> None:
        """Ends after the message being sent; what is left is on record or will be read again."""
        with self._change:
            self._stopping = True
            self._change.notify_all()
        if self._thread.ident is not None:
            self._thread.join(timeout)
        self._channel.close()

    def _run(self) -> None:
        while True:
            with self._change:
                if self._stopping:
                    return
                group = self._next(self._clock())
                if not group:
                    self._change.wait(self._sleep(self._clock()))
                    continue
                self._sending = frozenset(job.partition for job in group)
            try:
                self._handle(group)
            finally:
                with self._change:
                    self._change.wait_for(lambda: not self._unacknowledged, RECORD_PATIENCE)
                    self._sending = frozenset()
                    self._change.notify_all()

    def _down(self, now: datetime) -> bool:
        return self._probe_at is not None and now < self._probe_at

    def _next(self, now: datetime) -> tuple[Job, ...]:
        return self._jobs.take_fresh() if self._down(now) else self._jobs.take(now)

    def _sleep(self, now: datetime) -> float:
        due = self._jobs.next_due()
        if due is None:
            return self._outside.longest_sleep
        wake = max(due, self._probe_at) if self._probe_at else due
        return min(max((wake - now).total_seconds(), 0.005), self._outside.longest_sleep)

    def _handle(self, group: Sequence[Job]) -> None:
        now = self._clock()
        if self._probe_at is not None and self._down(now):
            for job in group:
                self._put_off(job, self._probe_at, "the channel is failing; on record, to be sent later")
            return
        over = None if group[0].delivery.digest else self._pace.held_until(now)
        if over is not None:
            self._put_off(group[0], over.at, "over the channel's rate; goes into a digest", over.digest)
            return
        self._attempt(group)

    def _put_off(self, job: Job, at: datetime, why: str, digest: str | None = None) -> None:
        planned = attempts.put_off(job.delivery, at, self._clock(), why, digest)
        self.put(replace(job, delivery=planned, due=at, fresh=False, recorded=False))
        self._write(planned, job.partition)

    def _attempt(self, group: Sequence[Job]) -> None:
        began = time.time_ns()
        try:
            outcomes = self._sent(group)
            self._failures, self._probe_at, self._failing_since = 0, None, None
        except Busy as error:
            outcomes = self._failed(group, str(error), error.seconds)
            self._probe_at = self._clock() + timedelta(seconds=error.seconds)
        except Unavailable as error:
            outcomes = self._failed(group, str(error))
        except (Unprocessable, UserError) as error:
            outcomes = [attempts.refused(job.delivery, self._clock(), str(error)) for job in group]
        except Exception as error:  # a channel's bug must not end the lane: kept, tried again, given up in time
            log.exception("channel-bug", channel=self.name)
            outcomes = self._failed(group, f"{type(error).__name__}: {error}")
        for job, outcome in zip(group, outcomes, strict=True):
            with tracing.span("notify", job.headers, began=began, channel=self.name, outcome=outcome.outcome.value):
                self._conclude(job, outcome)

    def _sent(self, group: Sequence[Job]) -> list[Delivery]:
        how = self._channel.send(self._message(group))
        now = self._clock()
        self._pace.sent(now)
        return [attempts.delivered(job.delivery, now, how) for job in group]

    def _message(self, group: Sequence[Job]) -> Message:
        digest = group[0].delivery.digest
        if digest is None:
            return self._renderer.one(group[0].alert, self.name)
        return self._renderer.several([job.alert for job in group], digest, self.name)

    def _failed(self, group: Sequence[Job], cause: str, asked: float | None = None) -> list[Delivery]:
        now = self._clock()
        self._failures += 1
        self._failing_since = self._failing_since or now
        if self._failures >= DOWN_AFTER:
            self._probe_at = now + min(self._policy.wait(self._failures), LONGEST_PROBE)
        return [attempts.failed(job.delivery, now, cause, self._policy, asked) for job in group]

    def _conclude(self, job: Job, outcome: Delivery) -> None:
        metrics.counter(metrics.DELIVERIES).labels(self.name, outcome.outcome.value).inc()
        if outcome.outcome is DeliveryOutcome.RETRYING:
            assert outcome.next_attempt is not None
            log.warning(
                "delivery-failed", channel=self.name, alert=outcome.alert_id, attempts=outcome.attempts,
                detail=outcome.detail, next_attempt=outcome.next_attempt.isoformat(),
            )  # fmt: skip
            self.put(replace(job, delivery=outcome, due=outcome.next_attempt, fresh=False, recorded=False))
        elif outcome.outcome is DeliveryOutcome.DEAD:
            log.error("delivery-dead", channel=self.name, alert=outcome.alert_id, detail=outcome.detail)
        else:
            now = self._clock()
            latency = (now - job.alert.first_seen).total_seconds()
            metrics.histogram(metrics.LATENCY_SECONDS).labels(f"notify-{self.name}").observe(max(latency, 0.0))
            waited = (now - job.alert.fired_at).total_seconds()
            metrics.histogram(metrics.DELIVERY_SECONDS).labels(self.name).observe(max(waited, 0.0))
        self._write(outcome, job.partition)

    def _write(self, delivery: Delivery, partition: int) -> None:
        def acknowledged() -> None:
            with self._change:
                self._unacknowledged -= 1
                self._jobs.recorded(delivery.alert_id)
                self._change.notify_all()
            self._outside.settle(delivery, partition)

        with self._change:
            self._unacknowledged += 1
        self._outside.record(delivery, partition, acknowledged)
