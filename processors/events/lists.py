"""Lists of states: "Mexico, Colombia and Brazil called on …" tells an event of each."""

from dataclasses import replace

from processors.events import grammar
from processors.events.chunks import Item
from processors.events.clause import Clause
from processors.events.drafts import Draft
from processors.events.mentions import Mention
from processors.events.salience import Party


def spread(clause: Clause, drafts: list[Draft]) -> list[Draft]:
    """The drafts, and for those whose source or target stands in a list of states one more for each other state."""
    found = list(drafts)
    if not clause.flags & grammar.COORD or len(set(clause.salience.here)) < 2:
        return found  # no two states are joined
    for draft in drafts:
        if not draft.bare and draft.rule.pattern not in {"both", "each"}:
            found += [_copy(draft, source=other) for other in _beside(clause, draft, draft.source)]
            found += [_copy(draft, target=other) for other in _beside(clause, draft, draft.target, watched=True)]
    return found


def _copy(draft: Draft, *, source: Party | None = None, target: Party | None = None) -> Draft:
    """The draft with another party; its numbers stay with the first."""
    return replace(draft, source=source or draft.source, target=target or draft.target, quantities=(), frames=[])


def _beside(clause: Clause, draft: Draft, party: Party | None, *, watched: bool = False) -> list[Party]:
    """The other states of the list a party stands in, where none of them is the draft's other side."""
    if party is None or not party.country or not party.explicit:
        return []
    at = next((at for at in clause.named if _names(clause.items[at], party)), None)
    listed = _listed(clause.items, at) if at is not None else []
    if set(draft.countries) - {party.country} & {mention.country for mention in listed}:
        return []
    focus = clause.salience.watch.focus
    states = {mention.country: mention for mention in listed if mention.country != party.country}
    return [
        clause.salience.of_mention(mention)
        for code, mention in states.items()
        if not watched or code in focus.core | focus.partners
    ]


def _names(item: Item, party: Party) -> bool:
    return item.mention is not None and (item.mention.name, item.mention.country) == (party.name, party.country)


def _listed(items: list[Item], at: int) -> list[Mention]:
    """What else the list names in which the name at `at` stands; nothing where no "and" holds it together."""
    found: list[Mention] = []
    joined = False
    for side in (range(at + 1, len(items)), range(at - 1, -1, -1)):
        between: list[Item] = []
        for index in side:
            item = items[index]
            if item.mention is not None:
                if not between or not item.mention.country:
                    break
                joined = joined or any(one.flags & grammar.COORD for one in between)
                found.append(item.mention)
                between = []
            elif item.text == "," or item.flags & (grammar.COORD | grammar.DET):
                between.append(item)
            else:
                break
    return found if joined else []
