"""Rejected inputs as documents; the one kind that must always get in, so it also has a smallest form."""

import base64
from datetime import datetime

from newswatch.records.rejected import Rejected
from sinks.cleaning import clean, domain, millis, safe_id
from sinks.documents import Document, Position
from sinks.index_names import Family

MAX_ORIGINAL = 256 * 1024
"""Bytes of the original kept in the index; the whole of it stays in news.rejected for that topic's retention."""

MAX_DETAIL = 8_000
"""Characters of the detail kept."""


def from_rejected(rejected: Rejected, position: Position, indexed_at: datetime) -> tuple[Document, ...]:
    """The rejected input's document: why, where, when, and enough of the original to look at it."""
    original = rejected.original[:MAX_ORIGINAL]
    body = {
        "@timestamp": rejected.at,
        "event": {"dataset": "newswatch.rejected", "ingested": indexed_at},
        "rejected_id": rejected.rejected_id,
        "stage": rejected.stage,
        "error": {"type": rejected.reason, "message": rejected.detail[:MAX_DETAIL]},
        "key": rejected.key,
        "article_id": rejected.article_id,
        "title": rejected.title,
        "url": {"full": rejected.url, "original": rejected.url, "domain": domain(rejected.url)},
        "outlet": {"name": rejected.source},
        "first_seen_at": rejected.first_seen,
        "attempts": rejected.attempts,
        "redriven": rejected.redriven,
        "worker": rejected.worker,
        "input": {"topic": rejected.topic, "partition": rejected.partition, "offset": rejected.offset},
        "quarantine": {"topic": position.topic, "partition": position.partition, "offset": position.offset},
        "original": {
            "bytes": len(rejected.original),
            "content": base64.b64encode(original).decode("ascii"),
            "truncated": rejected.original_truncated or len(original) < len(rejected.original),
        },
    }
    return (_document(rejected.rejected_id, rejected.at, body),)


def smallest(ident: str, at: datetime, reason: str, detail: str, position: Position) -> Document:
    """A rejected document of nothing but safe fields, for an input whose own rejected document cannot be written."""
    body = {
        "@timestamp": at,
        "event": {"dataset": "newswatch.rejected"},
        "rejected_id": ident,
        "stage": "index",
        "error": {"type": reason, "message": detail[:500]},
        "quarantine": {"topic": position.topic, "partition": position.partition, "offset": position.offset},
        "minimal": True,
    }
    return _document(ident, at, body)


def _document(ident: str, at: datetime, body: dict[str, object]) -> Document:
    return Document(family=Family.REJECTED, id=safe_id(ident), time=at, version=millis(at), body=clean(body))
