"""Finds what an article may belong to: stories by rare terms, originals by sketch; exact counts, no order kept."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate
from math import inf

import numpy as np
import numpy.typing as npt

from processors.storytelling.sketch import BANDS
from processors.storytelling.weights import Rarity, Weighted

VISITS = 2000
"""Postings looked at for one article, the rarest terms first: what keeps the cost flat as the window fills."""

CANDIDATES = 6
"""Stories compared in full, at most."""

WORTH = 0.25
"""Share of the best open story's common weight below which a story is not compared."""

FAR_BELOW = 0.1
"""Share of the best story's common weight, open or not, below which a story is not even ranked."""

CROWDED = 60
"""Articles sharing one sketch hash above which the hash says nothing (a standing line)."""


class TermIndex:
    """Live stories by term. Each has a number, used again when it leaves: shared weights are summed in one array."""

    def __init__(self) -> None:
        self.rarity = Rarity()
        self._ids: list[str] = []
        self._numbers: dict[str, int] = {}
        self._free: list[int] = []

    def put(self, story_id: str, before: set[str], after: set[str]) -> None:
        """A story came or its terms changed, from `before` to `after`."""
        number = self._numbers.get(story_id)
        if number is None:
            number = self._numbered(story_id)
        self.rarity.add(number, after - before)
        self.rarity.drop(number, before - after)

    def _numbered(self, story_id: str) -> int:
        if not self._free:
            self._free.append(len(self._ids))
            self._ids.append("")
        number = self._numbers[story_id] = self._free.pop()
        self._ids[number] = story_id
        self.rarity.stories += 1
        return number

    def drop(self, story_id: str, terms: set[str]) -> None:
        """A story leaves."""
        number = self._numbers.pop(story_id)
        self._free.append(number)
        self.rarity.stories -= 1
        self.rarity.drop(number, terms)

    def likely(self, weighted: Weighted) -> Iterator[tuple[str, float]]:
        """Stories sharing the most weight over the rarest terms, with that weight; best first, ties by id."""
        shared = self._shared(weighted.within)
        best = shared.max(initial=0.0)
        for least, below in ((WORTH * best, inf), (FAR_BELOW * best, WORTH * best)):
            near = np.flatnonzero((shared >= least) & (shared < below))
            ranked = zip((-shared[near]).tolist(), map(self._ids.__getitem__, near.tolist()), strict=True)
            for weight, story_id in sorted(ranked):
                yield story_id, -weight

    def _shared(self, worth: dict[str, float]) -> npt.NDArray[np.float64]:
        """By number of story, the weight of the rarest terms that it shares, summed from the rarest on."""
        holders = self.rarity.holders.get
        terms = [(len(held), term, held) for term in worth if (held := holders(term)) is not None and worth[term]]
        terms.sort()
        sizes = [size for size, _, _ in terms]
        rarest = terms[: bisect_right(list(accumulate(sizes)), VISITS)]
        if not rarest:
            return np.zeros(0)
        stories = np.frombuffer(b"".join([held for _, _, held in rarest]), np.intc)
        weights = np.repeat([worth[term] for _, term, _ in rarest], sizes[: len(rarest)])
        return np.bincount(stories, weights).astype(np.float64, copy=False)


class SketchIndex:
    """Originals by the smallest hashes of their sketch; nearly every hash is one article's, and stands for it alone."""

    def __init__(self) -> None:
        self._articles: dict[int, str | tuple[str, ...]] = {}

    def put(self, article_id: str, sketch: tuple[int, ...]) -> None:
        """An original came."""
        for value in sketch[:BANDS]:
            present = self._of(value)
            self._articles[value] = (*present, article_id) if present else article_id

    def drop(self, article_id: str, sketch: tuple[int, ...]) -> None:
        """An original left."""
        for value in sketch[:BANDS]:
            left = list(self._of(value))
            left.remove(article_id)
            if not left:
                del self._articles[value]
            else:
                self._articles[value] = left[0] if len(left) == 1 else tuple(left)

    def likely(self, sketch: tuple[int, ...]) -> Iterable[str]:
        """Originals that share one of the smallest hashes, by id."""
        found: set[str] = set()
        for value in sketch[:BANDS]:
            articles = self._of(value)
            if len(articles) <= CROWDED:
                found.update(articles)
        return sorted(found)

    def _of(self, value: int) -> tuple[str, ...]:
        present = self._articles.get(value, ())
        return (present,) if isinstance(present, str) else present
