"""The status model: whether what a sentence tells happened, by its words and by what the rules made of them.

The rules read tense, negation and what governs a verb; news also says so in words no list holds, and a type the type
model added has no verb of its own. Weights of all statuses are summed at once; a status must lead by `LEAD`.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, repeat
from typing import TypeAlias

from newswatch.records.article import Status
from processors.events.clause import Clause
from processors.events.drafts import Draft
from processors.events.model.candidates import START
from processors.events.model.lanes import UNITS, Lanes, packed
from processors.events.model.weights import Model

STATUSES = tuple(status.value for status in Status)
LANE = {status: lane for lane, status in enumerate(STATUSES)}
LEAD = 0.5
"""How much more than the rules' status (log odds) another must weigh to take its place."""
STEM = 6  # letters of a word that count
NEAR = 5  # words before and behind a trigger that are looked at for themselves
SENTENCE, BEFORE, AT, BEHIND, RULES = PLACES = ("in ", "before ", "at ", "behind ", "rules ")
"""What a clue begins with: where its stem stands, in the sentence or next to the trigger, or that the rules gave it."""
Weights: TypeAlias = Callable[[str, int], int]


class StatusModel:
    """Chooses the status of drafts; one for each loaded model."""

    def __init__(self, model: Model) -> None:
        self._lanes = Lanes(len(STATUSES))
        tables: dict[str, dict[str, int]] = {place: {} for place in PLACES}
        for status, weights in model.statuses.items():
            for clue, weight in weights.items():
                place, blank, told = clue.partition(" ")
                table = tables[place + blank]
                table[told] = table.get(told, 0) + packed(weight, LANE[status])
        self._sentence, self._before, self._at, self._behind, self._rules = (tables[place].get for place in PLACES)
        self._ruled: dict[tuple[str, str], int] = {}
        self._silent = not model.statuses

    def revise(self, clause: Clause, drafts: list[Draft]) -> None:
        """Sets the status of a sentence's drafts where the model is surer of another than of the rules'."""
        if self._silent or not drafts:
            return
        stems = stems_of(clause)
        sentence = _sum(self._sentence, set(stems))
        for draft in drafts:
            scores = self._lanes.read(sentence + self._of(clause, stems, draft))
            most = max(scores)
            if most - scores[LANE[draft.status]] > LEAD * UNITS:
                draft.status = STATUSES[scores.index(most)]

    def _of(self, clause: Clause, stems: list[str], draft: Draft) -> int:
        before, at, behind = beside(clause, stems, draft)
        near = self._at(at, 0) + _sum(self._before, before) + _sum(self._behind, behind)
        key = draft.rule.id, draft.status
        ruled = self._ruled.get(key)
        if ruled is None:
            ruled = self._ruled[key] = _sum(self._rules, of_rules(draft))
        return near + ruled


def _sum(weights: Weights, stems: Iterable[str]) -> int:
    return sum(map(weights, stems, repeat(0)))


def stems_of(clause: Clause) -> list[str]:
    """The stems of a sentence's words, in order; "" for a name."""
    return [item.text[:STEM] if item.mention is None else "" for item in clause.items]


def beside(clause: Clause, stems: list[str], draft: Draft) -> tuple[list[str], str, list[str]]:
    """The stems right before a draft's trigger, its own, and those right behind it."""
    at = bisect_left(clause.items, draft.start, key=START)
    return stems[max(0, at - NEAR) : at], stems[at] if at < len(stems) else "", stems[at + 1 : at + 1 + NEAR]


def of_rules(draft: Draft) -> tuple[str, ...]:
    """What the rules made of a draft: its status by its type and by the kind of word that told of it."""
    kind = "added" if draft.rule.id.startswith("model.") else "noun" if draft.rule.noun else "verb"
    return "", f"{kind}:{draft.status}", f"{draft.rule.type}:{draft.status}", draft.rule.type


def clues(clause: Clause, draft: Draft) -> list[str]:
    """Every clue of a draft's status: what training learns from."""
    stems = stems_of(clause)
    before, at, behind = beside(clause, stems, draft)
    told: Iterator[tuple[str, str]] = chain(
        zip(repeat(SENTENCE), dict.fromkeys(stems)), zip(repeat(BEFORE), before), [(AT, at)],
        zip(repeat(BEHIND), behind), zip(repeat(RULES), of_rules(draft)),
    )  # fmt: skip
    return [place + clue for place, clue in told]
