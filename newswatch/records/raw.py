"""RawArticle: one page, entry or file as it came in, before anything is made of it (topic news.raw)."""

from datetime import datetime
from enum import StrEnum

import msgspec


class Origin(StrEnum):
    """Which door an article came through."""

    FEED = "feed"
    REPLAY = "replay"
    REDRIVE = "redrive"


class BodySource(StrEnum):
    """What `html` or `text` holds: the page itself, or the feed entry's own words in its place."""

    PAGE = "page"
    ENTRY = "entry"
    FILE = "file"


class HttpFacts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the fetch told us; absent for replayed files."""

    status: int | None = None
    final_url: str | None = None
    content_type: str | None = None
    charset: str | None = None
    charset_source: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    seconds: float | None = None
    error: str | None = None


class RawArticle(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One article as it came in.

    Either `html` (a page, at most 5 MiB of characters) or `text` (plain text, body already found) is set; with neither,
    `summary` is the body. `first_seen` is set once, at first ingest, and carried by replays; `fetched_at` orders
    revisions. All times are UTC. `article_id` is the hash of the identity form of the URL (newswatch.identity).
    """

    article_id: str
    url: str
    first_seen: datetime
    fetched_at: datetime
    origin: Origin
    feed: str | None = None
    source: str | None = None
    source_country: str | None = None
    source_owner: str | None = None
    leaning: str | None = None
    entry_id: str | None = None
    title: str | None = None
    authors: tuple[str, ...] = ()
    summary: str | None = None
    published: str | None = None
    published_source: str | None = None
    language: str | None = None
    html: str | None = None
    text: str | None = None
    body_source: BodySource = BodySource.PAGE
    tags: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    http: HttpFacts = HttpFacts()
    trace: str | None = None
