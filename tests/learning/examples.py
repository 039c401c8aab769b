"""Examples of the party model: every draft of a labelled case, with the pairs it might join and the one it should."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from processors.events.clause import Clause
from processors.events.drafts import Draft
from processors.events.model.candidates import Sentence
from processors.events.model.parties import features
from processors.events.model.types import features as words
from processors.events.model.types import spots_of
from processors.events.tagging import tag
from processors.events.watchdata import Watch
from processors.folding import folded
from tests.eval.cases import Case
from tests.learning.softmax import Choice

Feature: TypeAlias = tuple[str, str, str]


def party_choices(case: Case, watch: Watch) -> list[Choice[Feature]]:
    """A choice for each draft whose type the gold tells, where the right pair is among those of its sentence."""
    found: list[Choice[Feature]] = []

    def note(clause: Clause, drafts: list[Draft]) -> None:
        sentence = Sentence(clause)
        found.extend(choice for draft in drafts for choice in _choice(case, sentence, draft))

    tag(case.title, case.text, published=case.published, lang=None, watch=watch, revise=note)
    return found


def _choice(case: Case, sentence: Sentence, draft: Draft) -> Iterator[Choice[Feature]]:
    told = [(gold.source, gold.target) for gold in case.events if gold.type == draft.rule.type]
    if not told:
        return
    source, target = draft.countries
    right = max(told, key=lambda pair: (pair[0] == source) + (pair[1] == target))
    codes = sentence.candidates(draft)
    pairs = [(one, other) for one in codes for other in codes if one or other]
    if right in pairs:
        options = [tuple(features(sentence, draft, *pair)) for pair in pairs]
        yield Choice(options, pairs.index(right))


def all_choices(cases: Iterable[Case], watch: Watch) -> list[list[Choice[Feature]]]:
    """The choices of every case, case by case (folds go by case)."""
    return [party_choices(case, watch) for case in cases]


def words_of(case: Case) -> tuple[str, ...]:
    """What the type model sees of a case."""
    return tuple(words(spots_of(folded(f"{case.title} {case.text}"))))


def type_choices(cases: Sequence[Case], seen: Sequence[Sequence[str]], kind: str) -> list[Choice[str]]:
    """For each case whether it tells of a type: what is `seen` of it, or nothing."""
    return [
        Choice([words, ()], 0 if any(event.type == kind for event in case.events) else 1)
        for case, words in zip(cases, seen, strict=True)
    ]
