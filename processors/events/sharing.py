"""Which event a number is a quantity of."""

from collections.abc import Callable

from processors.events.chunks import Item
from processors.events.drafts import Draft
from processors.events.quantities import Number

BESIDE = 2  # sentences between an event and what is counted of it
MEASURES = frozenset({"%", "km", "miles", "minutes", "decades"})  # say how far and how much, and count nobody
OUTSIDE = 500  # characters that a number outside an event's own words is further away


def share_numbers(items: list[Item], numbers: list[Number], drafts: list[Draft]) -> None:
    """Gives each number of a sentence to the draft whose words it stands among, else to the nearest one."""
    for number in numbers:
        if not _counted(number):
            continue
        told = [draft for draft in drafts if not draft.bare] or drafts
        owner = min(told, key=lambda draft: _distance(items, number, draft))
        owner.quantities += (number.quantity,)


def share_beside(drafts: list[Draft], sentences: int, numbers: Callable[[int], list[Number]]) -> None:
    """What the first `sentences` count without an event goes to the event told last before, or else to the next.

    "One soldier died." behind an attack, "Forty-eight migrants stepped off two planes." ahead of who sent them.
    `numbers` finds those of a sentence.
    """
    told = [draft for draft in drafts if not draft.bare and draft.sentence < sentences + BESIDE]
    for silent in sorted(set(range(sentences)).difference(draft.sentence for draft in drafts)) if told else ():
        near = [draft for draft in told if abs(draft.sentence - silent) <= BESIDE]
        owner = next((draft for draft in reversed(near) if draft.sentence < silent), near[0] if near else None)
        if owner is not None:
            owner.quantities += tuple(
                one.quantity for one in numbers(silent) if _counted(one) and one.quantity.unit not in MEASURES
            )


def _counted(number: Number) -> bool:
    return number.quantity.what is not None or number.quantity.unit is not None or number.alone


def _distance(items: list[Item], number: Number, draft: Draft) -> int:
    first, last = items[draft.from_item].start, items[min(draft.to_item, len(items)) - 1].end
    inside = first <= number.start < last
    return abs(number.start - draft.start) + (0 if inside else OUTSIDE)
