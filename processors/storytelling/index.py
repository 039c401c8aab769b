"""Finds what an article may belong to: stories by rare terms, originals by sketch; exact counts, no order kept."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from math import inf

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
    """Live stories by term."""

    def __init__(self) -> None:
        self.rarity = Rarity()

    def put(self, story_id: str, before: set[str], after: set[str], new: bool) -> None:
        """A story's terms changed from `before` to `after`; `new`: it was not in the index."""
        self.rarity.stories += new
        self.rarity.add(story_id, after - before)
        self.rarity.drop(story_id, before - after)

    def drop(self, story_id: str, terms: set[str]) -> None:
        """A story leaves."""
        self.rarity.stories -= 1
        self.rarity.drop(story_id, terms)

    def likely(self, weighted: Weighted) -> Iterator[tuple[str, float]]:
        """Stories sharing the most weight over the rarest terms, with that weight; best first, ties by id."""
        found = self._shared(weighted.within)
        best = max(found.values(), default=0.0)
        for least, below in ((WORTH * best, inf), (FAR_BELOW * best, WORTH * best)):
            near = [(-weight, story_id) for story_id, weight in found.items() if least <= weight < below]
            near.sort()
            for weight, story_id in near:
                yield story_id, -weight

    def _shared(self, worth: dict[str, float]) -> dict[str, float]:
        """The weight of the rarest terms each story shares."""
        holders = self.rarity.holders.get
        terms = [(len(held), term, held) for term in worth if (held := holders(term)) is not None and worth[term]]
        terms.sort()
        found: defaultdict[str, float] = defaultdict(float)
        visits = 0
        for size, term, held in terms:
            visits += size
            if visits > VISITS:
                break
            weight = worth[term]
            for story_id in held:
                found[story_id] += weight
        return found


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
