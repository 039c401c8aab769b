"""What the index sink does with inputs it cannot write: to news.rejected, and a flood of them stops the sink."""

from collections import deque
from datetime import datetime

from newswatch import wire
from newswatch.errors import Unprocessable
from newswatch.identity import digest
from newswatch.records.rejected import Rejected
from newswatch.reject_reasons import Reason
from newswatch.topics import Topic
from sinks.batches import Message
from sinks.bulk import Answer
from sinks.documents import Document, Position
from sinks.rejected_documents import smallest

STAGE = "index"

MAX_DETAIL = 2_000
"""Characters of a rejected record's detail."""

MAX_ORIGINAL = 5 * 1024 * 1024
"""Bytes of the original that fit a message of 8 MiB once they are base64."""

WINDOW = 1_000
"""Newest inputs the share of rejected ones is taken over."""

LEAST_SEEN = 200
"""Inputs below which no share is taken."""

MOST_REJECTED = 0.5
"""Share of rejected inputs at which the sink stops: then the fault is ours or the cluster's, not the inputs'."""

UNLIMITED = 1.0
"""A share that is never exceeded."""


def refusal(message: Message, answer: Answer, at: datetime, worker: str) -> Rejected:
    """The rejected record of a document Elasticsearch refused."""
    document = answer.action.document
    reason = Reason.TOO_LARGE if answer.reason.startswith("too large") else Reason.REFUSED_BY_INDEX
    ident = _ident(message.position, f"{document.family}:{document.id}")
    detail = f"{document.family} document {document.id}: {answer.reason}"
    return _rejected(message.position, message.key, message.value, ident, reason, detail, at, worker, document)


def unreadable(
    position: Position, key: bytes | None, value: bytes | None, error: Unprocessable, at: datetime, worker: str
) -> Rejected:
    """The rejected record of a message that is not a record."""
    return _rejected(position, key, value, _ident(position, "message"), error.reason, str(error), at, worker, None)


def smallest_form(message: Message, answer: Answer, at: datetime) -> Document:
    """The least document for an input of news.rejected whose own document Elasticsearch refused."""
    return smallest(answer.action.document.id, at, Reason.REFUSED_BY_INDEX, answer.reason, message.position)


def smallest_unreadable(position: Position, error: Unprocessable, at: datetime) -> Document:
    """The least document for a message of news.rejected that is not a record; it is not sent there again."""
    return smallest(_ident(position, "message"), at, error.reason, str(error), position)


def goes_round(position: Position) -> bool:
    """Whether a rejected record for this input would come back to the topic it came from."""
    return position.topic == Topic.REJECTED


class RejectedShare:
    """The share of rejected inputs among the newest, and whether it is so high that the sink has to stop."""

    def __init__(self, most: float = MOST_REJECTED) -> None:
        self._newest: deque[bool] = deque(maxlen=WINDOW)
        self._most = most

    def note(self, accepted: int, rejected: int) -> None:
        """So many more inputs were accepted and rejected."""
        self._newest.extend([False] * accepted + [True] * rejected)

    def too_high(self) -> bool:
        """True above `most`, once LEAST_SEEN inputs were seen."""
        seen = len(self._newest)
        return seen >= LEAST_SEEN and sum(self._newest) / seen > self._most


def _ident(position: Position, what: str) -> str:
    return digest("rejected", STAGE, position.topic, str(position.partition), str(position.offset), what)


def _rejected(
    position: Position,
    key: bytes | None,
    value: bytes | None,
    ident: str,
    reason: Reason,
    detail: str,
    at: datetime,
    worker: str,
    document: Document | None,
) -> Rejected:
    body = document.body if document else {}
    original = value or b""
    return Rejected(
        rejected_id=ident,
        stage=STAGE,
        reason=reason.value,
        detail=detail[:MAX_DETAIL],
        at=at,
        key=key.decode("utf-8", "replace") if key else None,
        article_id=body.get("article_id"),
        url=body.get("url", {}).get("full"),
        source=body.get("outlet", {}).get("name"),
        title=body.get("title"),
        topic=position.topic,
        partition=position.partition,
        offset=position.offset,
        original=original[:MAX_ORIGINAL],
        original_truncated=len(original) > MAX_ORIGINAL,
        first_seen=document.time if document else None,
        worker=worker,
    )


def encoded(rejected: Rejected) -> tuple[bytes, bytes]:
    """Key and value of the message for news.rejected: the original key, so that redriving keeps the partition."""
    return (rejected.key or rejected.rejected_id).encode(), wire.encode(rejected)
