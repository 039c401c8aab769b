"""Where an article that copies none belongs: in a story, or at the beginning of one; and why. Decides, does nothing."""

from enum import StrEnum

import msgspec

from processors.storytelling.kinds import Kind
from processors.storytelling.likeness import Likeness

JOIN = -0.6
"""Log odds from which an article joins a story."""

FOLLOW = -3.0
"""Log odds from which a new story is noted as following an earlier one."""

MERGE = 0.0
"""Log odds an article must have with two stories at once before they are compared with each other."""

ALIKE = -2.0
"""Log odds two such stories must have with each other to become one."""


class Why(StrEnum):
    """What decided an article's place."""

    KNOWN = "known"
    REVISED = "revised"
    EXACT_COPY = "exact-copy"
    NEAR_COPY = "near-copy"
    SAME_HAPPENING = "same-happening"
    NEW_STORY = "new-story"
    ROUNDUP = "roundup"


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """The story to join (None: begin one), the reason, stories followed, and stories this article may tie together."""

    story_id: str | None
    why: Why
    follows: tuple[str, ...] = ()
    ties: tuple[str, ...] = ()
    best: Likeness | None = None


def place(kind: Kind, likenesses: list[Likeness]) -> Place:
    """The place of an article that copies none, by its likeness to the stories open to it."""
    ranked = sorted(likenesses, key=lambda one: (-one.odds, one.story_id))
    best = ranked[0] if ranked else None
    if kind is Kind.ROUNDUP:
        return Place(story_id=None, why=Why.ROUNDUP, best=best)
    if best is None or best.odds < FOLLOW:
        return Place(story_id=None, why=Why.NEW_STORY, best=best)
    if best.odds < JOIN:
        return Place(story_id=None, why=Why.NEW_STORY, follows=(best.story_id,), best=best)
    ties = tuple(one.story_id for one in ranked[1:2] if one.odds >= MERGE and best.odds >= MERGE)
    return Place(story_id=best.story_id, why=Why.SAME_HAPPENING, ties=ties, best=best)
