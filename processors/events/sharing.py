"""Which event a number is a quantity of."""

from bisect import bisect_left
from collections.abc import Callable
from operator import attrgetter

from processors.events import grammar
from processors.events.chunks import Item
from processors.events.drafts import Draft
from processors.events.quantities import Number

BESIDE = 2  # sentences between an event and what is counted of it
MEASURES = frozenset({"%", "km", "miles", "minutes", "decades"})  # say how far and how much, and count nobody
REACH = 6  # items before a noun in which "after" or "since" makes it say when
ENGLISH_WHEN = frozenset({"after", "before", "since", "following", "until"})
WHEN = ENGLISH_WHEN | {"tras", "antes", "después", "desde", "hasta", "após", "depois", "até"}
VIOLENT = frozenset({"ASSAULT", "COERCE"})  # what they count, readers take for victims
START = attrgetter("start")
OUTSIDE = 500  # characters that a number outside an event's own words is further away


def share_numbers(items: list[Item], numbers: list[Number], drafts: list[Draft]) -> None:
    """Gives each number of a sentence to the draft whose words it stands among, else to the nearest one.

    A violent deed that only says when ("before the raid, 300 people crossed …") counts nobody outside its own phrase.
    """
    counted = [number for number in numbers if _counted(number)]
    if not counted:
        return
    told = [(draft, _phrase(items, draft)) for draft in drafts if not draft.bare] or [(draft, None) for draft in drafts]
    for number in counted:
        owners = [draft for draft, phrase in told if phrase is None or phrase[0] <= number.start < phrase[1]]
        if owners:
            min(owners, key=lambda draft: _distance(items, number, draft)).quantities += (number.quantity,)


def _phrase(items: list[Item], draft: Draft) -> tuple[int, int] | None:
    """Where the phrase of a noun that only says when begins and ends ("after the shooting of two men"), else None."""
    if not draft.rule.noun or draft.rule.type not in VIOLENT:
        return None
    at = bisect_left(items, draft.start, key=START)
    for first in range(at - 1, max(-1, at - REACH), -1):
        item = items[first]
        if item.mention is None and not WHEN.isdisjoint(item.text.split()):
            ends = (one.start for one in items[at + 1 :] if one.text in ",;:" or one.flags & grammar.VERB)
            return item.start, next(ends, items[-1].end + 1)
        if item.text in ",;:" or item.flags & grammar.VERB:
            return None
    return None


def share_beside(drafts: list[Draft], sentences: int, numbers: Callable[[int], list[Number]]) -> None:
    """What the first `sentences` count without an event goes to the event told last before, or else to the next.

    "One soldier died." behind an attack, "Forty-eight migrants stepped off two planes." ahead of who sent them.
    `numbers` finds those of a sentence; what an event is known to count is not counted again.
    """
    told = [draft for draft in drafts if not draft.bare and draft.sentence < sentences + BESIDE]
    for silent in sorted(set(range(sentences)).difference(draft.sentence for draft in drafts)) if told else ():
        near = [draft for draft in told if abs(draft.sentence - silent) <= BESIDE]
        owner = next((draft for draft in reversed(near) if draft.sentence < silent), near[0] if near else None)
        if owner is None:
            continue
        for number in numbers(silent):
            known = {quantity.value for draft in drafts for quantity in draft.quantities}
            if _counted(number) and number.quantity.unit not in MEASURES and number.quantity.value not in known:
                owner.quantities += (number.quantity,)


def _counted(number: Number) -> bool:
    return number.quantity.what is not None or number.quantity.unit is not None or number.alone


def _distance(items: list[Item], number: Number, draft: Draft) -> int:
    first, last = items[draft.from_item].start, items[min(draft.to_item, len(items)) - 1].end
    inside = first <= number.start < last
    return abs(number.start - draft.start) + (0 if inside else OUTSIDE)
