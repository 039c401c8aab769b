"""Outputs of a stage: sent together, returned from when every one is acknowledged, sent again while Kafka is away."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from newswatch import metric_names as metrics
from newswatch import tracing
from newswatch.logs import logger

FIRST_WAIT = 0.2
LONGEST_WAIT = 5.0
"""Seconds before a failed send is tried again; doubled each time up to the longest."""

PATIENCE = 180.0
"""Seconds of failing after which the worker ends, uncommitted: its restart gets fresh connections."""

log = logger(__name__)

Send = Callable[..., Awaitable[Awaitable[Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """One message to be written; `partition` None lets the key decide."""

    topic: str
    key: bytes | None
    value: bytes | None
    partition: int | None = None


class Outbox:
    """Writes a stage's outputs. `fail` ends the worker and does not return."""

    def __init__(self, stage: str, send: Send, fail: Callable[[str], None]) -> None:
        self._stage = stage
        self._send = send
        self._fail = fail

    async def deliver(self, outputs: Sequence[Output]) -> None:
        """Returns when all are acknowledged by all replicas. A repeated send may write an output twice (same key)."""
        pending, wait, began = list(outputs), FIRST_WAIT, time.monotonic()
        while pending:
            results = await asyncio.gather(*(self._deliver_one(output) for output in pending), return_exceptions=True)
            failed = [(o, r) for o, r in zip(pending, results, strict=True) if isinstance(r, BaseException)]
            for output, result in zip(pending, results, strict=True):
                if not isinstance(result, BaseException):
                    metrics.counter(metrics.RECORDS_OUT).labels(self._stage, output.topic).inc()
            if not failed:
                return
            pending, cause = [output for output, _ in failed], failed[0][1]
            await self._wait(cause, wait, time.monotonic() - began, len(pending))
            wait = min(wait * 2, LONGEST_WAIT)

    async def _deliver_one(self, output: Output) -> None:
        acknowledged = await self._send(
            output.topic, output.key, output.value, output.partition, None, tracing.headers()
        )
        await acknowledged

    async def _wait(self, cause: BaseException, wait: float, failing: float, pending: int) -> None:
        if isinstance(cause, asyncio.CancelledError):
            raise cause
        metrics.counter(metrics.RETRIES).labels(self._stage, type(cause).__name__).inc()
        log.warning(
            "send-failed", stage=self._stage, pending=pending, failing_seconds=round(failing, 1), error=str(cause)
        )
        if failing > PATIENCE:
            self._fail(f"Kafka took no output for {failing:.0f} s: {cause}")
        await asyncio.sleep(wait)
