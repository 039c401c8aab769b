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


class PollState(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the last polls found; `entries` maps entry identity to content hash, newest last, bounded."""

    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    interval: float | None = None
    next_poll: datetime | None = None
    last_poll: datetime | None = None
    last_success: datetime | None = None
    last_change: datetime | None = None
    last_entry: datetime | None = None
    failures: float = 0.0
    last_error: str | None = None
    error_class: str | None = None
    health: str = "new"
    expected_per_day: float | None = None
    entries: dict[str, str] = {}
    redirect_target: str | None = None
    redirect_seen: int = 0
    history: tuple[datetime, ...] = ()
    hub: str | None = None
    hub_topic: str | None = None
    hub_lease_until: datetime | None = None
    hub_secret: str | None = None


class FeedRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One feed: settings and state under one key, so that whoever is assigned its partition has all of it."""

    settings: FeedSettings
    state: PollState = PollState()
    generation: int = 0
