"""Guards against messages skipped unseen: offsets must be contiguous, and a partition with lag must move.

Faust has skipped prefetched messages on rebalances (its issues 216 and 221). A worker that notices ends at once,
uncommitted, so that its restart reads them.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Any

import faust

from newswatch import metric_names as metrics
from newswatch.logs import logger

STUCK_AFTER = 60.0
"""Seconds a partition may have lag without its commit moving."""

log = logger(__name__)

Partition = tuple[str, int]


class Verdict(StrEnum):
    """What an offset says about the ones before it."""

    CONTIGUOUS = "contiguous"
    READ_AGAIN = "read-again"
    COMMITTED_ELSEWHERE = "committed-elsewhere"
    LOST_TO_RETENTION = "lost-to-retention"
    SKIPPED = "skipped"


def judge(
    offset: int, expected: int | None, committed: Callable[[], int | None], log_start: Callable[[], int]
) -> Verdict:
    """Whether messages before `offset` were skipped.

    `expected` is one past the last offset seen (None: nothing seen since the partition came). What the group has
    committed was handled by someone; what lies before the log's start is gone and cannot be read again by a restart.
    """
    if expected is not None and offset <= expected:
        return Verdict.CONTIGUOUS if offset == expected else Verdict.READ_AGAIN
    done = committed()
    if done is not None and offset <= done:
        return Verdict.COMMITTED_ELSEWHERE
    start = log_start()
    known = max(value for value in (expected, done, 0) if value is not None)
    if offset == start:
        return Verdict.LOST_TO_RETENTION if known < start and (expected, done) != (None, None) else Verdict.CONTIGUOUS
    return Verdict.SKIPPED


class OffsetGuard(faust.Sensor):
    """A Faust sensor that sees every message come in and calls `fail` when some were skipped."""

    def __init__(
        self,
        stage: str,
        committed: Callable[[Partition], int | None],
        log_start: Callable[[Partition], int],
        fail: Callable[[str], None],
    ) -> None:
        super().__init__()
        self._stage, self._committed, self._log_start, self._fail = stage, committed, log_start, fail
        self._expected: dict[Partition, int] = {}

    def on_message_in(self, tp: Any, offset: int, message: Any) -> None:
        """Called by Faust for each message before it is handed to a stream."""
        partition = (tp.topic, tp.partition)
        expected = self._expected.get(partition)
        verdict = judge(offset, expected, lambda: self._committed(partition), lambda: self._log_start(partition))
        if verdict in (Verdict.LOST_TO_RETENTION, Verdict.SKIPPED):
            self._report(verdict, partition, expected, offset)
        self._expected[partition] = offset + 1

    def _report(self, verdict: Verdict, partition: Partition, expected: int | None, offset: int) -> None:
        topic, number = partition
        metrics.counter(metrics.OFFSET_GAPS).labels(self._stage, verdict.value).inc()
        log.error("offset-gap", verdict=verdict.value, topic=topic, partition=number, expected=expected, got=offset)
        if verdict is Verdict.LOST_TO_RETENTION:
            metrics.counter(metrics.LOST_TO_RETENTION).labels(self._stage).inc(offset - (expected or 0))
            return
        self._fail(f"messages before offset {offset} of {topic}/{number} were skipped; a restart reads them")


class Watchdog:
    """Compares commits with log ends over time. Fed by `look`; tells which partitions stand still."""

    def __init__(self, patience: float = STUCK_AFTER) -> None:
        self._patience = patience
        self._last: dict[Partition, tuple[int, float]] = {}

    def look(self, lags: Mapping[Partition, tuple[int, int]], now: float) -> tuple[Partition, ...]:
        """`lags` maps each assigned partition to (committed, log end), `now` is a monotonic clock in seconds.

        Gives the partitions that had lag and the same commit for longer than the patience. Partitions no longer
        assigned are forgotten; one without lag starts anew.
        """
        for gone in self._last.keys() - lags.keys():
            del self._last[gone]
        return tuple(self._stuck(lags, now))

    def _stuck(self, lags: Mapping[Partition, tuple[int, int]], now: float) -> Iterable[Partition]:
        for partition, (committed, end) in lags.items():
            before, since = self._last.get(partition, (-1, now))
            if committed != before or committed >= end:
                self._last[partition] = (committed, now)
            elif now - since > self._patience:
                yield partition
