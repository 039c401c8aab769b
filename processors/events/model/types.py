"""The type model: what a sentence is likely to tell, by its words; it adds the types that no rule found.

News words one deed in more ways than a lexicon lists. The weights are a logistic regression for each type over stems
and pairs of stems. What it adds has the rule `model.<type>`, so that it can be told from what a rule found.
"""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise
from math import log

import numpy as np

from processors.events.clause import Clause
from processors.events.drafts import Draft
from processors.events.grammar import Rule
from processors.events.modality import DROP, background, verb_status
from processors.events.model.weights import Model
from processors.events.predicates import Predicate

STEM = 7
"""Letters of a word that count: endings differ, beginnings tell."""
BIAS = ""
LIKELY, LIKELY_LATER = 0.4, 0.55
"""Chance from which a type is added: in title and lead, where news is told, and further down, where it is recalled.
From .25 on more would be found, but training lines tell of more than most sentences do, and a wrong one costs trust."""
SAID = frozenset({"ACCUSE", "REQUEST", "REJECT", "THREATEN", "SUPPORT"})  # done by saying so, whatever they govern
WORD = re.compile(r"[^\W\d_]+")

Spot = tuple[int, int, str]  # start and end in the sentence, stem


def spots_of(fold: str) -> list[Spot]:
    """The words of a folded sentence."""
    return [(found.start(), found.end(), found.group()[:STEM]) for found in WORD.finditer(fold)]


def features(spots: Sequence[Spot]) -> Iterator[str]:
    """What the model sees of a sentence; each feature counts once."""
    stems = [stem for _, _, stem in spots]
    yield from dict.fromkeys(chain((BIAS,), stems, (f"{one} {other}" for one, other in pairwise(stems))))


class TypeModel:
    """Weights as a table, a row a feature and a column a type; one for each loaded model."""

    def __init__(self, model: Model) -> None:
        kinds = sorted(model.types)
        self._rules = [_rule(kind) for kind in kinds]
        rows = {feature: row for row, feature in enumerate(dict.fromkeys(chain(*model.types.values())))}
        self._table = np.zeros((len(rows), len(kinds)))
        for number, kind in enumerate(kinds):
            weights = model.types[kind]
            self._table[[rows[feature] for feature in weights], number] = list(weights.values())
        self._words: dict[str, int] = {}  # rows
        self._pairs: dict[str, dict[str, int]] = {}  # rows by first stem, then by second
        for feature, row in rows.items():
            one, blank, other = feature.partition(" ")
            (self._pairs.setdefault(one, {}) if blank else self._words)[other if blank else one] = row

    def likely(self, fold: str, *, lead: bool) -> "Likely | None":
        """Types the folded sentence probably tells; None where there are none."""
        chance = LIKELY if lead else LIKELY_LATER
        rows = np.array(self._rows([word[:STEM] for word in WORD.findall(fold)]), np.intp)
        numbers = np.flatnonzero(np.add.reduce(self._table.take(rows, axis=0), axis=0) > log(chance / (1 - chance)))
        return Likely(self, fold, numbers.tolist()) if len(numbers) else None

    def _rows(self, stems: list[str]) -> list[int]:
        """The rows of a sentence's features, each once, in the order of `features`."""
        words, pairs = self._words, self._pairs
        found = [words[one] for one in dict.fromkeys((BIAS, *stems)) if one in words]
        both = [pairs[one][other] for one, other in pairwise(stems) if one in pairs and other in pairs[one]]
        return found + list(dict.fromkeys(both))

    def rule(self, number: int) -> Rule:
        """What stands for a type."""
        return self._rules[number]

    def word(self, spots: Sequence[Spot], number: int) -> tuple[int, int]:
        """The span of the word that weighs most for a type, its pairs with its neighbours counted in."""
        worth = [self._weight(self._words.get(stem), number) for _, _, stem in spots]
        for at, ((_, _, one), (_, _, other)) in enumerate(pairwise(spots)):
            both = self._weight(self._pairs[one].get(other), number) / 2 if one in self._pairs else 0.0
            worth[at] += both
            worth[at + 1] += both
        best = max(range(len(spots)), key=lambda at: (worth[at], -at))
        return spots[best][:2]

    def _weight(self, row: int | None, number: int) -> float:
        return float(self._table[row, number]) if row is not None else 0.0


@dataclass(frozen=True, slots=True)
class Likely:
    """Types a sentence probably tells, by their numbers in the model."""

    model: TypeModel
    fold: str
    numbers: list[int]

    def beside(self, found: Set[str]) -> Iterator[tuple[Rule, int, int]]:
        """The types that are not among those found, each with the span of the word that says most for it."""
        missing = [number for number in self.numbers if self.model.rule(number).type not in found]
        spots = spots_of(self.fold) if missing else []
        for number in missing:
            yield self.model.rule(number), *self.model.word(spots, number)


def added(clause: Clause, drafts: Sequence[Draft], likely: Likely, start: int) -> list[Draft]:
    """Drafts of the likely types that `drafts` lack. `start` is where the sentence begins in the whole text."""
    found = {draft.rule.type for draft in drafts}
    new = (_draft(clause, rule, start + first, start + last) for rule, first, last in likely.beside(found))
    return [draft for draft in new if draft is not None]


def _draft(clause: Clause, rule: Rule, start: int, end: int) -> Draft | None:
    items = clause.items
    at = max((index for index, item in enumerate(items) if item.start <= start), default=None)
    if at is None:
        return None
    predicate = _predicate(clause, start)
    source = target = None
    status, first, last = "happened", at, len(items)
    if predicate is not None:
        status = _status(clause, predicate, rule)
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


def _status(clause: Clause, predicate: Predicate, rule: Rule) -> str:
    status = verb_status(clause, predicate, {})
    if status == DROP or (rule.type in SAID and status == "announced"):
        return "happened"
    return status


def _rule(kind: str) -> Rule:
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
