"""How likely an article tells of a story's happening: one number from a few comparisons, with the reasons."""

from datetime import datetime
from math import fsum

import msgspec

from processors.storytelling.features import Features
from processors.storytelling.kinds import Kind
from processors.storytelling.views import ORDINALS, StoryView, Terms
from processors.storytelling.weights import BODY, Rarity, Weighted, lengths

NEAREST, NEAR, SUBJECT = 3.6, 5.0, 6.0
SHARED_NUMBER, SHARED_DAY, OTHER_ORDINAL = 2.4, 1.3, -1.75
PER_WEEK = -1.8
BACKGROUND = -1.5
BIAS = -6.55
"""Weights of the comparisons, in units of log odds: a logistic regression on pairs of article and story of the
development half (an article against each story open when it came), rounded."""


TELLING_LEAD = 20.0
"""Squared weight of the acts and things in a lead that says what happened (19 in 20 of the development half hold more):
a lead that names but two countries must not pass for one that shares its whole subject."""


class Likeness(msgspec.Struct, frozen=True, kw_only=True):
    """The comparisons and their sum in log odds.

    `nearest` and `near` are cosines, with the nearest member and with the three nearest; `subject` is the share, by
    weight, of the acts and things of the article's lead (glossary concepts) that three members speak of.
    """

    story_id: str
    odds: float
    nearest: float
    near: float
    subject: float
    shared_number: bool
    shared_day: bool
    other_ordinal: bool


class Asked:
    """An article ready to be compared."""

    __slots__ = ("days", "features", "kind", "language", "numbers", "ordinals", "seen", "subject", "weighted")

    def __init__(self, features: Features, language: str, seen: datetime, kind: Kind, rarity: Rarity) -> None:
        self.features, self.language, self.seen, self.kind = features, language, seen, kind
        self.weighted = Weighted(features, rarity)
        self.subject = _shares({t: self.weighted.within[t] for t in features.lead if t[0] == "c"})
        self.ordinals = ORDINALS.intersection(features.lead)
        self.days = frozenset(term for term in features.lead if term[0] == "d")
        self.numbers = {term for term in features.lead if term[0] == "#"}


def likeness(asked: Asked, view: StoryView) -> Likeness:
    """Compares an article with a story."""
    nearest, near = _cosines(asked, view)
    subject = _subject(asked, view)
    number, day = view.tells_of(asked.numbers), view.leads_with(asked.days)
    ordinal = bool(asked.ordinals) and view.leads_with(ORDINALS) and not view.leads_with(asked.ordinals)
    weeks = min(1.0, abs((asked.seen - view.last_seen).total_seconds()) / (7 * 86400))
    odds = (
        BIAS
        + NEAREST * nearest
        + NEAR * near
        + SUBJECT * subject
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
        subject=subject,
        shared_number=number,
        shared_day=day,
        other_ordinal=ordinal,
    )


def _shares(weights: dict[str, float]) -> dict[str, float]:
    total = max(TELLING_LEAD, sum(weights.values()))
    return {term: weight / total for term, weight in weights.items()}


def _cosines(asked: Asked, view: StoryView) -> tuple[float, float]:
    """With the nearest member, and with the three nearest on average."""
    weighted = asked.weighted
    cosines = []
    for one in view.telling:
        within = one.language == asked.language
        length = _length(one.mass, within) * (weighted.length_within if within else weighted.length_across)
        cosines.append(_dot(weighted, one.terms, within) / length if length else 0.0)
    if not cosines:
        return 0.0, 0.0
    cosines.sort(reverse=True)
    return cosines[0], sum(cosines[:3]) / len(cosines[:3])


def _subject(asked: Asked, view: StoryView) -> float:
    """On average of the three members that share most: a big story holds every word and yet tells of one thing."""
    shares = sorted(
        (sum(weight for term, weight in asked.subject.items() if term in one.terms) for one in view.telling),
        reverse=True,
    )[:3]
    return sum(shares) / len(shares) if shares else 0.0


def _length(mass: tuple[float, float], within: bool) -> float:
    return lengths(*mass)[0 if within else 1]


def _dot(weighted: Weighted, terms: Terms, within: bool) -> float:
    """Exactly rounded sums, so that the order of the terms, which differs by process, does not show."""
    product = (weighted.within if within else weighted.across).__getitem__
    return fsum(map(product, terms.lead & weighted.terms)) + BODY * fsum(map(product, terms.body & weighted.terms))
