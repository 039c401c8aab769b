"""The status model: whether what a sentence tells happened, by its words and by what the rules made of them.

The rules read tense, negation and what governs a verb; news also says so in words no list holds, and a type the type
model added has no verb of its own. Weights of each status are summed at once; a status must lead by `LEAD`.
"""

from bisect import bisect_left
from collections.abc import Iterator

from newswatch.records.article import Status
from processors.events.clause import Clause
from processors.events.drafts import Draft
from processors.events.model.candidates import START
from processors.events.model.lanes import UNITS, Lanes, packed
from processors.events.model.weights import Model

STATUSES = tuple(status.value for status in Status)
LEAD = 0.5
"""How much more than the rules' status (log odds) another must weigh to take its place."""
STEM = 6  # letters of a word that count
NEAR = 5  # words before and behind a trigger that are looked at for themselves


class StatusModel:
    """Chooses the status of drafts; one for each loaded model."""

    def __init__(self, model: Model) -> None:
        self._lanes = Lanes(len(STATUSES))
        self._worth: dict[str, int] = {}
        for lane, status in enumerate(STATUSES):
            for clue, weight in model.statuses.get(status, {}).items():
                self._worth[clue] = self._worth.get(clue, 0) + packed(weight, lane)

    def revise(self, clause: Clause, drafts: list[Draft]) -> None:
        """Sets the status of a sentence's drafts where the model is surer of another than of the rules'."""
        if not drafts or not self._worth:
            return
        sentence = self._sum(of_sentence(clause))
        for draft in drafts:
            scores = self._lanes.read(sentence + self._sum(of_draft(clause, draft)))
            best = max(range(len(STATUSES)), key=scores.__getitem__)
            if scores[best] - scores[STATUSES.index(draft.status)] > LEAD * UNITS:
                draft.status = STATUSES[best]

    def _sum(self, clues: Iterator[str]) -> int:
        worth = self._worth
        return sum(worth.get(clue, 0) for clue in clues)


def of_sentence(clause: Clause) -> Iterator[str]:
    """The stems of a sentence's words, each once; names are none."""
    return iter({item.text[:STEM] for item in clause.items if item.mention is None})


def of_draft(clause: Clause, draft: Draft) -> Iterator[str]:
    """What the rules made of a draft, and the words round its trigger."""
    kind = "added" if draft.rule.id.startswith("model.") else "noun" if draft.rule.noun else "verb"
    yield from (":", f":{kind}:{draft.status}", f":{draft.rule.type}:{draft.status}", f":{draft.rule.type}")
    at = bisect_left(clause.items, draft.start, key=START)
    for index in range(max(0, at - NEAR), min(len(clause.items), at + NEAR + 1)):
        item = clause.items[index]
        if item.mention is None:
            yield f"{'before' if index < at else 'behind' if index > at else 'at'}:{item.text[:STEM]}"


def clues(clause: Clause, draft: Draft) -> list[str]:
    """Every clue of a draft's status: what training learns from."""
    return [*of_sentence(clause), *of_draft(clause, draft)]
