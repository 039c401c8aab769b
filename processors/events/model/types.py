"""The type model: what a sentence is likely to tell. It adds types that no rule found, and drops drafts of the rules
whose type is unlikely.

News words one deed in more ways than a lexicon lists, and uses a lexicon's words for other things. The weights are a
logistic regression for each type over the clues of a sentence. What it adds has the rule `model.<type>`, so that it can
be told from what a rule found.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain, pairwise
from math import log
from typing import Any, Protocol, TypeAlias

import numpy as np

from processors.events.chunks import Item
from processors.events.clause import Clause
from processors.events.drafts import Draft
from processors.events.grammar import Rule, Word
from processors.events.modality import background, tense_status
from processors.events.model.clues import BIAS, STEM, WORD, Spot, of_drafts, of_entry, spots_of
from processors.events.model.weights import Model
from processors.events.predicates import Predicate

KEEP = 0.1
"""Chance from which drafts of the rules are kept."""
LIKELY, LIKELY_LATER = 0.4, 0.5
"""Chance from which a type is added: in title and lead, where news is told, and further down, where it is recalled."""
LEAST_LEAD, LEAST_LATER = (log(chance / (1 - chance)) for chance in (LIKELY, LIKELY_LATER))
SAID = frozenset({"ACCUSE", "REQUEST", "REJECT", "THREATEN", "SUPPORT"})  # done by saying so, whatever they govern
MOST_WORDS = 50_000  # words of lexicons whose clues are kept

Known: TypeAlias = tuple[int, str, dict[str, int]]
"""A word as the model knows it: its stem's row, the stem, the rows of the pairs that opens by their second stem."""
Scores: TypeAlias = "np.ndarray[Any, np.dtype[np.float64]]"


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
    """Weights as a table, a row a clue and a column a type; one for each loaded model."""

    def __init__(self, model: Model) -> None:
        self.kinds = sorted(model.types)
        self.numbers = {kind: number for number, kind in enumerate(self.kinds)}
        self._rules = [rule_of(kind) for kind in self.kinds]
        rows = {clue: row for row, clue in enumerate(dict.fromkeys(chain(*model.types.values())))}
        self._table = np.zeros((len(rows) + 1, len(self.kinds)))  # the last row, of zeros, is that of unknown clues
        for kind, number in self.numbers.items():
            weights = model.types[kind]
            self._table[[rows[clue] for clue in weights], number] = list(weights.values())
        self._clues: dict[str, int] = {}  # rows
        pairs: dict[str, dict[str, int]] = {}  # rows of pairs of stems by first stem, then by second
        for clue, row in rows.items():
            one, blank, other = ("", "", clue) if ":" in clue else clue.partition(" ")
            (pairs.setdefault(one, {}) if blank else self._clues)[other or one] = row
        self._words = _Words(self._clues, pairs, len(rows))
        self._bias = self._clues.get(BIAS, len(rows))
        self._entries: dict[int, tuple[Word, tuple[int, ...]]] = {}
        self.silence = self.of(())

    def look(self, fold: str, items: Sequence[Item], *, lead: bool) -> "Weighed":
        """The look at a folded sentence and its items."""
        rows = self._words.rows(fold)
        rows.add(self._bias)
        entries = self._entries
        for key, word in {id(item.word): item.word for item in items}.items():
            rows.update((entries.get(key) or self._entry(word))[1])
        return Weighed(self, fold, self._sum(list(rows)), LEAST_LEAD if lead else LEAST_LATER)

    def of(self, drafts: Sequence[Draft]) -> Scores:
        """What the rules' drafts, or that there are none, add to the scores of types."""
        return self._sum(self._known(of_drafts(drafts)))

    def rule(self, number: int) -> Rule:
        """What stands for a type."""
        return self._rules[number]

    def word(self, spots: Sequence[Spot], number: int) -> tuple[int, int]:
        """The span of the word that weighs most for a type, its pairs with its neighbours counted in."""
        words = [self._words[stem] for _, _, stem in spots]
        column = self._table[:, number]
        worth: list[float] = column[[row for row, _, _ in words]].tolist()
        for at, ((_, _, pairs), (_, stem, _)) in enumerate(pairwise(words)):
            if stem in pairs:
                both = float(column[pairs[stem]]) / 2
                worth[at] += both
                worth[at + 1] += both
        best = max(range(len(spots)), key=lambda at: (worth[at], -at))
        return spots[best][:2]

    def _sum(self, rows: list[int]) -> Scores:
        scores: Scores = np.add.reduce(self._table.take(np.array(rows, np.intp), axis=0), axis=0)
        return scores

    def _known(self, clues: Iterable[str]) -> list[int]:
        return [row for clue in clues if (row := self._clues.get(clue)) is not None]

    def _entry(self, word: Word) -> tuple[Word, tuple[int, ...]]:
        """A word of a lexicon with the rows of what that says of it, found once."""
        if len(self._entries) >= MOST_WORDS:
            self._entries.clear()
        found = self._entries[id(word)] = word, tuple(self._known(of_entry(word)))
        return found


class _Words(dict[str, Known]):
    """What the model knows of words, looked up once each; as news repeats its words, most are here already."""

    def __init__(self, clues: dict[str, int], pairs: dict[str, dict[str, int]], unknown: int) -> None:
        self._clues, self._pairs, self._unknown = clues, pairs, unknown

    def __missing__(self, word: str) -> Known:
        if len(self) >= MOST_WORDS:
            self.clear()
        stem = word[:STEM]
        found = self[word] = self._clues.get(stem, self._unknown), stem, self._pairs.get(stem, _NONE)
        return found

    def rows(self, fold: str) -> set[int]:
        """The rows of a folded sentence's stems and pairs of them."""
        rows = set[int]()
        before = _NONE
        for row, stem, pairs in map(self.__getitem__, WORD.findall(fold)):
            rows.add(row)
            if stem in before:
                rows.add(before[stem])
            before = pairs
        return rows


_NONE: dict[str, int] = {}


class Weighed:
    """A sentence with the scores (log odds) its words give each type."""

    __slots__ = ("_fold", "_least", "_model", "_scores", "promising")

    def __init__(self, model: TypeModel, fold: str, scores: Scores, least: float) -> None:
        self._model, self._fold, self._scores, self._least = model, fold, scores, least
        self.promising = bool((scores + model.silence > least).any())

    def decide(self, clause: Clause, drafts: list[Draft], start: int) -> list[Draft]:
        """The rules' drafts whose type is likely enough, and new ones of likely types they lack."""
        model = self._model
        scores = self._scores + (model.of(drafts) if drafts else model.silence)
        kept = [draft for draft in drafts if draft.bare or self._likely(draft, scores)]
        found = {draft.rule.type for draft in drafts}
        missing = [one for one in np.flatnonzero(scores > self._least).tolist() if model.kinds[one] not in found]
        spots = spots_of(self._fold) if missing else []
        for number in missing if spots else ():
            first, last = model.word(spots, number)
            draft = new_draft(clause, model.rule(number), start + first, start + last)
            if draft is not None:
                kept.append(draft)
        return kept

    def _likely(self, draft: Draft, scores: Scores) -> bool:
        number = self._model.numbers.get(draft.rule.type)
        return number is None or bool(scores[number] > log(KEEP / (1 - KEEP)))


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
