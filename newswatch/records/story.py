"""Story: one happening under its many wordings, and the stage's own memory of it (compacted topic news.stories)."""

from datetime import datetime

import msgspec

from newswatch.records.article import Event


class StoryMember(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a story remembers of one article; `features` is the stage's own compact form for joining later ones."""

    article_id: str
    content_hash: str
    title: str
    url: str
    first_seen: datetime
    language: str
    source: str | None = None
    source_country: str | None = None
    owner: str | None = None
    copy_of: str | None = None
    published: datetime | None = None
    features: dict[str, list[str]] = {}
    signature: str | None = None


class Claim(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one article says of a story's event."""

    article_id: str
    source: str | None
    event: Event
    source_country: str | None = None
    language: str | None = None


class StoryEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One happening merged from every source's claim; `frames` counts the words used for it."""

    event_id: str
    type: str
    status: str
    mode: str | None = None
    source: str | None = None
    target: str | None = None
    date: str | None = None
    place: str | None = None
    frames: dict[str, int] = {}
    statuses: dict[str, int] = {}
    claims: tuple[Claim, ...] = ()
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    corroboration: str = "single-source"
    first_to_report: str | None = None


class Story(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A story of one watch.

    Written to the same partition as its input; `applied_offset` is the input offset it has applied and `generation` the
    consumer group's generation that wrote it, so that a re-read message changes nothing and a late write by a former
    owner is ignored.
    """

    story_id: str
    watch: str
    title: str
    first_seen: datetime
    last_seen: datetime
    applied_offset: int
    generation: int
    members: tuple[StoryMember, ...] = ()
    events: tuple[StoryEvent, ...] = ()
    countries: tuple[str, ...] = ()
    independent_sources: int = 1
    aliases: tuple[str, ...] = ()
    follows: tuple[str, ...] = ()
    closed: bool = False
