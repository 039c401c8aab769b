"""How likely an article tells of a story's happening: one number from a few comparisons, with the reasons."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from processors.storytelling.features import Features
from processors.storytelling.kinds import Kind
from processors.storytelling.views import ORDINALS, StoryView
from processors.storytelling.weights import OTHER_LANGUAGE, Rarity, Weighted, lengths, squares

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


def likeness(asked: Asked, view: StoryView, rarity: Rarity) -> Likeness:
    """Compares an article with a story."""
    base = {term: rarity.weight(term) for term in view.mean}
    cosines = sorted(
        (_cosine(asked, one.strengths, base, one.language == asked.language) for one in view.telling), reverse=True
    )
    nearest = cosines[0] if cosines else 0.0
    near = sum(cosines[:3]) / min(3, len(cosines)) if cosines else 0.0
    centre = _cosine(asked, view.mean, base, view.languages == {asked.language})
    number, day = bool(asked.numbers & view.numbers), bool(asked.days & view.days)
    ordinal = bool(asked.ordinals and view.ordinals and not asked.ordinals & view.ordinals)
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


def _cosine(asked: Asked, strengths: Mapping[str, float], base: Mapping[str, float], within: bool) -> float:
    weighted = asked.weighted
    free, words = squares({term: strength * base[term] for term, strength in strengths.items()})
    length = lengths(free, words)[0 if within else 1] * (weighted.length_within if within else weighted.length_across)
    if not length:
        return 0.0
    dot = 0.0
    for term, weight in weighted.weights.items():
        strength = strengths.get(term)
        if strength is not None:
            product = weight * strength * base[term]
            dot += product if within or term[0] != "w" else product * OTHER_LANGUAGE * OTHER_LANGUAGE
    return dot / length
