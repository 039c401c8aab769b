"""Bulk requests: bodies built from documents, and each item's answer sorted into what is to be done about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec

from sinks.documents import Document

MAX_DOCUMENT_BYTES = 8 * 1024 * 1024
"""A document whose JSON is larger is trimmed before it is sent; Elasticsearch takes up to 100 MB a request."""

TRIM_STEPS = (200_000, 20_000, 1_000)
"""Characters kept of the long fields, for each attempt at trimming."""

LONG_FIELDS = (
    "text",
    "summary",
    "hops",
    "members",
    "events",
    "entities",
    "matches",
    "original",
    "checked",
    "locations",
)
"""Fields trimmed when a document is too large: strings are cut, lists shortened, others left out."""

CHARACTERS_PER_ITEM = 1_000
"""A list keeps one item for so many characters of the limit."""

_ENCODER = msgspec.json.Encoder()


class Outcome(StrEnum):
    """What became of one action of a bulk request."""

    WRITTEN = "written"
    STALE = "version-conflict"
    REMOVED = "removed"
    RETRY = "retry"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One line pair of a bulk request: `source` is the document's JSON, or None for a removal."""

    index: str
    id: str
    version: int
    source: bytes | None
    document: Document

    def lines(self) -> bytes:
        """The action as newline-delimited JSON."""
        head = {"_index": self.index, "_id": self.id, "version": self.version, "version_type": "external_gte"}
        if self.source is None:
            return _ENCODER.encode({"delete": head}) + b"\n"
        return b"%b\n%b\n" % (_ENCODER.encode({"index": head}), self.source)

    @property
    def size(self) -> int:
        """Bytes of the document, about."""
        return len(self.source or b"") + 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What Elasticsearch said of one action, and why."""

    action: Action
    outcome: Outcome
    reason: str = ""


def encode(body: dict[str, Any]) -> bytes:
    """A document's JSON; trimmed, with the names of the cut fields in `trimmed`, when over MAX_DOCUMENT_BYTES."""
    source = _ENCODER.encode(body)
    for limit in TRIM_STEPS:
        if len(source) <= MAX_DOCUMENT_BYTES:
            break
        source = _ENCODER.encode(trimmed(body, limit))
    return source


def trimmed(body: dict[str, Any], limit: int) -> dict[str, Any]:
    """`body` with its long fields cut to `limit` characters and their names in `trimmed`."""
    cut = {name: _cut(body[name], limit) for name in LONG_FIELDS if name in body}
    names = sorted(name for name, value in cut.items() if value != body[name])
    kept = {name: value for name, value in (body | cut).items() if value is not None}
    return kept | {"trimmed": names} if names else kept


def _cut(value: Any, limit: int) -> Any:
    if isinstance(value, str):
        return value[:limit]
    if isinstance(value, list):
        return value[: max(1, limit // CHARACTERS_PER_ITEM)]
    return None if len(_ENCODER.encode(value)) > limit else value


def request_body(actions: Sequence[Action]) -> bytes:
    """The body of one bulk request."""
    return b"".join(action.lines() for action in actions)


RETRYABLE = frozenset({429, 500, 502, 503, 504})
"""Answers that a later attempt may not get: back-pressure, and a server or shard that is away."""

BLOCKED = "cluster_block_exception"
"""An index under a write block: a full disk, or one that is being swapped by `newswatch reindex`."""


def classify(action: Action, item: dict[str, Any]) -> Answer:
    """Sorts one item of a bulk response; `item` is the object below "index" or "delete"."""
    status = int(item.get("status", 500))
    error = item.get("error") or {}
    reason = describe(error)
    if status < 300:
        outcome = Outcome.REMOVED if action.source is None else Outcome.WRITTEN
    elif status == 409:
        outcome = Outcome.STALE
    elif status == 404 and action.source is None:
        outcome = Outcome.REMOVED
    elif status in RETRYABLE or error.get("type") in (BLOCKED, "index_not_found_exception"):
        outcome = Outcome.RETRY
    else:
        outcome = Outcome.REFUSED
    return Answer(action=action, outcome=outcome, reason=reason)


def describe(error: Any) -> str:
    """An Elasticsearch error as one line: type, reason and the causes below it."""
    parts: list[str] = []
    while isinstance(error, dict) and error:
        parts.append(f"{error.get('type', 'error')}: {error.get('reason', '')}".strip())
        error = error.get("caused_by")
    return "; ".join(parts) if parts else str(error or "")
