"""How likely an article tells of a story's happening: one number from a few comparisons, with the reasons."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from processors.storytelling.features import Features
from processors.storytelling.kinds import Kind
from processors.storytelling.views import ORDINALS, StoryView
from processors.storytelling.weights import OTHER_LANGUAGE, Rarity, Weighted, lengths

NEAREST, NEAR, CENTRE = 5.0, 6.5, 4.2
SHARED_NUMBER, SHARED_DAY, OTHER_ORDINAL = 2.4, 0.8, -2.4
PER_WEEK = -2.9
BACKGROUND = -1.5
BIAS = -6.5
"""Weights of the comparisons, in units of log odds: a logistic regression on pairs of article and story of the
development half (an article against each story open when it came), rounded."""


class Likeness(msgspec.Struct, frozen=True, kw_only=True):
    """The comparisons (cosines 0 to 1) and their sum in log odds."""

    story_id: str
    odds: float
    nearest: float
    near: float
    centre: float
    shared_number: bool
    shared_day: bool
    other_ordinal: bool


class Asked:
    """An article ready to be compared."""

    __slots__ = ("days", "features", "kind", "language", "numbers", "ordinals", "seen", "weighted")

    def __init__(self, features: Features, language: str, seen: datetime, kind: Kind, rarity: Rarity) -> None:
        self.features, self.language, self.seen, self.kind = features, language, seen, kind
        self.weighted = Weighted(features.lead, features.body, rarity)
        self.ordinals = {term for term in features.lead if term in ORDINALS}
        self.days = {term for term in features.lead if term[0] == "d"}
        self.numbers = {term for term in features.lead if term[0] == "#"}


def likeness(asked: Asked, view: StoryView) -> Likeness:
    """Compares an article with a story."""
    nearest, near, centre = _cosines(asked, view)
    number, day = not asked.numbers.isdisjoint(view.numbers), not asked.days.isdisjoint(view.days)
    ordinal = bool(asked.ordinals and view.ordinals and asked.ordinals.isdisjoint(view.ordinals))
    weeks = min(1.0, abs((asked.seen - view.last_seen).total_seconds()) / (7 * 86400))
    odds = (
        BIAS
        + NEAREST * nearest
        + NEAR * near
        + CENTRE * centre
        + SHARED_NUMBER * number
        + SHARED_DAY * day
        + OTHER_ORDINAL * ordinal
        + PER_WEEK * weeks
        + (BACKGROUND if asked.kind is Kind.BACKGROUND else 0.0)
    )
    return Likeness(
        story_id=view.story_id,
        odds=odds,
        nearest=nearest,
        near=near,
        centre=centre,
        shared_number=number,
        shared_day=day,
        other_ordinal=ordinal,
    )


def _cosines(asked: Asked, view: StoryView) -> tuple[float, float, float]:
    """With the nearest member, with the three nearest on average, with the mean of all."""
    weighted = asked.weighted
    cosines, total = [], 0.0
    for one in view.telling:
        within = one.language == asked.language
        dot = _dot(asked, one.strengths, within)
        total += dot
        length = _length(one.mass, within) * (weighted.length_within if within else weighted.length_across)
        cosines.append(dot / length if length else 0.0)
    if not cosines:
        return 0.0, 0.0, 0.0
    cosines.sort(reverse=True)
    within = view.languages == {asked.language}
    length = _length(view.mass, within) * (weighted.length_within if within else weighted.length_across)
    centre = total / len(cosines) / length if length else 0.0
    return cosines[0], sum(cosines[:3]) / len(cosines[:3]), min(1.0, centre)


def _length(mass: tuple[float, float], within: bool) -> float:
    return lengths(*mass)[0 if within else 1]


def _dot(asked: Asked, strengths: Mapping[str, float], within: bool) -> float:
    weights, base = asked.weighted.weights, asked.weighted.base
    dot = 0.0
    for term in sorted(weights.keys() & strengths.keys()):
        product = weights[term] * strengths[term] * base[term]
        dot += product if within or term[0] != "w" else product * OTHER_LANGUAGE * OTHER_LANGUAGE
    return dot
