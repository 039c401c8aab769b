"""Type new_term: a value of a field (or a pair of values) that this rule has never seen."""

import itertools

from processors.alerts.kinds.base import Judgement, Memory, Sighting, Verdict, length, mark
from processors.alerts.matching.values import field_values

MOST_TERMS = 4000
"""Terms a rule remembers; the ones longest unseen leave first, and are new again when they come back."""

MOST_SHOWN = 5
"""New terms named in one alert."""

SEPARATOR = " + "
"""Between the values of a pair."""


def judge(sighting: Sighting, memory: Memory) -> Judgement:
    """Fires, once an article, when some of its terms are not known and the time to learn is over.

    A term counts as seen at its newest article; that is written anew only when it has moved by half of `learn`.
    """
    found = _terms(sighting)
    if not found:
        return Judgement(Verdict.NO_VALUE)
    known: dict[str, int] = memory.get("terms", {})
    learn = length(sighting.spec.learn)
    began = memory.get("began", sighting.at)
    fresh = [said for said in found if mark(said) not in known]
    stale = [said for said in found if sighting.at - known.get(mark(said), sighting.at) > learn / 2]
    if not fresh and not stale:
        return Judgement(Verdict.KNOWN_TERM)
    moved = {mark(said): max(sighting.at, known.get(mark(said), 0)) for said in (*fresh, *stale)}
    after = memory | {"terms": _bounded(known | moved), "began": began}
    if not fresh:
        return Judgement(Verdict.KNOWN_TERM, memory=after)
    if sighting.at - began < learn:
        return Judgement(Verdict.LEARNING, memory=after)
    why = "never seen before: " + "; ".join(fresh[:MOST_SHOWN])
    return Judgement(Verdict.NEW_TERM, fires=True, memory=after, why=why)


def _terms(sighting: Sighting) -> list[str]:
    """ "actor: gaesa", or for a pair "source + actor: Reuters + gaesa"."""
    terms = []
    for group in sighting.spec.fields:
        values = (field_values(name, sighting.tracked) for name in group)
        terms += [f"{SEPARATOR.join(group)}: {SEPARATOR.join(chosen)}" for chosen in itertools.product(*values)]
    return terms


def _bounded(terms: dict[str, int]) -> dict[str, int]:
    if len(terms) <= MOST_TERMS:
        return terms
    return dict(sorted(terms.items(), key=lambda item: item[1])[-MOST_TERMS:])
