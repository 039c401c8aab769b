"""Windows over matches in the order articles were first seen: late, replayed and backdated ones included. Pure."""

from bisect import bisect_right, insort
from operator import itemgetter
from typing import Any

from processors.alerts.kinds.base import Memory, Sighting, Verdict, length, mark
from processors.alerts.kinds.cooldown import after_firing

MOST_ENTRIES = 2000
"""Matches one window keeps; older ones leave, and what is older still is held back as older than the window."""

MOST_FIRES = 50
"""Firings a window remembers."""

REACH = 2
"""A window is remembered for this many times its length, so that late articles still find their place."""

Entry = list[Any]
"""[first_seen in ms, what is counted, 1 when spent on an alert]; never changed, only replaced: states share them."""

_TIME, _UNIT = itemgetter(0), itemgetter(1)


def entries(memory: Memory) -> list[Entry]:
    """The matches remembered, oldest first, in a list of its own."""
    return list(memory.get("entries", ()))


def admit(sighting: Sighting, memory: Memory, unit: str) -> tuple[list[Entry], Verdict | None]:
    """The matches with this one among them, or unchanged with the reason why it does not count."""
    present = entries(memory)
    if sighting.at <= memory.get("floor", -1):
        return present, Verdict.OLDER_THAN_WINDOW
    if unit in map(_UNIT, present):
        return present, Verdict.SAME_ARTICLE
    insort(present, [sighting.at, unit, 0])
    return present, None


def kept(sighting: Sighting, memory: Memory, present: list[Entry]) -> Memory:
    """Memory with these matches, without those that have left the window's reach."""
    newest = max(int(present[-1][0]) if present else 0, memory.get("newest", 0))
    floor = max(newest - REACH * length(sighting.spec.timeframe), memory.get("floor", -1))
    staying = present[bisect_right(present, floor, key=_TIME) :]
    if len(staying) > MOST_ENTRIES:
        floor = int(staying[-MOST_ENTRIES - 1][0])
        staying = staying[-MOST_ENTRIES:]
    since = min(sighting.at, memory.get("since", sighting.at))
    return memory | {"entries": staying, "floor": floor, "newest": newest, "since": since}


def unit_of(sighting: Sighting) -> str:
    """What the window counts: the article, its story or its source."""
    count = sighting.spec.count
    if count == "stories":
        return mark(sighting.tracked.story_id)
    if count == "sources":
        article = sighting.tracked.article
        return mark(article.source_owner or article.source or article.article_id)
    return sighting.article


def within(present: list[Entry], after: int, until: int) -> list[Entry]:
    """Entries with after < first_seen ≤ until."""
    return present[bisect_right(present, after, key=_TIME) : bisect_right(present, until, key=_TIME)]


def units(present: list[Entry]) -> set[str]:
    """What is counted in these entries, each once."""
    return set(map(_UNIT, present))


def resting(sighting: Sighting, memory: Memory, wait: int) -> bool:
    """Whether the window fired less than `wait` ms before or after this match: a late one may fall between firings."""
    return any(abs(sighting.at - fired) < wait for fired in memory.get("fires", ()))


def after_window_firing(sighting: Sighting, memory: Memory) -> Memory:
    """Memory after a firing of a window."""
    return after_firing(sighting, memory) | {"fires": [*memory.get("fires", ())[-MOST_FIRES + 1 :], sighting.at]}
