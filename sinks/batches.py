"""Messages gathered into batches, and which offsets may be committed once batches are done: pure, no clients."""

from collections import deque
from collections.abc import Collection, Hashable
from dataclasses import dataclass, field

from newswatch.records.rejected import Rejected
from newswatch.tracing import Headers
from sinks.documents import Document, Position

Partition = Hashable
"""Whatever names a topic's partition."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message and what it became: documents, or the record that lays it aside.

    `headers` name its trace, `read_at` is in nanoseconds since 1970.
    """

    position: Position
    key: bytes | None
    value: bytes | None
    documents: tuple[Document, ...]
    rejected: tuple[Rejected, ...] = ()
    headers: Headers = ()
    read_at: int = 0


@dataclass(slots=True, kw_only=True)
class Batch:
    """Messages that are written together; `opened_at` in seconds of a monotonic clock."""

    opened_at: float
    messages: list[Message] = field(default_factory=list)
    bytes: int = 0
    documents: int = 0
    article_ids: set[str] = field(default_factory=set)
    next_offsets: dict[Partition, int] = field(default_factory=dict)
    done: bool = False

    def add(self, partition: Partition, message: Message) -> None:
        """Takes a message in; its partition's offset after it is what a commit would say."""
        self.messages.append(message)
        self.bytes += len(message.value or b"")
        self.documents += len(message.documents)
        self.article_ids |= {document.article_id for document in message.documents if document.article_id}
        self.next_offsets[partition] = message.position.offset + 1


def is_ready(batch: Batch, now: float, *, most_documents: int, most_bytes: int, linger: float) -> bool:
    """Whether the batch is to be written now: full by documents or bytes, or as old as `linger` seconds."""
    if not batch.messages:
        return False
    full = batch.documents >= most_documents or batch.bytes >= most_bytes
    return full or len(batch.messages) >= most_documents or now - batch.opened_at >= linger


class Ledger:
    """Batches under way, in the order they were read; offsets become committable in that order alone."""

    def __init__(self) -> None:
        self._under_way: deque[Batch] = deque()

    def __len__(self) -> int:
        return len(self._under_way)

    def begin(self, batch: Batch) -> None:
        """The batch is being written."""
        self._under_way.append(batch)

    def clashes(self, batch: Batch) -> bool:
        """Whether an article of `batch` is also in one under way: forms of one article are written in turn."""
        return any(not batch.article_ids.isdisjoint(other.article_ids) for other in self._under_way if not other.done)

    def take_done(self) -> dict[Partition, int]:
        """Removes the batches at the head that are done; gives the next offset to read of each of their partitions."""
        offsets: dict[Partition, int] = {}
        while self._under_way and self._under_way[0].done:
            offsets |= self._under_way.popleft().next_offsets
        return offsets

    def forget(self, partitions: Collection[Partition]) -> None:
        """These partitions are another worker's now: what is under way of them is written but never committed by us."""
        for batch in self._under_way:
            for partition in partitions:
                batch.next_offsets.pop(partition, None)
