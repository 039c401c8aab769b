"""Scores of tagged cases against gold: counts per case, so that they can be summed and resampled."""

import random
from collections import Counter
from collections.abc import Callable, Iterable
from typing import TypeVar

import msgspec

from tests.eval.cases import Case, GoldEvent

MEASURES = ("relevance", "countries", "types", "triples", "status", "dates", "quantities")
RESAMPLES = 400
T = TypeVar("T")


class Found(msgspec.Struct, frozen=True):
    """An event as tagged, in the terms of the gold."""

    type: str
    source: str
    target: str
    status: str
    date: str | None = None
    values: tuple[float, ...] = ()


class Answer(msgspec.Struct, frozen=True):
    """What a tagger says of a case."""

    relevant: bool
    countries: tuple[str, ...]
    events: tuple[Found, ...]


Counts = dict[str, tuple[int, int, int]]  # measure → right, found, wanted


def pair(gold: tuple[GoldEvent, ...], found: tuple[Found, ...]) -> list[tuple[GoldEvent, Found]]:
    """Matches events of the same type, best agreement of parties, status and date first; each used once."""
    scored = sorted(
        (
            (
                -(
                    4 * (g.source == f.source)
                    + 4 * (g.target == f.target)
                    + 2 * (g.status == f.status)
                    + _same_day(g, f)
                ),
                i,
                j,
            )
            for i, g in enumerate(gold)
            for j, f in enumerate(found)
            if g.type == f.type
        )
    )
    used_gold: set[int] = set()
    used_found: set[int] = set()
    pairs = []
    for _, i, j in scored:
        if i not in used_gold and j not in used_found:
            used_gold.add(i)
            used_found.add(j)
            pairs.append((gold[i], found[j]))
    return pairs


def _same_day(gold: GoldEvent, found: Found) -> bool:
    return bool(gold.date and found.date and found.date.startswith(gold.date))


def count(case: Case, answer: Answer) -> Counts:
    """Right, found and wanted items of each measure for one case."""
    pairs = pair(case.events, answer.events)
    gold_values = Counter(float(q["value"]) for event in case.events for q in event.quantities)
    found_values = Counter(value for event in answer.events for value in event.values)
    dated = [(g, f) for g, f in pairs if g.date]
    return {
        "relevance": (int(case.relevant and answer.relevant), int(answer.relevant), int(case.relevant)),
        "countries": _overlap(Counter(case.countries), Counter(answer.countries)),
        "types": _overlap(Counter(e.type for e in case.events), Counter(e.type for e in answer.events)),
        "triples": _overlap(
            Counter((e.source, e.type, e.target) for e in case.events),
            Counter((e.source, e.type, e.target) for e in answer.events),
        ),
        "status": (sum(g.status == f.status for g, f in pairs), len(pairs), len(pairs)),
        "dates": (sum(_same_day(g, f) for g, f in dated), sum(1 for _, f in dated if f.date), len(dated)),
        "quantities": _overlap(gold_values, found_values),
    }


def _overlap(gold: Counter[T], found: Counter[T]) -> tuple[int, int, int]:
    return (gold & found).total(), found.total(), gold.total()


def f1(right: int, found: int, wanted: int) -> tuple[float, float, float]:
    """Precision, recall and F1; 1.0 where nothing was to be found and nothing was."""
    if not found and not wanted:
        return 1.0, 1.0, 1.0
    precision = right / found if found else 0.0
    recall = right / wanted if wanted else 0.0
    return precision, recall, 2 * right / (found + wanted) if found + wanted else 0.0


def total(counts: Iterable[Counts], measure: str) -> tuple[int, int, int]:
    """The sums of one measure."""
    right = found = wanted = 0
    for one in counts:
        r, f, w = one[measure]
        right, found, wanted = right + r, found + f, wanted + w
    return right, found, wanted


def interval(counts: list[Counts], measure: str) -> tuple[float, float]:
    """95 % bootstrap interval of F1 over cases (fixed seed)."""
    chance = random.Random(5)
    scores = sorted(f1(*total(chance.choices(counts, k=len(counts)), measure))[2] for _ in range(RESAMPLES))
    return scores[int(RESAMPLES * 0.025)], scores[int(RESAMPLES * 0.975)]


def macro_types(cases: list[Case], answers: list[Answer]) -> float:
    """Mean F1 over the types that occur in the gold."""
    scores = []
    for kind in sorted({event.type for case in cases for event in case.events}):
        right = found = wanted = 0
        for case, answer in zip(cases, answers, strict=True):
            g, f = sum(e.type == kind for e in case.events), sum(e.type == kind for e in answer.events)
            right, found, wanted = right + min(g, f), found + f, wanted + g
        scores.append(f1(right, found, wanted)[2])
    return sum(scores) / len(scores) if scores else 0.0


def confusion(cases: list[Case], answers: list[Answer]) -> Counter[tuple[str, str]]:
    """(gold type, found type) of events; what is left over is paired with "-"."""
    table: Counter[tuple[str, str]] = Counter()
    for case, answer in zip(cases, answers, strict=True):
        pairs = pair(case.events, answer.events)
        gold = list(case.events)
        found = list(answer.events)
        for g, f in pairs:
            table[g.type, f.type] += 1
            gold.remove(g)
            found.remove(f)
        gold.sort(key=lambda e: (e.source, e.target))
        for g in gold:
            match = next((f for f in found if (f.source, f.target) == (g.source, g.target)), None)
            table[g.type, match.type if match else "-"] += 1
            if match:
                found.remove(match)
        for f in found:
            table["-", f.type] += 1
    return table


Tagger = Callable[[Case], Answer]
