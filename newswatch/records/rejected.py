"""Rejected: an input that could not become an output, with the reason and the original (topic news.rejected)."""

from datetime import datetime

import msgspec


class Rejected(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One input laid aside.

    `reason` is a class of newswatch.reject_reasons, `detail` at most 2,000 characters for people (a bug's traceback),
    `original` the bytes as they came (base64 on the wire), `original_truncated` whether they were cut to fit.
    """

    rejected_id: str
    stage: str
    reason: str
    detail: str
    at: datetime
    key: str | None = None
    article_id: str | None = None
    url: str | None = None
    source: str | None = None
    title: str | None = None
    topic: str | None = None
    partition: int | None = None
    offset: int | None = None
    original: bytes = b""
    original_truncated: bool = False
    first_seen: datetime | None = None
    attempts: int = 1
    redriven: int = 0
    worker: str | None = None
