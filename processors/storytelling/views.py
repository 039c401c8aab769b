"""A live story as it is compared: the terms of its telling members, their mean, and what sets it apart."""

from collections.abc import Mapping

from newswatch.records.story import Story, StoryMember
from processors.storytelling.features import Features
from processors.storytelling.weights import BODY

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

    __slots__ = ("article_id", "features", "language", "strengths")

    def __init__(self, member: StoryMember) -> None:
        self.article_id = member.article_id
        self.language = member.language
        self.features = unpack(member.terms or "")
        self.strengths = strengths(self.features)


class StoryView:
    """What later articles are compared with; a function of the story's record alone."""

    __slots__ = ("days", "languages", "last_seen", "mean", "numbers", "ordinals", "story_id", "telling")

    def __init__(self, story: Story) -> None:
        self.story_id = story.story_id
        self.last_seen = story.last_seen
        self.telling = [Telling(member) for member in story.members if member.terms]
        self.languages = {one.language for one in self.telling}
        self.mean = _mean([one.strengths for one in self.telling])
        leads = [term for one in self.telling for term in one.features.lead]
        self.ordinals = {term for term in leads if term in ORDINALS}
        self.days = {term for term in leads if term[0] == "d"}
        self.numbers = {term for term in self.mean if term[0] == "#"}


def story_terms(story: Story) -> set[str]:
    """Every term of a story's telling members."""
    return {term for member in story.members if member.terms for term in member.terms.replace("|", " ").split()}


def _mean(members: list[dict[str, float]]) -> Mapping[str, float]:
    total: dict[str, float] = {}
    for strengths_of_one in members:
        for term, strength in strengths_of_one.items():
            total[term] = total.get(term, 0.0) + strength
    return {term: value / len(members) for term, value in total.items()}
