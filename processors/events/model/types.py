"""The type model: what a sentence is likely to tell. It adds types that no rule found, and drops drafts of the rules
whose type is unlikely.

News words one deed in more ways than a lexicon lists, and uses a lexicon's words for other things. The weights are a
logistic regression for each type over the clues of a sentence. What it adds has the rule `model.<type>`, so that it can
be told from what a rule found.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain, pairwise, repeat
from math import log
from typing import Protocol, TypeAlias

from processors.events.chunks import Item
from processors.events.clause import Clause
from processors.events.drafts import Draft
from processors.events.grammar import Rule, Word
from processors.events.modality import background, tense_status
from processors.events.model.clues import BIAS, STEM, Spot, of_drafts, of_entry, spots_of
from processors.events.model.lanes import Lanes, level, packed
from processors.events.model.weights import Model
from processors.events.predicates import Predicate

KEEP = 0.1
"""Chance from which drafts of the rules are kept."""
LIKELY, LIKELY_LATER = 0.6, 0.9
"""Chance from which a type is added: in title and lead, where news is told, and further down, where it is recalled."""
MENTIONED = 0.5
"""Chance from which a type may be meant: its find only adds numbers and dates to events told elsewhere."""
LEAST_KEPT, LEAST_LEAD, LEAST_LATER, LEAST_MEANT = (
    level(log(one / (1 - one))) for one in (KEEP, LIKELY, LIKELY_LATER, MENTIONED)
)
SAID = frozenset({"ACCUSE", "REQUEST", "REJECT", "THREATEN", "SUPPORT"})  # done by saying so, whatever they govern
MOST_WORDS = 50_000  # words of lexicons whose clues are kept

STEMS = re.compile(rf"([^\W\d_]{{1,{STEM}}})[^\W\d_]*")
Stem: TypeAlias = tuple[int, str, dict[str, int]]
"""The row of a stem, the stem, and the rows of the pairs that it opens by their second stem."""
UNKNOWN, NO_ROW = ":", 0  # the row of clues that weigh nothing
NO_PAIRS: dict[str, int] = {}
NO_STEM: Stem = (NO_ROW, UNKNOWN, NO_PAIRS)


class Look(Protocol):
    """A second look at one sentence; `promising` when it may tell something though no rule has a word for it."""

    promising: bool

    def decide(self, clause: Clause, drafts: list[Draft], start: int) -> list[Draft]:
        """The drafts to go on with, given those of the rules; the sentence begins at `start` in the whole text."""
        ...


class Types(Protocol):
    """Whatever takes a second look at sentences: the model, or what training learns from."""

    def look(self, fold: str, items: Sequence[Item], *, lead: bool) -> Look:
        """The look at a folded sentence and its items."""
        ...


class TypeModel:
    """What every clue weighs for each type, a lane a type; one for each loaded model."""

    def __init__(self, model: Model) -> None:
        self.kinds = sorted(model.types)
        self.numbers = {kind: number for number, kind in enumerate(self.kinds)}
        self.lanes = Lanes(len(self.kinds))
        self._rules = [rule_of(kind) for kind in self.kinds]
        rows = {clue: row for row, clue in enumerate(dict.fromkeys(chain((UNKNOWN,), *model.types.values())))}
        self._worth = [0] * len(rows)
        for kind, number in self.numbers.items():
            for clue, weight in model.types[kind].items():
                self._worth[rows[clue]] += packed(weight, number)
        self._rows = {clue: row for clue, row in rows.items() if ":" in clue or not clue}
        self._stems = _stems(rows)
        self._bias = self._rows.get(BIAS, NO_ROW)
        self._entries: dict[int, tuple[Word, tuple[int, ...]]] = {}
        self.silence = self.of(())

    def look(self, fold: str, items: Sequence[Item], *, lead: bool) -> "Weighed":
        """The look at a folded sentence and its items."""
        rows = {self._bias}
        before = NO_PAIRS
        for row, stem, pairs in map(self._stems.get, STEMS.findall(fold), repeat(NO_STEM)):
            rows.add(row)
            if stem in before:
                rows.add(before[stem])
            before = pairs
        entries = self._entries
        for key, word in {id(item.word): item.word for item in items}.items():
            found = entries.get(key) or self._entry(word)
            if found[1]:
                rows.update(found[1])
        return Weighed(self, fold, self._sum(rows), LEAST_LEAD if lead else LEAST_LATER)

    def of(self, drafts: Sequence[Draft]) -> int:
        """What the rules' drafts, or that there are none, add to the scores of types."""
        return self._sum(self._known(of_drafts(drafts)))

    def rule(self, number: int) -> Rule:
        """What stands for a type."""
        return self._rules[number]

    def word(self, spots: Sequence[Spot], number: int) -> tuple[int, int]:
        """The span of the word that weighs most for a type, its pairs with its neighbours counted in."""
        words = [self._stems.get(stem, NO_STEM) for _, _, stem in spots]
        worth = [self._weight(row, number) if row else 0.0 for row, _, _ in words]
        for at, ((_, _, pairs), (_, stem, _)) in enumerate(pairwise(words)):
            if stem in pairs:
                both = self._weight(pairs[stem], number) / 2
                worth[at] += both
                worth[at + 1] += both
        return spots[worth.index(max(worth))][:2]

    def _sum(self, rows: Iterable[int]) -> int:
        return sum(map(self._worth.__getitem__, rows))

    def _weight(self, row: int, number: int) -> float:
        return self.lanes.one(self._worth[row], number)

    def _known(self, clues: Iterable[str]) -> list[int]:
        return [row for clue in clues if (row := self._rows.get(clue)) is not None]

    def _entry(self, word: Word) -> tuple[Word, tuple[int, ...]]:
        """A word of a lexicon with the rows of what that says of it, found once."""
        if len(self._entries) >= MOST_WORDS:
            self._entries.clear()
        found = self._entries[id(word)] = word, tuple(self._known(of_entry(word)))
        return found


