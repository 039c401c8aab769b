"""Which stories leave: closed after their window, forgotten a month later. Decided every so many messages."""

from datetime import timedelta

import msgspec

from newswatch.records.story import Story
from processors.storytelling import growth
from processors.storytelling.live import WINDOW, LiveStories

EVERY = 200
"""Messages between two looks; the offset decides, so that a message read again finds the same stories due."""

UNTOUCHED = 2000
"""Messages a story must have been left alone besides: a replay of old articles must not close what it builds."""

FORGET_AFTER = timedelta(days=37)
"""After its newest article a closed story is kept this long, to be reopened by a late copy."""


class Leaving(msgspec.Struct, frozen=True):
    """Stories to be written as closed, and ids whose records are to be deleted (of merged stories too)."""

    closed: tuple[Story, ...] = ()
    forgotten: tuple[str, ...] = ()


def leaving(live: LiveStories, offset: int, staying: frozenset[str]) -> Leaving:
    """What leaves with the message at `offset`; `staying` are stories it touches."""
    if offset % EVERY or not live.stories:
        return Leaving()
    newest = max(story.last_seen for story in live.stories.values())
    due = sorted(
        (story.last_seen, story.story_id)
        for story in live.stories.values()
        if story.last_seen < newest - WINDOW
        and story.applied_offset < offset - UNTOUCHED
        and story.story_id not in staying
    )
    forgotten: list[str] = []
    for story_id in sorted(live.archive.before(newest - FORGET_AFTER)):
        if story_id not in staying:
            forgotten += [*live.archive.story(story_id).aliases, story_id]
    return Leaving(tuple(growth.closed(live.stories[story_id]) for _, story_id in due), tuple(forgotten))
