"""Happenings of every open story of a watch, by kind and whom they befell: what articles mention in passing."""

from newswatch.records.article import Event
from newswatch.records.story import Story, StoryEvent
from processors.storytelling.claims import family, target_of, told_elsewhere

CROWDED = 100
"""Stories with happenings of one kind to one target above which a mention in passing is told of none of them."""

FOUND_BY_COUNTRY = frozenset({"taking", "release"})
"""Kinds found without a named person: others are too common between two countries."""


class HappeningIndex:
    """Stories by the happenings they tell."""

    def __init__(self) -> None:
        self._stories: dict[tuple[str, str], list[str]] = {}

    def put(self, before: Story | None, after: Story | None) -> None:
        """A story changed, came (no before) or left (no after)."""
        old, new = _keys(before), _keys(after)
        for story, keys in ((after, new - old), (before, old - new)):
            for key in keys:
                assert story is not None
                if story is after:
                    self._stories.setdefault(key, []).append(story.story_id)
                else:
                    self._stories[key].remove(story.story_id)
                    if not self._stories[key]:
                        del self._stories[key]

    def likely(self, event: Event) -> list[str]:
        """Ids of stories that may tell the event."""
        kind = family(event.type, event.frame, event.mode)
        found: set[str] = set()
        for target in (event.target.id if event.target else None, target_of(event)):
            stories = self._stories.get((kind, target), ()) if target else ()
            if len(stories) <= CROWDED:
                found.update(stories)
        return sorted(found)


def best_told(event: Event, stories: list[Story]) -> tuple[Story, StoryEvent] | None:
    """The happening that agrees most; of equals that of the earliest story."""
    kind = family(event.type, event.frame, event.mode)
    scored = [
        (-told_elsewhere(event, one), story.first_seen, story.story_id, number, story)
        for story in stories
        for number, one in enumerate(story.events)
        if one.family == kind
    ]
    best = min((one for one in scored if one[0] < 0), key=lambda one: one[:4], default=None)
    return (best[4], best[4].events[best[3]]) if best else None


def _keys(story: Story | None) -> set[tuple[str, str]]:
    keys: set[tuple[str, str]] = set()
    for event in story.events if story else ():
        if event.target_id:
            keys.add((event.family, event.target_id))
        if event.target and event.family in FOUND_BY_COUNTRY:
            keys.add((event.family, event.target))
    return keys
