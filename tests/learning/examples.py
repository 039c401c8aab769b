"""Examples: what the models see of a labelled case as the tagger reads it, and what they should say of it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from processors.events.chunks import Item, items_of
from processors.events.clause import Clause
from processors.events.drafts import Draft
from processors.events.model.candidates import Sentence
from processors.events.model.clues import of_drafts, of_entry, of_words, spots_of
from processors.events.model.parties import features
from processors.events.model.statuses import STATUSES, clues
from processors.events.model.types import Types
from processors.events.tagging import tag
from processors.events.watchdata import Watch
from processors.folding import folded, lowered
from tests.eval.cases import Case, GoldEvent
from tests.learning.softmax import Choice

Feature: TypeAlias = tuple[str, str, str]
UNTUNED = re.compile(r"[a-z]{2}\.w\d")  # ids of lines written when rules and lexicons were settled
TUNED = "tuned "  # before clues of drafts whose rules were tuned on the line: surer than they are elsewhere


class Example(NamedTuple):
    """A case for the model of types: the clues of its sentences, and what it tells."""

    clues: list[str]
    types: list[str]


def example(case: Case, watch: Watch) -> Example:
    """What a case teaches of types. `watch` has no model, so that what was learnt before plays no part."""
    noted = Noted("" if untuned(case) else TUNED)
    tag(case.title, case.text, published=case.published, lang=None, watch=watch, types=noted)
    if not noted.clues:
        _unnamed(case, watch, noted)
    return Example(list(noted.clues), sorted({event.type for event in case.events}))


def party_choices(case: Case, watch: Watch, types: Types | None) -> list[Choice[Feature]]:
    """A choice for each draft, of the rules or of `types`, whose type is told and whose right pair is on offer."""
    found: list[Choice[Feature]] = []

    def note(clause: Clause, drafts: list[Draft]) -> None:
        sentence = Sentence(clause)
        found.extend(choice for draft in drafts for choice in _choice(case, sentence, draft))

    tag(case.title, case.text, published=case.published, lang=None, watch=watch, revise=note, types=types)
    return found


def status_choices(case: Case, watch: Watch, types: Types | None) -> list[Choice[tuple[str, str]]]:
    """A choice among all statuses for each draft, of the rules or of `types`, whose type is told."""
    found: list[Choice[tuple[str, str]]] = []

    def note(clause: Clause, drafts: list[Draft]) -> None:
        for draft in drafts:
            told = _told(case, draft)
            if told is not None:
                seen = clues(clause, draft)
                options = [[(status, clue) for clue in seen] for status in STATUSES]
                found.append(Choice(options, STATUSES.index(told.status)))

    tag(case.title, case.text, published=case.published, lang=None, watch=watch, revise=note, types=types)
    return found


def _told(case: Case, draft: Draft) -> GoldEvent | None:
    """The event of a draft's type whose parties, and then status, are most its own."""
    source, target = draft.countries
    return max(
        (gold for gold in case.events if gold.type == draft.rule.type),
        key=lambda gold: (2 * ((gold.source == source) + (gold.target == target)), gold.status == draft.status),
        default=None,
    )


def _unnamed(case: Case, watch: Watch, noted: "Noted") -> None:
    """The words of a case in which the watch knows no name teach all the same."""
    low = lowered(case.text)
    items = items_of(low, 0, len(low), [], watch.lexicons[case.lang])
    noted.look(folded(case.text), items, lead=True)


def untuned(case: Case) -> bool:
    """Whether the rules were never tuned on a case, so that their faults show there."""
    return UNTUNED.match(case.id) is not None


class Noted:
    """Notes the clues of the sentences it looks at, and leaves their drafts as they are."""

    promising = True

    def __init__(self, mark: str) -> None:
        self.mark = mark
        self.clues: dict[str, None] = {}

    def look(self, fold: str, items: Sequence[Item], *, lead: bool) -> "Noted":
        """The clues of a sentence's words."""
        del lead
        self._note(of_words(spots_of(fold)))
        for item in items:
            self._note(of_entry(item.word))
        return self

    def decide(self, clause: Clause, drafts: list[Draft], start: int) -> list[Draft]:
        """The clues of its drafts."""
        del clause, start
        self._note(self.mark + clue for clue in of_drafts(drafts))
        return drafts

    def _note(self, clues: Iterable[str]) -> None:
        self.clues.update(dict.fromkeys(clues))


def _choice(case: Case, sentence: Sentence, draft: Draft) -> Iterator[Choice[Feature]]:
    told = [(gold.source, gold.target) for gold in case.events if gold.type == draft.rule.type]
    if not told:
        return
    source, target = draft.countries
    right = max(told, key=lambda pair: (pair[0] == source) + (pair[1] == target))
    codes = sentence.candidates(draft.countries)
    pairs = [(one, other) for one in codes for other in codes if one or other]
    if right in pairs:
        options = [tuple(features(sentence, draft, *pair)) for pair in pairs]
        yield Choice(options, pairs.index(right))
