"""What a rule asks of an article, as a tree of small conditions; and the terms without which it cannot hold."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from newswatch.records.tracked import TrackedArticle
from processors.matching.automaton import Reading

Terms = frozenset[int]

Place = tuple[str, int, int]
"""Field, first word and last word of an occurrence."""


class Condition(Protocol):
    """A part of a rule.

    `anchors`: terms of which at least one is in every article it holds for; None: it needs none.
    """

    def met(self, reading: Reading, tracked: TrackedArticle) -> bool:
        """Whether it holds."""
        ...

    def anchors(self) -> Terms | None:
        """See the class."""
        ...

    def wanted(self) -> Iterable[int]:
        """Terms whose occurrences are evidence when it holds."""
        ...


@dataclass(frozen=True, slots=True)
class HasTerm:
    """The term occurs in one of `fields` (None: in any)."""

    term: int
    fields: frozenset[str] | None = None

    def met(self, reading: Reading, tracked: TrackedArticle) -> bool:
        """Whether it occurs."""
        return reading.present(self.term, self.fields)

    def anchors(self) -> Terms | None:
        """The term."""
        return frozenset({self.term})

    def wanted(self) -> Iterable[int]:
        """The term."""
        return (self.term,)


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds; with no parts, always."""

    parts: tuple[Condition, ...]

    def met(self, reading: Reading, tracked: TrackedArticle) -> bool:
        """Whether all hold."""
        return all(part.met(reading, tracked) for part in self.parts)

    def anchors(self) -> Terms | None:
        """Those of the part with the fewest: all parts must hold, so any one part's will do."""
        known = [anchors for anchors in (part.anchors() for part in self.parts) if anchors is not None]
        return min(known, key=len) if known else None

    def wanted(self) -> Iterable[int]:
        """Those of all parts."""
        return (term for part in self.parts for term in part.wanted())


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]

    def met(self, reading: Reading, tracked: TrackedArticle) -> bool:
        """Whether one holds."""
        return any(part.met(reading, tracked) for part in self.parts)

    def anchors(self) -> Terms | None:
        """Those of all parts; None when a part needs none."""
        gathered: set[int] = set()
        for part in self.parts:
            anchors = part.anchors()
            if anchors is None:
                return None
            gathered |= anchors
        return frozenset(gathered)

    def wanted(self) -> Iterable[int]:
        """Those of all parts."""
        return (term for part in self.parts for term in part.wanted())


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Condition

    def met(self, reading: Reading, tracked: TrackedArticle) -> bool:
        """Whether the part fails."""
        return not self.part.met(reading, tracked)

    def anchors(self) -> Terms | None:
        """None: absence needs no term."""
        return None

    def wanted(self) -> Iterable[int]:
        """None: what is absent is no evidence."""
        return ()


@dataclass(frozen=True, slots=True)
class Near:
    """One term of each group, any two of them at most `within` words apart (1: side by side), no word used twice."""

    groups: tuple[tuple[int, ...], ...]
    within: int
    ordered: bool = False
    fields: frozenset[str] | None = None

    def met(self, reading: Reading, tracked: TrackedArticle) -> bool:
        """Whether such a stretch of words exists."""
        if not all(any(term in reading.found for term in group) for group in self.groups):
            return False
        return self._reaches((), [self._places(reading, group) for group in self.groups])

    def _places(self, reading: Reading, group: tuple[int, ...]) -> list[Place]:
        hits = {hit for term in group for hit in reading.hits(term)}
        return sorted(
            (h.field, h.word, h.word + h.words - 1) for h in hits if not self.fields or h.field in self.fields
        )

    def _reaches(self, taken: tuple[Place, ...], rest: list[list[Place]]) -> bool:
        """Whether the places taken so far can be extended by one place of each of the rest."""
        if not rest:
            return True
        return any(self._fits(taken, place) and self._reaches((*taken, place), rest[1:]) for place in rest[0])

    def _fits(self, taken: tuple[Place, ...], place: Place) -> bool:
        for field, first, last in taken:
            apart = place[1] - last if place[1] > last else first - place[2]
            if field != place[0] or not 1 <= apart <= self.within:
                return False
        return not (self.ordered and taken and place[1] < taken[-1][1])

    def anchors(self) -> Terms | None:
        """Those of the smallest group."""
        return min((frozenset(group) for group in self.groups), key=len)

    def wanted(self) -> Iterable[int]:
        """All terms of all groups."""
        return (term for group in self.groups for term in group)


@dataclass(frozen=True, slots=True)
class ByLanguage:
    """The part for the article's language; for a language without one, `otherwise`."""

    parts: tuple[tuple[str, Condition], ...]
    otherwise: Condition

    def _part(self, tracked: TrackedArticle) -> Condition:
        return dict(self.parts).get(tracked.article.language, self.otherwise)

    def met(self, reading: Reading, tracked: TrackedArticle) -> bool:
        """Whether the language's part holds."""
        return self._part(tracked).met(reading, tracked)

    def anchors(self) -> Terms | None:
        """Those of all parts."""
        return AnyOf((*(part for _, part in self.parts), self.otherwise)).anchors()

    def wanted(self) -> Iterable[int]:
        """Those of all parts."""
        return AnyOf((*(part for _, part in self.parts), self.otherwise)).wanted()
