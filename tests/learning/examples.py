"""Examples of the party model: every draft of a labelled case, with the pairs it might join and the one it should."""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from processors.events.clause import Clause
from processors.events.drafts import Draft
from processors.events.model.candidates import Sentence
from processors.events.model.parties import features
from processors.events.tagging import tag
from processors.events.watchdata import Watch
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
