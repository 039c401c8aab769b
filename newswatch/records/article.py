"""Article and the parts a tag is made of: entities, events and the words that prove them."""

from datetime import datetime
from enum import StrEnum

import msgspec

from newswatch.records.raw import BodySource, Origin


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """A span that proves something: `text == field[start:end]`, offsets in code points of "title" or "text"."""

    field: str
    start: int
    end: int
    text: str


class Entity(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An actor or place of the watch found in an article, with its first mention and how often it is named."""

    id: str
    name: str
    kind: str
    country: str | None = None
    sectors: tuple[str, ...] = ()
    role: str | None = None
    wikidata: str | None = None
    lat: float | None = None
    lon: float | None = None
    mentions: int = 1
    evidence: Evidence | None = None


class EventActor(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who did it or to whom: nearest named actor, with the alpha-3 code of the state it acts for (None without one)."""

    name: str
    country: str | None = None
    id: str | None = None
    sectors: tuple[str, ...] = ()
    text: str | None = None


class EventDate(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """When it happened: first and last day (ISO), granularity (day, month, year, range), and the words read."""

    start: str
    end: str
    granularity: str = "day"
    raw: str | None = None


class EventPlace(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where it happened; coordinates in degrees (WGS 84)."""

    name: str
    country: str | None = None
    id: str | None = None
    lat: float | None = None
    lon: float | None = None


class Quantity(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A number with what it counts: `value` in `unit` (USD, barrels, km, empty for people and things)."""

    value: float
    low: float | None = None
    high: float | None = None
    unit: str | None = None
    qualifier: str | None = None
    what: str | None = None
    role: str | None = None
    evidence: Evidence | None = None


class Status(StrEnum):
    """Whether the happening took place, as the text has it (who says so is `asserted_by`)."""

    HAPPENED = "happened"
    ANNOUNCED = "announced"
    THREATENED = "threatened"
    HYPOTHETICAL = "hypothetical"
    DENIED = "denied"
    CANCELLED = "cancelled"


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who did what to whom: PLOVER type, mode, contexts and quad (2021 manual), with the words that prove it."""

    event_id: str
    type: str
    status: Status
    evidence: Evidence
    rule: str
    confidence: float
    mode: str | None = None
    contexts: tuple[str, ...] = ()
    quad: str | None = None
    historical: bool = False
    source: EventActor | None = None
    target: EventActor | None = None
    date: EventDate | None = None
    place: EventPlace | None = None
    quantities: tuple[Quantity, ...] = ()
    trigger: str | None = None
    frame: str | None = None
    asserted_by: str | None = None
    speech_verb: str | None = None
    in_quote: bool = False
    mentions: int = 1


class Hop(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One stage's mark on a record: when it was done (UTC), by which worker, in how many milliseconds."""

    stage: str
    at: datetime
    worker: str | None = None
    millis: float | None = None
    note: str | None = None


class Article(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An article with its text and tags (topics news.articles and news.matched).

    `published` is what the article claims, with `published_source` saying where that was read; `first_seen` is ours and
    is what windows, alerts and index names use. `watches` names the watches it is relevant to; empty: off every watch.
    `content_hash` is the hash of the normalised title and text: equal for exact copies.
    """

    article_id: str
    url: str
    title: str
    text: str
    language: str
    first_seen: datetime
    fetched_at: datetime
    origin: Origin
    content_hash: str
    watches: tuple[str, ...] = ()
    canonical_url: str | None = None
    summary: str | None = None
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    published_source: str | None = None
    published_granularity: str | None = None
    source: str | None = None
    source_country: str | None = None
    source_owner: str | None = None
    leaning: str | None = None
    feed: str | None = None
    entry_id: str | None = None
    tags: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    body_source: BodySource = BodySource.PAGE
    countries: tuple[str, ...] = ()
    entities: tuple[Entity, ...] = ()
    events: tuple[Event, ...] = ()
    relevance: str | None = None
    extractor: str | None = None
    http_status: int | None = None
    hops: tuple[Hop, ...] = ()
    trace: str | None = None
