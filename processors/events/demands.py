"""Demands told by a modal verb: "Venezuela must free its prisoners, Rubio said" is a request by the speaker."""

from processors.events.clause import Clause
from processors.events.grammar import Rule
from processors.events.predicates import COMPLEMENT, MAIN, Predicate
from processors.events.salience import Party

DUTY = frozenset({"must", "should", "debe", "deben", "debería", "deberían", "deve", "devem", "deveria", "deveriam"})
NONE: frozenset[str] = frozenset()
DEMAND = Rule(
    id="demand", type="REQUEST", mode="change", frame="must", noun=False, objects=NONE, subjects=NONE, excluded=NONE,
    preps=(), contexts=(), pattern="", need="", status=None, also=None, weak=False,
)  # fmt: skip


def demanded(clause: Clause, predicate: Predicate) -> tuple[Party, Party] | None:
    """Who demands it of whom, where a verb tells what another state must do according to a speaker; else None."""
    if predicate.start == predicate.end or predicate.link not in {MAIN, COMPLEMENT} or predicate.passive:
        return None
    if not any(item.text in DUTY for item in clause.items[predicate.start : predicate.main]):
        return None
    asked = clause.subject(predicate)
    if asked is None or not asked.country or not asked.explicit:
        return None
    speaker = _speaker(clause, predicate)
    if speaker is None or speaker.country == asked.country or not (speaker.country or speaker.id):
        return None
    return speaker, asked


def _speaker(clause: Clause, predicate: Predicate) -> Party | None:
    """The subject of the verb of saying nearest to a verb."""
    saying = [one for one in clause.predicates if one.word.speech and one is not predicate]
    if not saying:
        return None
    return clause.subject(min(saying, key=lambda one: abs(one.main - predicate.main)))
