"""What a lane still has to send, in the order it is due. Pure: time comes in."""

import heapq
import itertools
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from newswatch.records.alert import Alert, Delivery
from newswatch.tracing import Headers


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One alert for one channel. `fresh`: nothing of it was written to the record yet.

    `recorded`: the delivery record that schedules it is acknowledged; a digest waits for all of its jobs' records.
    `headers`: those of the alert's message; they name its trace.
    """

    delivery: Delivery
    partition: int
    due: datetime
    fresh: bool = True
    recorded: bool = False
    headers: Headers = ()

    @property
    def alert(self) -> Alert:
        """The alert itself."""
        assert self.delivery.alert is not None
        return self.delivery.alert


class Jobs:
    """Due times, earliest first; jobs of one digest leave together."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, int, str]] = []
        self._jobs: dict[str, Job] = {}
        self._order = itertools.count()

    def add(self, job: Job) -> None:
        """Takes a job; one for the same alert replaces it."""
        identity = job.delivery.alert_id
        self._jobs[identity] = job
        heapq.heappush(self._heap, (job.due, next(self._order), identity))

    def recorded(self, alert_id: str) -> None:
        """The scheduling record of this alert is acknowledged."""
        if alert_id in self._jobs:
            self._jobs[alert_id] = replace(self._jobs[alert_id], recorded=True)

    def next_due(self) -> datetime | None:
        """When the next job is due; None without jobs."""
        self._tidy()
        return self._heap[0][0] if self._heap else None

    def take(self, now: datetime) -> tuple[Job, ...]:
        """The next due job, or all of its digest's; empty when nothing is due or a digest's records are outstanding."""
        self._tidy()
        if not self._heap or self._heap[0][0] > now:
            return ()
        job = self._jobs[self._heap[0][2]]
        group = self._digest(job.delivery.digest) if job.delivery.digest else (job,)
        if job.delivery.digest and not all(part.recorded for part in group):
            return ()
        return self._removed(group)

    def take_fresh(self) -> tuple[Job, ...]:
        """All jobs that nothing was written of yet: for a lane that is down."""
        return self._removed(tuple(job for job in self._jobs.values() if job.fresh))

    def drop(self, partitions: Iterable[int]) -> None:
        """Forgets the jobs of these partitions: they are another worker's now."""
        gone = set(partitions)
        self._removed(tuple(job for job in self._jobs.values() if job.partition in gone))

    def __len__(self) -> int:
        return len(self._jobs)

    def _removed(self, group: tuple[Job, ...]) -> tuple[Job, ...]:
        for job in group:
            del self._jobs[job.delivery.alert_id]
        return group

    def _digest(self, identity: str) -> tuple[Job, ...]:
        return tuple(job for job in self._jobs.values() if job.delivery.digest == identity)

    def _tidy(self) -> None:
        while self._heap:
            due, _, identity = self._heap[0]
            job = self._jobs.get(identity)
            if job is not None and job.due == due:
                return
            heapq.heappop(self._heap)
