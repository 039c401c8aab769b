"""What a sentence says of each state that may be a draft's source or target: the features of the party model.

A feature is a short string. Those of one state hold for both slots (the model has weights of its own for each); those
of `own` depend on the slot, those of `pair` on both states. It runs on every draft, so features come in groups (tuples)
of few different kinds, whose weights are summed once and remembered.
"""

from bisect import bisect_left, bisect_right
from functools import lru_cache
from operator import attrgetter
from typing import TypeAlias

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
Group: TypeAlias = tuple[str, ...]  # features that are told together
START = attrgetter("start")


class Sentence:
    """A clause as the party model sees it: where each state is named ("" for actors of no state), and how."""

    __slots__ = ("_about", "among", "clause", "codes", "every", "first", "home", "spots", "watched")

    def __init__(self, clause: Clause) -> None:
        self.clause = clause
        self.spots: dict[str, list[int]] = {}
        self.every: list[int] = []
        start = _dateline(clause)
        for index, item in enumerate(clause.items[start:], start):
            if item.mention is not None and (item.mention.country or item.mention.actor is not None):
                self.spots.setdefault(item.mention.country, []).append(index)
                self.every.append(index)
        self.codes = [code for code in self.spots if code]
        self.among = str(min(MANY, len(self.codes)))
        self.home = clause.salience.home()
        focus = clause.salience.watch.focus
        self.watched = focus.core | focus.partners
        self.first = self.codes[0] if self.codes else None
        self._about: dict[int, tuple[Group, Group]] = {}

    def candidates(self, draft: Draft) -> list[str]:
        """States that may be a party of the draft; "" for nobody known."""
        return list(dict.fromkeys((*self.codes, *draft.countries, self.home, "")))

    def name(self, code: str) -> str:
        """A state under its code where the watch is about it, else as "other"; "?" for nobody known."""
        return code if code in self.watched else "other" if code else "?"

    def about(self, spot: int) -> tuple[Group, Group]:
        """The features of a name by itself: as they read left of a trigger, and right of it."""
        found = self._about.get(spot)
        if found is None:
            item = self.clause.items[spot]
            mention = item.mention
            assert mention is not None
            kind = (mention.actor or mention).kind
            found = self._about[spot] = _sides(preposition(self.clause, spot), kind, item.poss)
        return found


@lru_cache(maxsize=4096)
def _sides(prep: str, kind: str, poss: bool) -> tuple[Group, Group]:
    plain = ("prep:" + prep, "kind:" + kind, *(("poss",) if poss else ()))
    return tuple("L" + one for one in plain), tuple("R" + one for one in plain)


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

    def state(self, code: str) -> list[Group]:
        """Features of a state, whichever slot it is to fill."""
        roles = self._roles(code)
        spots = self.sentence.spots.get(code)
        if spots is None:
            name = "unnamed" if code else "nobody"
            return [(*roles, name, f"{name}-among{self.sentence.among}")]
        at, about = self.at, self.sentence.about
        if len(spots) == 1:
            return [roles, self._named(code, spots), about(spots[0])[spots[0] >= at]]
        return [roles, self._named(code, spots), *[about(spot)[spot >= at] for spot in spots[:SPOTS]]]

    def _roles(self, code: str) -> Group:
        """What the grammar makes of a state: subject, subject of the verb above, who says it, the state at home."""
        found = ["is:" + self.sentence.name(code)]
        subject, above = self.subject, self.above
        if subject is not None and subject.country == code:
            found.append("subject" if subject.explicit else "subject~")
        if above is not None and above.country == code:
            found.append(self.above_said)
        if self.says == code:
            found.append("says")
        if code and self.sentence.home == code:
            found.append("home")
        return tuple(found)

    def _named(self, code: str, spots: list[int]) -> Group:
        """Where a state is named, seen from the trigger."""
        at, sentence = self.at, self.sentence
        nearest = spots[0] if len(spots) == 1 else min(spots, key=lambda spot: abs(spot - at))
        found = [NEAR["L" if nearest < at else "R"][min(FARTHEST, abs(nearest - at))], "among" + sentence.among]
        if not code:
            found.append("stateless")
        if code == sentence.first:
            found.append("first")
        if self.last_left in spots:
            found.append("last-left")
        if self.first_right in spots:
            found.append("first-right")
        return tuple(found)


def own(draft: Draft, code: str, slot: int) -> Group:
    """What the rules made of a state: the party of this slot (0 source, 1 target), or of the other one."""
    mine, theirs = (draft.source, draft.target) if slot == 0 else (draft.target, draft.source)
    found: list[str] = []
    if (mine.country if mine is not None else "") == code:
        found += ("own", "own:" + kind(mine))
    if theirs is not None and theirs.country == code:
        found.append("theirs:" + kind(theirs))
    return tuple(found)


def kind(party: Party | None) -> str:
    """What sort of party the rules found; "~" after it where they inferred it."""
    if party is None:
        return "none"
    return party.kind if party.explicit else party.kind + "~"


def pair_key(sentence: Sentence, draft: Draft, source: str, target: str) -> PairKey:
    """What the model looks at in two states together: who they are, whether the rules chose them, their order."""
    if source == target:
        order = "same:" + draft.rule.pattern
    elif source and target:
        spots = sentence.spots
        named = source in spots and target in spots
        order = "" if not named else "in-order" if spots[source][0] < spots[target][0] else "reverse"
    else:
        order = ""
    number = "one-open" if not source or not target else "same" if source == target else "two"
    return sentence.name(source), sentence.name(target), number, draft.countries == (source, target), order


def pair(key: PairKey) -> Group:
    """The features of two states together."""
    source, target, number, kept, order = key
    return (number, f"{source}>{target}", *(("kept",) if kept else ()), *((order,) if order else ()))
