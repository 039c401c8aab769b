"""What a rule asks of an article, as a tree of small conditions; and the terms without which it cannot hold."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from newswatch.records.article import Evidence
from newswatch.records.tracked import TrackedArticle
from processors.alerts.matching.automaton import Reading

Terms = frozenset[int]

Place = tuple[str, int, int]
"""Field, first word and last word of an occurrence."""

Proof = tuple[str, Evidence]
"""What was looked for, as the rule has it, and the words that are it."""


class Condition(Protocol):
    """A part of a rule."""

    def met(self, reading: Reading, tracked: TrackedArticle) -> bool:
        """Whether it holds."""
        ...

    def anchors(self) -> Terms | None:
        """Terms of which at least one is in every article it holds for; None: it needs none."""
        ...

    def proof(self, reading: Reading, tracked: TrackedArticle) -> Iterable[Proof]:
        """The words that prove it, when it holds."""
        ...

    def missed(self, reading: Reading, tracked: TrackedArticle) -> Iterable[str]:
        """What it looked for and did not find, in words."""
        ...


@dataclass(frozen=True, slots=True)
class HasTerm:
    """The term occurs in one of `fields` (None: in any)."""

    term: int
    written: str
    fields: frozenset[str] | None = None

    def met(self, reading: Reading, tracked: TrackedArticle) -> bool:
        """Whether it occurs."""
        return reading.present(self.term, self.fields)

    def anchors(self) -> Terms | None:
        """The term."""
        return frozenset({self.term})

    def proof(self, reading: Reading, tracked: TrackedArticle) -> Iterable[Proof]:
        """Every occurrence."""
        for hit in reading.hits(self.term):
            if self.fields is None or hit.field in self.fields:
                yield self.written, reading.evidence(hit)

    def missed(self, reading: Reading, tracked: TrackedArticle) -> Iterable[str]:
        """The term, when it is not there."""
        return () if self.met(reading, tracked) else (f"“{self.written}”",)


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

    def proof(self, reading: Reading, tracked: TrackedArticle) -> Iterable[Proof]:
        """Those of all parts."""
        return (found for part in self.parts for found in part.proof(reading, tracked))

    def missed(self, reading: Reading, tracked: TrackedArticle) -> Iterable[str]:
        """Those of all parts."""
        return (said for part in self.parts for said in part.missed(reading, tracked))


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

    def proof(self, reading: Reading, tracked: TrackedArticle) -> Iterable[Proof]:
        """Those of the parts that hold."""
        holding = (part for part in self.parts if part.met(reading, tracked))
        return (found for part in holding for found in part.proof(reading, tracked))

    def missed(self, reading: Reading, tracked: TrackedArticle) -> Iterable[str]:
        """Those of all parts."""
        return (said for part in self.parts for said in part.missed(reading, tracked))


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

    def proof(self, reading: Reading, tracked: TrackedArticle) -> Iterable[Proof]:
        """None: what is absent is no evidence."""
        return ()

    def missed(self, reading: Reading, tracked: TrackedArticle) -> Iterable[str]:
        """What would have held the rule back and is not there."""
        return (f"excluded {said}" for said in self.part.missed(reading, tracked))


@dataclass(frozen=True, slots=True)
class Near:
    """One term of each group, any two of them at most `within` words apart (1: side by side), no word used twice."""

    groups: tuple[tuple[int, ...], ...]
    within: int
    ordered: bool = False
    fields: frozenset[str] | None = None

    def met(self, reading: Reading, tracked: TrackedArticle) -> bool:
        """Whether such a stretch of words exists."""
        return next(self._stretches(reading), None) is not None

    def _stretches(self, reading: Reading) -> Iterator[tuple[Place, ...]]:
        if all(any(term in reading.found for term in group) for group in self.groups):
            yield from self._extended((), [self._places(reading, group) for group in self.groups])

    def _places(self, reading: Reading, group: tuple[int, ...]) -> list[Place]:
        hits = {hit for term in group for hit in reading.hits(term)}
        return sorted(
            (h.field, h.word, h.word + h.words - 1) for h in hits if not self.fields or h.field in self.fields
        )

    def _extended(self, taken: tuple[Place, ...], rest: list[list[Place]]) -> Iterator[tuple[Place, ...]]:
        if not rest:
            yield taken
            return
        for place in rest[0]:
            if self._fits(taken, place):
                yield from self._extended((*taken, place), rest[1:])

    def _fits(self, taken: tuple[Place, ...], place: Place) -> bool:
        for field, first, last in taken:
            apart = place[1] - last if place[1] > last else first - place[2]
            if field != place[0] or not 1 <= apart <= self.within:
                return False
        return not (self.ordered and taken and place[1] < taken[-1][1])

    def anchors(self) -> Terms | None:
        """Those of the smallest group."""
        return min((frozenset(group) for group in self.groups), key=len)

    def proof(self, reading: Reading, tracked: TrackedArticle) -> Iterable[Proof]:
        """The words of the first such stretch."""
        for group, place in zip(self.groups, next(self._stretches(reading), ()), strict=False):
            for term in group:
                for hit in reading.hits(term):
                    if (hit.field, hit.word, hit.word + hit.words - 1) == place:
                        yield reading.written(term), reading.evidence(hit)

    def missed(self, reading: Reading, tracked: TrackedArticle) -> Iterable[str]:
        """The stretch, when there is none."""
        if self.met(reading, tracked):
            return ()
        named = " … ".join(f"“{reading.written(group[0])}”" for group in self.groups)
        return (f"{named} within {self.within} words",)


@dataclass(frozen=True, slots=True)
class ByLanguage:
    """The part for the article's language; for a language without one, `otherwise`."""

    parts: tuple[tuple[str, Condition], ...]
    otherwise: Condition

    def _part(self, tracked: TrackedArticle) -> Condition:
        return next((part for language, part in self.parts if language == tracked.article.language), self.otherwise)

    def met(self, reading: Reading, tracked: TrackedArticle) -> bool:
        """Whether the language's part holds."""
        return self._part(tracked).met(reading, tracked)

    def anchors(self) -> Terms | None:
        """Those of all parts."""
        return AnyOf((*(part for _, part in self.parts), self.otherwise)).anchors()

    def proof(self, reading: Reading, tracked: TrackedArticle) -> Iterable[Proof]:
        """Those of the language's part."""
        return self._part(tracked).proof(reading, tracked)

    def missed(self, reading: Reading, tracked: TrackedArticle) -> Iterable[str]:
        """Those of the language's part."""
        return self._part(tracked).missed(reading, tracked)
