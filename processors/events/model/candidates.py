"""What a sentence says of each state that may be a draft's source or target: the features of the party model.

A feature is a short string. Those of one state hold for both slots (the model has weights of its own for each); those
of `own` depend on the slot, those of `pair` on both states. It runs on every draft, so what is looked at is told in
keys of few different kinds, each of which means a group of features: their weights are summed once and remembered.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from operator import attrgetter
from typing import Any, TypeAlias

from processors.events import grammar
from processors.events.clause import Clause
from processors.events.drafts import Draft
from processors.events.phrases import CONTRACTED
from processors.events.salience import Party

STEPS = (2, 5, 10, 18)  # items between a name and the trigger: distances that count as different
FARTHEST = STEPS[-1] + 1
NEAR = {side: [f"near:{side}{sum(far > step for step in STEPS)}" for far in range(FARTHEST + 1)] for side in "LR"}
REACH = 4  # items left of a name in which its preposition is looked for
MANY = 4  # states in a sentence from which on their number no longer matters
DATELINE = 8  # items within which the dash of a dateline stands
DASHES = frozenset("—–-")
SPOTS = 3  # times a state is named in a sentence that are looked at
# fmt: off
PREPOSITIONS = {
    "de": "of", "en": "in", "em": "in", "por": "by", "contra": "against", "con": "with", "com": "with", "a": "to",
    "para": "for", "desde": "from", "hacia": "to", "sobre": "on", "entre": "between", "hasta": "to", "até": "to",
    "tras": "after", "após": "after", "durante": "during", "ante": "before", "frente a": "outside", "sin": "without",
    "sem": "without", "upon": "on", "over": "on", "toward": "to", "towards": "to", "into": "to",
}  # the three languages' prepositions under one name
# fmt: on
PairKey: TypeAlias = tuple[str, str, str, bool, str]
Side: TypeAlias = tuple[str, str, int]  # a state's code and name, and the first item that names it (-1 for none)
Group: TypeAlias = tuple[str, ...]  # features that are told together
Key: TypeAlias = tuple[str | int | None, ...]  # what means a group: its kind, then what tells it
ROLES, NAMED, SPOT, UNNAMED, OWN = range(5)
LEFT, RIGHT = "L", "R"
START = attrgetter("start")


class Sentence:
    """A clause as the party model sees it: where each state is named ("" for actors of no state), and how."""

    __slots__ = ("_about", "_names", "among", "clause", "codes", "every", "first", "home", "spots", "watched")

    def __init__(self, clause: Clause) -> None:
        self.clause = clause
        self.spots: dict[str, list[int]] = {}
        self.every: list[int] = []
        start = _dateline(clause)
        for index in clause.named:
            mention = clause.items[index].mention
            if index >= start and mention is not None and (mention.country or mention.actor is not None):
                self.spots.setdefault(mention.country, []).append(index)
                self.every.append(index)
        self.codes = [code for code in self.spots if code]
        self.among = str(min(MANY, len(self.codes)))
        self.home = clause.salience.home()
        focus = clause.salience.watch.focus
        self.watched = focus.core | focus.partners
        self.first = self.codes[0] if self.codes else None
        self._about: dict[int, tuple[Key, Key]] = {}
        self._names = {"": "?"}

    def candidates(self, countries: tuple[str, str]) -> list[str]:
        """States that may be a party of a draft whose parties are those of `countries`; "" for nobody known."""
        return list(dict.fromkeys((*self.codes, *countries, self.home, "")))

    def name(self, code: str) -> str:
        """A state under its code where the watch is about it, else as "other"; "?" for nobody known."""
        found = self._names.get(code)
        if found is None:
            found = self._names[code] = code if code in self.watched else "other"
        return found

    def side(self, code: str) -> Side:
        """A state as one side of a pair."""
        spots = self.spots.get(code)
        return code, self.name(code), spots[0] if spots is not None else -1

    def about(self, spot: int) -> tuple[Key, Key]:
        """What a name tells by itself: as it reads left of a trigger, and right of it."""
        found = self._about.get(spot)
        if found is None:
            item = self.clause.items[spot]
            mention = item.mention
            assert mention is not None
            told = preposition(self.clause, spot), (mention.actor or mention).kind, item.poss
            found = self._about[spot] = (SPOT, LEFT, *told), (SPOT, RIGHT, *told)
        return found


def _dateline(clause: Clause) -> int:
    """The item a sentence's own words begin at, behind a dateline ("HAVANA —", "MEXICO, (agency) –")."""
    for index, item in enumerate(clause.items[:DATELINE]):
        if item.text in DASHES:
            return index + 1
        if not index and item.mention is None:
            break
    return 0


def preposition(clause: Clause, spot: int) -> str:
    """The preposition before a name, under one name for the three languages; "" for none."""
    items = clause.items
    for index in range(spot - 1, max(-1, spot - 1 - REACH), -1):
        item = items[index]
        if item.mention is not None or item.flags & grammar.VERB or item.text in ",;:":
            return ""
        if item.flags & grammar.PREP:
            text = CONTRACTED.get(item.text, item.text)
            return PREPOSITIONS.get(text, text)
    return ""


def voice(draft: Draft) -> str:
    """Noun, passive or active: what the trigger is."""
    if draft.rule.noun:
        return "noun"
    return "passive" if draft.predicate is not None and draft.predicate.passive else "active"


