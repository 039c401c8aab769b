"""A live story as it is compared: the terms of its telling members, and what sets it apart."""

from collections import OrderedDict
from collections.abc import Iterable

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
    _READ.keep(record, features.lead, features.body)
    return record


def unpack(terms: str) -> Features:
    """The terms a member's record holds."""
    lead, body = _split(terms)
    return Features(tuple(lead), tuple(body))


def _split(record: str) -> tuple[list[str], list[str]]:
    lead, _, body = record.partition("|")
    return lead.split(), body.split()


class Terms:
    """The terms of an article, by where they stand."""

    __slots__ = ("body", "lead")

    def __init__(self, lead: Iterable[str], body: Iterable[str]) -> None:
        self.lead, self.body = frozenset(lead), frozenset(body)

    def __contains__(self, term: str) -> bool:
        return term in self.lead or term in self.body


class _Read(OrderedDict[str, Terms]):
    """The terms of records, each read once while its story is of the day."""

    def of(self, record: str) -> Terms:
        """The terms of a member's record."""
        terms = self.get(record)
        if terms is None:
            return self.keep(record, *_split(record))
        self.move_to_end(record)
        return terms

    def keep(self, record: str, lead: Iterable[str], body: Iterable[str]) -> Terms:
        """The terms, as they were read from an article before anybody asks for them or from its record."""
        if len(self) >= READ:
            self.popitem(last=False)
        terms = self[record] = Terms(lead, body)
        return terms


_READ = _Read()
read = _READ.of


class Telling:
    """One member that stands for its story."""

    __slots__ = ("language", "mass", "record", "terms")

    def __init__(self, member: StoryMember) -> None:
        self.language, self.mass, self.record = member.language, member.mass, member.terms or ""
        self.terms = read(self.record)


class StoryView:
    """What later articles are compared with; a function of the story's record alone."""

    __slots__ = ("last_seen", "story_id", "telling")

    def __init__(self, story: Story) -> None:
        self.story_id, self.last_seen = story.story_id, story.last_seen
        self.telling = [Telling(member) for member in story.members if member.terms]

    def tells_of(self, terms: Iterable[str]) -> bool:
        """Whether a telling member has one of these terms."""
        return any(term in one.terms for term in terms for one in self.telling)

    def leads_with(self, terms: frozenset[str]) -> bool:
        """Whether a telling member has one of these terms in its lead."""
        return not all(terms.isdisjoint(one.terms.lead) for one in self.telling)


def weighed(story: Story, article_id: str, rarity: Rarity) -> Story:
    """The story with the weight of an article's terms noted, as they are worth now."""
    members = tuple(
        msgspec.structs.replace(one, mass=mass(unpack(one.terms), rarity))
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
            terms = _READ.get(member.terms)
            found.update(*((terms.lead, terms.body) if terms else _split(member.terms)))
    return found
