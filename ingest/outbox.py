"""Messages to Kafka from the event loop: sent in a thread, awaited until acknowledged, repeated while Kafka is away."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from newswatch import metric_names as metrics
from newswatch.errors import Unavailable
from newswatch.logs import logger
from newswatch.topics import Topic

FIRST_WAIT = 0.5
LONGEST_WAIT = 15.0
"""Seconds between two attempts, doubled each time."""

log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Message:
    """One message; `value` None is a tombstone, `partition` None lets the key decide, `headers` name its trace."""

    topic: Topic
    key: bytes
    value: bytes | None
    partition: int | None = None
    headers: list[tuple[str, bytes]] | None = None


class Outbox:
    """Sends with the producer `make` builds (and builds again when it is broken). One event loop only."""

    def __init__(self, make: Callable[[], Any], stage: str = "ingest") -> None:
        self._make = make
        self._stage = stage
        self._producer: Any = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="outbox")

    async def send(self, messages: Sequence[Message]) -> list[int]:
        """The offsets of the messages, once all are acknowledged by all replicas. Tries for ever; cancel to give up.

        A message whose acknowledgement was lost is sent again: its id is the same, readers see one article.
        """
        offsets: list[int | None] = [None] * len(messages)
        wait = FIRST_WAIT
        while True:
            missing = [place for place, offset in enumerate(offsets) if offset is None]
            problem = await self._attempt(messages, missing, offsets)
            if problem is None:
                for message in messages:
                    metrics.counter(metrics.RECORDS_OUT).labels(self._stage, message.topic.value).inc()
                return [offset for offset in offsets if offset is not None]
            metrics.counter(metrics.RETRIES).labels(self._stage, "kafka").inc()
            log.warning("kafka-away", error=f"{type(problem).__name__}: {problem}", again_in=wait)
            await asyncio.sleep(wait)
            if wait >= 4 * FIRST_WAIT:
                await self._run(self._discard)
            wait = min(wait * 2, LONGEST_WAIT)

    async def close(self) -> None:
        """Ends the producer, waiting a few seconds for what is under way."""
        await self._run(self._discard)
        self._thread.shutdown(wait=False)

    async def _attempt(
        self, messages: Sequence[Message], missing: Sequence[int], offsets: list[int | None]
    ) -> BaseException | None:
        try:
            futures = await self._run(lambda: [self._hand_over(messages[place]) for place in missing])
        except Exception as error:  # kafka-python raises several families; each means: not all handed over
            return error
        results = await asyncio.gather(*(_acknowledged(future) for future in futures), return_exceptions=True)
        problem: BaseException | None = None
        for place, result in zip(missing, results, strict=True):
            if isinstance(result, BaseException):
                problem = result
            else:
                offsets[place] = result
        return problem

    def _hand_over(self, message: Message) -> Any:
        if self._producer is None:
            self._producer = self._make()
        return self._producer.send(
            message.topic.value,
            key=message.key,
            value=message.value,
            partition=message.partition,
            headers=message.headers,
        )

    def _discard(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            producer.close(timeout=5)

    async def _run(self, call: Callable[[], Any]) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)


async def _acknowledged(future: Any) -> int:
    """The offset of an acknowledged message. Raises Unavailable."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[int] = loop.create_future()

    def settle(offset: int | None, error: BaseException | None) -> None:
        if done.done():
            return
        if error is not None:
            done.set_exception(Unavailable(f"{type(error).__name__}: {error}"))
        else:
            done.set_result(int(offset or 0))

    future.add_callback(lambda data: loop.call_soon_threadsafe(settle, data.offset, None))
    future.add_errback(lambda error: loop.call_soon_threadsafe(settle, None, error))
    return await done
