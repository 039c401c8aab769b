"""Raw articles and refusals → Kafka: acknowledged by all replicas, with a bound on what is under way."""

import threading
from typing import Any, Protocol

from newswatch import tracing, wire
from newswatch.errors import Unavailable
from newswatch.logs import logger
from newswatch.records.raw import RawArticle
from newswatch.records.rejected import Rejected
from newswatch.reject_reasons import Reason
from newswatch.topics import MAX_MESSAGE_BYTES, Topic

ENVELOPE = 64 * 1024
"""Bytes of a message left for key, headers and batch framing."""

LARGEST_MESSAGE = MAX_MESSAGE_BYTES - ENVELOPE

MAX_PENDING = 2_000
MAX_PENDING_BYTES = 32 * 1024 * 1024
"""Messages and bytes not yet acknowledged; publish() waits beyond them."""

log = logger(__name__)


class Publisher(Protocol):
    """Where documents go."""

    def publish(self, document: RawArticle | Rejected) -> None:
        """Hands the document over; may block until earlier ones are acknowledged. Raises Unavailable."""
        ...

    def settle(self, timeout: float) -> int:
        """Waits until everything is acknowledged or has failed; how many failed so far. Raises Unavailable."""
        ...


def message(document: RawArticle | Rejected) -> tuple[Topic, bytes, bytes] | Reason:
    """Topic, key and value of the document's message, or why there can be none."""
    value = wire.encode(document)
    if len(value) > LARGEST_MESSAGE:
        return Reason.TOO_LARGE
    if isinstance(document, RawArticle):
        return Topic.RAW, document.article_id.encode(), value
    return Topic.REJECTED, (document.key or document.rejected_id).encode(), value


class KafkaPublisher:
    """Publishes with one kafka-python producer; callbacks come on its thread."""

    def __init__(self, producer: Any) -> None:
        self._producer = producer
        self._changed = threading.Condition()
        self._pending = 0
        self._pending_bytes = 0
        self._failed = 0

    def publish(self, document: RawArticle | Rejected) -> None:
        """Sends the document. Raises Unavailable when Kafka takes no more, ValueError for one over LARGEST_MESSAGE."""
        made = message(document)
        if isinstance(made, Reason):
            raise ValueError(f"a message of more than {LARGEST_MESSAGE} bytes")
        topic, key, value = made
        self._reserve(len(value))
        try:
            with tracing.span("replay", article_id=document.article_id, url=document.url):
                future = self._producer.send(topic.value, key=key, value=value, headers=tracing.headers())
        except Exception as error:  # kafka-python raises several families; each means: not sent
            self._release(len(value), failed=True)
            raise Unavailable(f"Kafka took no message: {type(error).__name__}: {error}") from error
        future.add_callback(lambda _: self._release(len(value), failed=False))
        future.add_errback(lambda error: self._refused(error, topic, len(value)))

    def settle(self, timeout: float) -> int:
        """See Publisher."""
        try:
            self._producer.flush(timeout=timeout)
        except Exception as error:
            raise Unavailable(f"Kafka did not acknowledge within {timeout:g} s: {error}") from error
        with self._changed:
            if not self._changed.wait_for(lambda: self._pending == 0, timeout):
                raise Unavailable(f"{self._pending} messages were not acknowledged within {timeout:g} s")
            return self._failed

    def close(self) -> None:
        """Ends the producer; what is not acknowledged by now is lost."""
        self._producer.close(timeout=5)

    def _reserve(self, size: int) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._pending < MAX_PENDING and self._pending_bytes < MAX_PENDING_BYTES)
            self._pending += 1
            self._pending_bytes += size

    def _release(self, size: int, *, failed: bool) -> None:
        with self._changed:
            self._pending -= 1
            self._pending_bytes -= size
            self._failed += failed
            self._changed.notify_all()

    def _refused(self, error: BaseException, topic: Topic, size: int) -> None:
        log.error("not-published", topic=topic.value, error=f"{type(error).__name__}: {error}")
        self._release(size, failed=True)
