"""Story ids of articles read one after the other without servers: the stage's own code, its memory not kept."""

from datetime import UTC, datetime, time

import msgspec

from newswatch.identity import digest
from newswatch.records.article import Article, Entity, Event
from newswatch.records.raw import Origin
from processors.storytelling.book import StoryBook

WATCH = "tag"
BEGIN = datetime(2000, 1, 1, tzinfo=UTC)
"""When an article without a date counts as seen, if none before it had one."""


class Untold(msgspec.Struct, frozen=True, kw_only=True):
    """An article as `newswatch tag` reads it."""

    identity: str
    title: str
    text: str
    language: str
    url: str | None = None
    published: datetime | None = None
    countries: tuple[str, ...] = ()
    entities: tuple[Entity, ...] = ()
    events: tuple[Event, ...] = ()


class StoryIds:
    """Gives each article its story's id, in the order they come; a story may grow, its id stays."""

    def __init__(self) -> None:
        self._book, self._offset, self._seen = StoryBook(), 0, BEGIN

    def of(self, untold: Untold) -> str:
        """The id of the story this article begins or belongs to. An article counts as seen when it was published."""
        published = untold.published
        if published is not None and published.tzinfo is None:
            published = published.replace(tzinfo=UTC)
        self._seen = seen = published or self._seen
        article = Article(
            article_id=digest("tag", untold.identity),
            url=untold.url or f"urn:newswatch:{untold.identity}",
            title=untold.title,
            text=untold.text,
            language=untold.language,
            first_seen=seen,
            fetched_at=seen,
            published=published,
            origin=Origin.REPLAY,
            content_hash=digest(untold.title, untold.text),
            countries=untold.countries,
            entities=untold.entities,
            events=untold.events,
        )
        joined = self._book.join(article, WATCH, offset=self._offset, generation=1)
        self._offset += 1
        for story_id in joined.forgotten:
            self._book.forget(WATCH, story_id)
        for story in joined.changed:
            self._book.remember(story)
        return joined.tracked.story_id


def moment(text: str | None) -> datetime | None:
    """An ISO date or time, at noon where only the day is known; None for anything else."""
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    if found is not None and text is not None and len(text) <= len("2026-01-12"):
        found = datetime.combine(found.date(), time(12))
    return found.replace(tzinfo=found.tzinfo or UTC) if found else None
