"""FeedRecord: a feed's settings and poll state (compacted topic news.feeds)."""

from datetime import datetime

import msgspec


class FeedSettings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What people say of a feed; `country` alpha-3, `language` ISO 639-1, intervals in seconds."""

    url: str
    title: str | None = None
    outlet: str | None = None
    owner: str | None = None
    country: str | None = None
    language: str | None = None
    leaning: str | None = None
    tags: tuple[str, ...] = ()
    site: str | None = None
    seen_at: str | None = None
    fetch_pages: bool = True
    min_interval: int | None = None
    max_interval: int | None = None
    enabled: bool = True


class SeenEntry(msgspec.Struct, frozen=True, kw_only=True, array_like=True, omit_defaults=True):
    """An entry a feed has published: short hashes of its GUID, identity address, title, date and words.

    `article` is the id it was first published under, `first_seen` seconds since 1970. Empty: the entry has none.
    """

    article: str
    content: str
    first_seen: int
    guid: str = ""
    url: str = ""
    title: str = ""
    date: str = ""


class PollState(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the last polls found; `seen` is the memory of entries, oldest first, bounded.

    `failures` is the weighted count of failures in a row; `history` the newest arrivals of entries, oldest first;
    `recovered_at` the first success after a failure, until the feed changes; `next_poll` when it is due; `last_full`
    when a whole body last came; `validators_lie` whether an ETag or date stayed while the body changed.
    """

    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    interval: float | None = None
    interval_reason: str | None = None
    next_poll: datetime | None = None
    last_poll: datetime | None = None
    last_success: datetime | None = None
    last_change: datetime | None = None
    last_full: datetime | None = None
    validators_lie: bool = False
    last_entry: datetime | None = None
    failures: float = 0.0
    failing_since: datetime | None = None
    recovered_at: datetime | None = None
    last_error: str | None = None
    error_class: str | None = None
    health: str = "new"
    health_reason: str | None = None
    health_since: datetime | None = None
    expected_per_day: float | None = None
    seen: tuple[SeenEntry, ...] = ()
    entries_in_feed: int = 0
    undated: bool = False
    ttl: float | None = None
    update_every: float | None = None
    format: str | None = None
    redirect_target: str | None = None
    redirect_seen: int = 0
    history: tuple[datetime, ...] = ()
    hub: str | None = None
    hub_topic: str | None = None
    hub_lease_until: datetime | None = None
    hub_secret: str | None = None
    hub_callback: str | None = None


class FeedRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One feed: settings and state under one key, so that whoever is assigned its partition has all of it.

    `generation` is the poller group's generation at writing; 0 for a record a person's command wrote.
    """

    settings: FeedSettings
    state: PollState = PollState()
    generation: int = 0