def _stems(rows: dict[str, int]) -> dict[str, Stem]:
    """Every stem the clues hold, alone or in a pair."""
    pairs: dict[str, dict[str, int]] = {}
    for clue, row in rows.items():
        one, blank, other = clue.partition(" ")
        if ":" not in clue and clue:
            following = pairs.setdefault(one, {})
            if blank:
                following[other] = row
                pairs.setdefault(other, {})
    return {stem: (rows.get(stem, NO_ROW), stem, following or NO_PAIRS) for stem, following in pairs.items()}


class Weighed:
    """A sentence with the scores (log odds) its words give each type."""

    __slots__ = ("_fold", "_least", "_model", "_scores", "promising")

    def __init__(self, model: TypeModel, fold: str, scores: int, least: float) -> None:
        self._model, self._fold, self._scores, self._least = model, fold, scores, least
        self.promising = max(model.lanes.read(scores + model.silence)) >= least

    def decide(self, clause: Clause, drafts: list[Draft], start: int) -> list[Draft]:
        """The rules' drafts whose type is likely enough, and new ones of likely types they lack."""
        model = self._model
        scores = model.lanes.read(self._scores + (model.of(drafts) if drafts else model.silence))
        kept = [draft for draft in drafts if draft.bare or self._likely(draft, scores)]
        if max(scores) < LEAST_MEANT:
            return kept
        found = {draft.rule.type for draft in drafts}
        missing = [one for one, score in enumerate(scores) if score >= LEAST_MEANT and model.kinds[one] not in found]
        spots = spots_of(self._fold) if missing else []
        for number in missing if spots else ():
            first, last = model.word(spots, number)
            draft = new_draft(clause, model.rule(number), start + first, start + last)
            if draft is not None:
                draft.bare = scores[number] < self._least
                kept.append(draft)
        return kept

    def _likely(self, draft: Draft, scores: Sequence[int]) -> bool:
        number = self._model.numbers.get(draft.rule.type)
        return number is None or scores[number] >= LEAST_KEPT


def new_draft(clause: Clause, rule: Rule, start: int, end: int) -> Draft | None:
    """The draft of an event that the words from `start` to `end` tell; None for what is only demanded or threatened."""
    items = clause.items
    at = max((index for index, item in enumerate(items) if item.start <= start), default=None)
    if at is None or at in clause.content:
        return None  # "urged X to cease the attacks" is no attack
    predicate = _predicate(clause, start)
    source = target = None
    status, first, last = "happened", at, len(items)
    if predicate is not None:
        if rule.type not in SAID and tense_status(predicate) == "announced":
            status = "announced"
        subject = clause.subject(predicate)
        source, target = (None, subject) if predicate.passive else (subject, None)
        first, last = min(at, predicate.start), max(at + 1, predicate.end + 1, predicate.object_end)
    return Draft(
        rule=rule, source=source, target=target, status=status, start=start, end=end, trigger=items[at].text,
        from_item=first, to_item=last, predicate=predicate,
        background=predicate is not None and background(clause, predicate),
    )  # fmt: skip


def _predicate(clause: Clause, start: int) -> Predicate | None:
    """The verb group a word belongs to: the last that begins before it, else the first."""
    before = [predicate for predicate in clause.predicates if clause.items[predicate.start].start <= start]
    return before[-1] if before else (clause.predicates[0] if clause.predicates else None)


def rule_of(kind: str) -> Rule:
    """What stands for a type that no rule of a lexicon found."""
    none: frozenset[str] = frozenset()
    return Rule(
        id=f"model.{kind.lower()}", type=kind, mode=None, frame=None, noun=False, objects=none, subjects=none,
        excluded=none, preps=(), contexts=(), pattern="", need="", status=None, also=None, weak=True,
    )  # fmt: skip


@lru_cache(maxsize=8)
def type_model(model: Model) -> TypeModel | None:
    """The type model of a loaded model; None where it has no weights for types."""
    return TypeModel(model) if model.types else None
