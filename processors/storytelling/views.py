"""A live story as it is compared: the terms of its telling members, and what sets it apart."""

from collections.abc import Mapping
from functools import lru_cache

import msgspec

from newswatch.records.story import Story, StoryMember
from processors.storytelling.features import Features
from processors.storytelling.weights import BODY, Rarity, squares

ORDINALS = frozenset({"c:second", "c:third", "c:fourth", "c:fifth", "c:sixth", "c:seventh", "c:eighth"})
"""Terms that tell one of a series from the next."""


def pack(features: Features) -> str:
    """Terms as they stand in a member's record."""
    return " ".join(features.lead) + "|" + " ".join(features.body)


def unpack(terms: str) -> Features:
    """The terms a member's record holds."""
    lead, _, body = terms.partition("|")
    return Features(tuple(lead.split()), tuple(body.split()))


def strengths(features: Features) -> dict[str, float]:
    """Each term's strength: 1 in title and lead, BODY elsewhere."""
    found = dict.fromkeys(features.body, BODY)
    found.update(dict.fromkeys(features.lead, 1.0))
    return found


class Telling:
    """One member that stands for its story."""

    __slots__ = ("features", "language", "mass", "strengths")

    def __init__(self, member: StoryMember) -> None:
        self.language, self.mass = member.language, member.mass
        self.features, self.strengths = _read(member.terms or "")


@lru_cache(maxsize=1500)
def _read(terms: str) -> tuple[Features, dict[str, float]]:
    features = unpack(terms)
    return features, strengths(features)


class StoryView:
    """What later articles are compared with; a function of the story's record alone."""

    __slots__ = ("days", "last_seen", "numbers", "ordinals", "story_id", "telling")

    def __init__(self, story: Story) -> None:
        self.story_id, self.last_seen = story.story_id, story.last_seen
        self.telling = [Telling(member) for member in story.members if member.terms]
        leads = [term for one in self.telling for term in one.features.lead]
        self.ordinals = {term for term in leads if term in ORDINALS}
        self.days = {term for term in leads if term[0] == "d"}
        self.numbers = {term for one in self.telling for term in one.strengths if term[0] == "#"}


def weighed(story: Story, article_id: str, rarity: Rarity) -> Story:
    """The story with the weight of an article's terms noted, as they are worth now."""
    members = tuple(
        msgspec.structs.replace(one, mass=_mass(_read(one.terms)[1], rarity))
        if one.article_id == article_id and one.terms
        else one
        for one in story.members
    )
    return msgspec.structs.replace(story, members=members)


def _mass(strengths_of_terms: Mapping[str, float], rarity: Rarity) -> tuple[float, float]:
    weights = rarity.weights(strengths_of_terms, more=1)
    free, words = squares({term: strength * weights[term] for term, strength in strengths_of_terms.items()})
    return round(free, 3), round(words, 3)


def story_terms(story: Story) -> set[str]:
    """Every term of a story's telling members."""
    return {term for member in story.members if member.terms for term in member.terms.replace("|", " ").split()}
