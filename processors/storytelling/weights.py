"""How much a term tells: the rarer among the live stories, the more; each kind of term has its own share."""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from math import log, sqrt

SHARES = {"n": 1.0, "c": 0.8, "#": 1.3, "d": 0.6, "w": 0.7, "e": 0.2}
"""Weight of a kind of term; fitted by hand on the development half of the story cases."""

EXPECTED = {"n": 0.02, "c": 0.10, "#": 0.01, "d": 0.05, "w": 0.02, "e": 0.02}
"""Share of stories that hold a term of a kind, before any was seen."""

PRIOR = 60
"""Stories' worth of belief in EXPECTED: after a start with an empty window everything would look rare."""

OTHER_LANGUAGE = 0.35
"""What a shared word stem counts between two languages; names, numbers, days and concepts count in full."""

BODY = 0.5
"""Weight of a term outside title and lead."""


class Rarity:
    """In how many live stories each term stands."""

    def __init__(self) -> None:
        self.stories = 0
        self.counts: Counter[str] = Counter()

    def weights(self, terms: Iterable[str], more: int = 0) -> dict[str, float]:
        """The weight of each term, 0 for one that stands everywhere; `more`: as if so many more stories held each."""
        stories, count, rare = self.stories, self.counts.get, _rarity
        return {term: SHARES[term[0]] * rare(stories, count(term, 0) + more, EXPECTED[term[0]]) for term in terms}

    def add(self, terms: Iterable[str]) -> None:
        """Terms a story has come to hold."""
        for term in terms:
            self.counts[term] += 1

    def drop(self, terms: Iterable[str]) -> None:
        """Terms a story holds no more."""
        for term in terms:
            left = self.counts[term] - 1
            if left:
                self.counts[term] = left
            else:
                del self.counts[term]


@lru_cache(maxsize=4096)
def _rarity(stories: int, count: int, expected: float) -> float:
    return max(0.0, log((stories + PRIOR) / (count + PRIOR * expected)))


class Weighted:
    """An article's terms with their weights now; `base` is the weight of a term at full strength."""

    __slots__ = ("base", "length_across", "length_within", "weights")

    def __init__(self, lead: Iterable[str], body: Iterable[str], rarity: Rarity) -> None:
        self.base = rarity.weights((*lead, *body))
        self.weights = {term: self.base[term] for term in lead}
        for term in body:
            self.weights.setdefault(term, BODY * self.base[term])
        free, words = squares(self.weights)
        self.length_within, self.length_across = lengths(free, words)


def squares(weights: Mapping[str, float]) -> tuple[float, float]:
    """Sums of squared weights: of terms free of language, and of word stems."""
    free = words = 0.0
    for term, weight in weights.items():
        if term[0] == "w":
            words += weight * weight
        else:
            free += weight * weight
    return free, words


def lengths(free: float, words: float) -> tuple[float, float]:
    """Vector lengths for a comparison within one language and across two."""
    return sqrt(free + words), sqrt(free + OTHER_LANGUAGE * OTHER_LANGUAGE * words)