class View:
    """A sentence from where one draft's trigger stands."""

    __slots__ = ("above", "above_said", "at", "first_right", "last_left", "says", "sentence", "subject")

    def __init__(self, sentence: Sentence, draft: Draft) -> None:
        self.sentence = sentence
        clause, predicate, every = sentence.clause, draft.predicate, sentence.every
        self.at = bisect_left(clause.items, draft.start, key=START)
        left, right = bisect_left(every, self.at), bisect_right(every, self.at)
        self.last_left = every[left - 1] if left else -1
        self.first_right = every[right] if right < len(every) else -1
        self.subject = clause.subject(predicate) if predicate is not None else None
        governor = predicate.governor if predicate is not None else None
        self.above = clause.subject(governor) if governor is not None else None
        self.above_said = "above-said" if governor is not None and governor.word.speech else "above"
        self.says = draft.asserted_by.country if draft.asserted_by is not None else None

    def state(self, code: str) -> list[Key]:
        """What tells of a state, whichever slot it is to fill."""
        sentence, roles = self.sentence, self._roles(code)
        spots = sentence.spots.get(code)
        if spots is None:
            return [roles, (UNNAMED, bool(code), sentence.among)]
        at, about = self.at, sentence.about
        if len(spots) == 1:
            return [roles, self._named(code, spots), about(spots[0])[spots[0] >= at]]
        return [roles, self._named(code, spots), *[about(spot)[spot >= at] for spot in spots[:SPOTS]]]

    def _roles(self, code: str) -> Key:
        """What the grammar makes of a state: subject, subject of the verb above, who says it, the state at home."""
        subject, above, sentence = self.subject, self.above, self.sentence
        return (
            ROLES, sentence.name(code),
            subject.explicit if subject is not None and subject.country == code else None,
            self.above_said if above is not None and above.country == code else None,
            self.says == code,
            code != "" and sentence.home == code,
        )  # fmt: skip

    def _named(self, code: str, spots: list[int]) -> Key:
        """Where a state is named, seen from the trigger."""
        at, sentence = self.at, self.sentence
        nearest = spots[0] if len(spots) == 1 else min(spots, key=lambda spot: abs(spot - at))
        return (
            NAMED, NEAR[LEFT if nearest < at else RIGHT][min(FARTHEST, abs(nearest - at))], sentence.among, code == "",
            code == sentence.first, self.last_left in spots, self.first_right in spots,
        )  # fmt: skip


def group(key: Key) -> Group:
    """The features a key means."""
    kind, *told = key
    return tuple(GROUPS[kind](*told))


def _roles(name: str, subject: bool | None, above: str | None, says: bool, home: bool) -> list[str]:
    found = ["is:" + name]
    if subject is not None:
        found.append("subject" if subject else "subject~")
    if above is not None:
        found.append(above)
    return found + _holding(says=says, home=home)


def _named(near: str, among: str, stateless: bool, first: bool, last_left: bool, first_right: bool) -> list[str]:
    ways = {"stateless": stateless, "first": first, "last-left": last_left, "first-right": first_right}
    return [near, "among" + among, *_holding(**ways)]


def _spot(side: str, prep: str, kind: str, poss: bool) -> list[str]:
    return [side + one for one in ("prep:" + prep, "kind:" + kind, *_holding(poss=poss))]


def _unnamed(known: bool, among: str) -> list[str]:
    name = "unnamed" if known else "nobody"
    return [name, f"{name}-among{among}"]


def _own(mine: str | None, theirs: str | None) -> list[str]:
    found = ["own", "own:" + mine] if mine is not None else []
    return found if theirs is None else [*found, "theirs:" + theirs]


def _holding(**ways: bool) -> list[str]:
    return [name for name, holds in ways.items() if holds]


GROUPS: dict[Any, Callable[..., list[str]]] = {
    ROLES: _roles, NAMED: _named, SPOT: _spot, UNNAMED: _unnamed, OWN: _own,
}  # fmt: skip


def own(draft: Draft, code: str, slot: int) -> Key:
    """What the rules made of a state: the party of this slot (0 source, 1 target), or of the other one."""
    mine, theirs = (draft.source, draft.target) if slot == 0 else (draft.target, draft.source)
    return (
        OWN,
        kind(mine) if (mine.country if mine is not None else "") == code else None,
        kind(theirs) if theirs is not None and theirs.country == code else None,
    )


def kind(party: Party | None) -> str:
    """What sort of party the rules found; "~" after it where they inferred it."""
    if party is None:
        return "none"
    return party.kind if party.explicit else party.kind + "~"


def pair_key(draft: Draft, source: Side, target: Side, *, kept: bool) -> PairKey:
    """What the model looks at in two states together: who they are, whether the rules chose them, their order."""
    code, name, spot = source
    other, named, place = target
    if code == other:
        return name, named, "same", kept, "same:" + draft.rule.pattern
    if not code or not other:
        return name, named, "one-open", kept, ""
    order = "" if spot < 0 or place < 0 else "in-order" if spot < place else "reverse"
    return name, named, "two", kept, order


def pair(key: PairKey) -> Group:
    """The features of two states together."""
    source, target, number, kept, order = key
    return (number, f"{source}>{target}", *(("kept",) if kept else ()), *((order,) if order else ()))
