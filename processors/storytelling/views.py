"""A live story as it is compared: the terms of its telling members, and what sets it apart."""

from collections import OrderedDict
from sys import intern

import msgspec

from newswatch.records.story import Story, StoryMember
from processors.storytelling.features import Features
from processors.storytelling.weights import Rarity, mass

ORDINALS = frozenset({"c:second", "c:third", "c:fourth", "c:fifth", "c:sixth", "c:seventh", "c:eighth"})
"""Terms that tell one of a series from the next."""


READ = 2500
"""Records kept read."""


def pack(features: Features) -> str:
    """Terms as they stand in a member's record; those of a new article are soon asked for."""
    record = " ".join(features.lead) + "|" + " ".join(features.body)
    _READ.keep(record, features)
    return record


def unpack(terms: str) -> Features:
    """The terms a member's record holds."""
    lead, _, body = terms.partition("|")
    return Features(tuple(map(intern, lead.split())), tuple(map(intern, body.split())))


class Terms:
    """The terms of an article, by where they stand and by what they tell."""

    __slots__ = ("body", "days", "features", "lead", "numbers", "ordinals")

    def __init__(self, features: Features) -> None:
        self.features = features
        self.lead, self.body = lead, _ = frozenset(features.lead), frozenset(features.body)
        self.ordinals = lead & ORDINALS
        self.days = frozenset(term for term in features.lead if term[0] == "d")
        self.numbers = frozenset([term for term in (*features.lead, *features.body) if term[0] == "#"])


class _Read(OrderedDict[str, Terms]):
    """The terms of records, each read once while its story is of the day."""

    def of(self, record: str) -> Terms:
        """The terms of a member's record."""
        terms = self.get(record)
        if terms is None:
            return self.keep(record, unpack(record))
        self.move_to_end(record)
        return terms

    def keep(self, record: str, features: Features) -> Terms:
        """The terms as they were read from an article, before anybody asks for them."""
        if len(self) >= READ:
            self.popitem(last=False)
        terms = self[record] = Terms(features)
        return terms


_READ = _Read()
read = _READ.of


class Telling:
    """One member that stands for its story."""

    __slots__ = ("features", "language", "mass", "terms")

    def __init__(self, member: StoryMember) -> None:
        self.language, self.mass = member.language, member.mass
        self.terms = read(member.terms or "")
        self.features = self.terms.features


class StoryView:
    """What later articles are compared with; a function of the story's record alone."""

    __slots__ = ("days", "last_seen", "numbers", "ordinals", "story_id", "telling")

    def __init__(self, story: Story) -> None:
        self.story_id, self.last_seen = story.story_id, story.last_seen
        self.telling = [Telling(member) for member in story.members if member.terms]
        terms = [one.terms for one in self.telling]
        self.ordinals = frozenset[str]().union(*(one.ordinals for one in terms))
        self.days = frozenset[str]().union(*(one.days for one in terms))
        self.numbers = frozenset[str]().union(*(one.numbers for one in terms))


def weighed(story: Story, article_id: str, rarity: Rarity) -> Story:
    """The story with the weight of an article's terms noted, as they are worth now."""
    members = tuple(
        msgspec.structs.replace(one, mass=mass(read(one.terms).features, rarity))
        if one.article_id == article_id and one.terms
        else one
        for one in story.members
    )
    return msgspec.structs.replace(story, members=members)


def story_terms(story: Story) -> set[str]:
    """Every term of a story's telling members."""
    found: set[str] = set()
    for member in story.members:
        if member.terms:
            terms = read(member.terms)
            found |= terms.lead
            found |= terms.body
    return found
