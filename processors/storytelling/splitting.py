"""A story that turns out to hold two: the part that fits its beginning keeps the id, the other becomes a story."""

from collections.abc import Iterable

import msgspec

from newswatch.identity import digest
from newswatch.records.story import Story, StoryMember
from processors.storytelling.fusion import apart
from processors.storytelling.growth import remembered
from processors.storytelling.kinds import Kind
from processors.storytelling.likeness import Asked, likeness
from processors.storytelling.placing import JOIN
from processors.storytelling.views import StoryView, unpack
from processors.storytelling.weights import Rarity

LOOKS = frozenset({4, 6, 8, 12, 16, 24, 32, 64})
"""Numbers of articles at which a story is looked at: comparing every member with every other is dear."""

LEAST = 2
"""Reports of their own each part must have: one that fits badly is no story found."""

APART = JOIN - 2.5
"""Log odds no report of one part may reach with any of the other."""


def parted(story: Story, article_id: str, rarity: Rarity) -> tuple[Story, Story] | None:
    """The story without a part of it, and that part as a story; None while it holds together.

    The article just added stays: its story's record is the one that puts the change in force, so a part with the
    newest article in it is parted when the next article comes.
    """
    telling = [one for one in story.members if one.terms]
    if story.article_count not in LOOKS or len(telling) < 2 * LEAST:
        return None
    first, rest = _groups(story, telling, rarity)
    if min(len(first), len(rest)) < LEAST or article_id in rest:
        return None
    moved = {one.article_id for one in story.members if one.article_id in rest or one.copy_of in rest}
    if article_id in moved:
        return None
    return _divided(story, moved)


def _groups(story: Story, telling: list[StoryMember], rarity: Rarity) -> tuple[set[str], set[str]]:
    """Ids of the members tied to the first, directly or through others, and of those tied to none of them.

    Looks no further once too few are left to be a part.
    """
    pairs = _Pairs(story, telling, rarity)
    first, rest = [0], list(range(1, len(telling)))
    for one in first:
        tied = [other for other in rest if pairs.odds(one, other) > APART]
        first += tied
        rest = [other for other in rest if other not in tied]
        if len(rest) < LEAST:
            break
    return {telling[one].article_id for one in first}, {telling[one].article_id for one in rest}


class _Pairs:
    """The members of a story, compared each with those before it, each read when first needed."""

    def __init__(self, story: Story, telling: list[StoryMember], rarity: Rarity) -> None:
        self._story, self._telling, self._rarity = story, telling, rarity
        self._asked: dict[int, Asked] = {}
        self._views: dict[int, StoryView] = {}

    def odds(self, one: int, other: int) -> float:
        """Log odds of the later of two members with the earlier."""
        earlier, later = sorted((one, other))
        asked, view = self._ask(later), self._view(earlier)
        asked.seen = self._telling[earlier].first_seen
        return likeness(asked, view).odds

    def _ask(self, number: int) -> Asked:
        if number not in self._asked:
            member = self._telling[number]
            self._asked[number] = Asked(
                unpack(member.terms or ""), member.language, member.first_seen, Kind.NEWS, self._rarity
            )
        return self._asked[number]

    def _view(self, number: int) -> StoryView:
        if number not in self._views:
            alone = msgspec.structs.replace(self._story, members=(self._telling[number],))
            self._views[number] = StoryView(alone)
        return self._views[number]


def _divided(story: Story, moved: Iterable[str]) -> tuple[Story, Story]:
    gone = set(moved)
    staying = tuple(one for one in story.members if one.article_id not in gone)
    going = tuple(one for one in story.members if one.article_id in gone)
    part_id = digest("story", story.watch, going[0].article_id, "parted")
    events, taken = apart(story.events, frozenset(gone))
    whole = msgspec.structs.replace(
        story,
        events=events,
        article_count=story.article_count - len(going),
        last_seen=max(one.first_seen for one in staying),
        split_into=(*story.split_into, part_id),
    )
    part = Story(
        story_id=part_id,
        watch=story.watch,
        title=going[0].title,
        first_seen=min(one.first_seen for one in going),
        last_seen=max(one.first_seen for one in going),
        applied_offset=story.applied_offset,
        generation=story.generation,
        countries=story.countries,
        events=taken,
        article_count=len(going),
        split_from=story.story_id,
        follows=(story.story_id,),
    )
    return remembered(whole, staying), remembered(part, going)
