"""Story: one happening under its many wordings, and the stage's own memory of it (compacted topic news.stories).

The records hold no cycles and there are very many of them, so the garbage collector leaves them alone (`gc=False`).
"""

from datetime import datetime

import msgspec


class StoryMember(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What a story remembers of one article.

    `origin` is whose text it is, folded: the agency it credits, else the outlet's owner, else the outlet; a copy has
    its original's. `terms` (title and lead, a bar, the rest) and `signature` are the stage's own compact form for
    comparing later articles; a big story keeps them of some members only. `mass` is the squared weight of the terms,
    free of language and word stems, as it was when the article came.
    """

    article_id: str
    content_hash: str
    title: str
    url: str
    first_seen: datetime
    language: str
    source: str | None = None
    source_country: str | None = None
    owner: str | None = None
    credit: str | None = None
    origin: str = ""
    copy_of: str | None = None
    copy_kind: str | None = None
    published: datetime | None = None
    terms: str | None = None
    mass: tuple[float, float] = (0.0, 0.0)
    signature: str | None = None


class Figure(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One number of a claim: `value` (with bounds where given) in `unit`, and `what` it counts, in one word."""

    what: str
    value: float
    unit: str | None = None
    low: float | None = None
    high: float | None = None
    qualifier: str | None = None


class Claim(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What one article says of a happening: its status, the word it uses (`frame`), its numbers, who asserts it."""

    article_id: str
    source: str | None
    origin: str = ""
    source_country: str | None = None
    language: str | None = None
    status: str = "happened"
    frame: str | None = None
    date: str | None = None
    asserted_by: str | None = None
    actor: str | None = None
    figures: tuple[Figure, ...] = ()
    first_seen: datetime | None = None
    copy: bool = False


class FigureRange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What the sources say of one count: lowest and highest value, which outlet said which, whether they differ."""

    what: str
    low: float
    high: float
    unit: str | None = None
    said: dict[str, tuple[str, ...]] = {}
    disputed: bool = False


class StoryEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One happening merged from every source's claim.

    `frames` counts the words used for it (captured, kidnapped), `statuses` what it is said to be, copies left out;
    `status` is the majority's. `corroboration` is single-source, multi-source, confirmed (a named party to it says so)
    or disputed (denied by some, reported by others). `claims` are the newest ones, `articles` how many there
    were. `family` is the kind of act, whatever its type and word.
    """

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
    asserted_by: tuple[str, ...] = ()
    figures: tuple[FigureRange, ...] = ()
    frames_by_country: dict[str, dict[str, int]] = {}
    source_id: str | None = None
    target_id: str | None = None
    place_id: str | None = None
    source_name: str | None = None
    target_name: str | None = None
    origins: tuple[str, ...] = ()
    articles: int = 0
    family: str = ""


class Story(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A story of one watch.

    Written to the same partition as its input; `applied_offset` is the input offset it has applied and `generation` the
    consumer group's generation that wrote it, so that a re-read message changes nothing and a late write by a former
    owner is ignored. `members` are the first and the newest articles; `older` the ids of those between,
    `article_count` all of them. `sources` are the origins counted by `independent_sources`, copies counted once.
    `kind` is news, roundup (several happenings) or background. `aliases` are ids of stories merged into this one,
    `merged_into` the reverse and in force only when both agree; `split_into` and `split_from` likewise. `follows` are
    stories this one continues.
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
    article_count: int = 0
    older: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    kind: str = "news"
    merged_into: str | None = None
    split_into: tuple[str, ...] = ()
    split_from: str | None = None
