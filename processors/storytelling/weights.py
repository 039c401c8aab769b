"""How much a term tells: the rarer among the live stories, the more; each kind of term has its own share."""

from array import array
from collections.abc import Iterable
from math import log, sqrt

from processors.storytelling.features import Features

SHARES = {"n": 1.0, "c": 0.8, "#": 1.3, "d": 0.6, "w": 0.7, "e": 0.2}
"""Weight of a kind of term; fitted by hand on the development half of the story cases."""

EXPECTED = {"n": 0.02, "c": 0.10, "#": 0.01, "d": 0.05, "w": 0.02, "e": 0.02}
"""Share of stories that hold a term of a kind, before any was seen."""

PRIOR = 60
"""Stories' worth of belief in EXPECTED: after a start with an empty window everything would look rare."""

OTHER_LANGUAGE = 0.35
"""What a shared word stem counts between two languages; names, numbers, days and concepts count in full."""

ACROSS = OTHER_LANGUAGE * OTHER_LANGUAGE

BODY = 0.5
"""Weight of a term outside title and lead."""


class Rarity:
    """Which live stories each term stands in, by their numbers; how many, tells its weight."""

    def __init__(self) -> None:
        self.stories = 0
        self.holders: dict[str, array[int]] = {}
        self._scaled, self._by_kind = -1, dict[str, _Scale]()

    def weights(self, terms: Iterable[str], more: int = 0) -> list[float]:
        """The weight of each term, 0 for one that stands everywhere; `more`: as if so many more stories held each."""
        holders, scales = self.holders.get, self._scales()
        return [scales[term[0]][len(holders(term, ())) + more] for term in terms]

    def _scales(self) -> dict[str, "_Scale"]:
        if self._scaled != self.stories:
            self._scaled, self._by_kind = self.stories, {kind: _Scale(kind, self.stories) for kind in SHARES}
        return self._by_kind

    def add(self, story: int, terms: Iterable[str]) -> None:
        """Terms a story has come to hold."""
        for term in terms:
            present = self.holders.get(term)
            if present is None:
                self.holders[term] = array("i", (story,))
            else:
                present.append(story)

    def drop(self, story: int, terms: Iterable[str]) -> None:
        """Terms a story holds no more."""
        for term in terms:
            left = self.holders[term]
            left.remove(story)
            if not left:
                del self.holders[term]


class _Scale(dict[int, float]):
    """The weight of a term of one kind by the number of stories that hold it, of so many."""

    def __init__(self, kind: str, stories: int) -> None:
        super().__init__()
        self._share, self._all, self._expected = SHARES[kind], stories + PRIOR, PRIOR * EXPECTED[kind]

    def __missing__(self, count: int) -> float:
        weight = self[count] = self._share * max(0.0, log(self._all / (count + self._expected)))
        return weight


class Weighted:
    """An article's terms as they weigh now.

    `within` and `across` are the squared weight of each term, its place in this article counted once: what it adds to
    the product with an article of the same or of another language that has it in its lead.
    """

    __slots__ = ("across", "length_across", "length_within", "terms", "within")

    def __init__(self, features: Features, rarity: Rarity) -> None:
        self.within, self.across = dict[str, float](), dict[str, float]()
        free = words = 0.0
        for share, terms in ((1.0, features.lead), (BODY, features.body)):
            for term, weight in zip(terms, rarity.weights(terms), strict=True):
                self.within[term] = self.across[term] = product = share * weight * weight
                if term[0] == "w":
                    self.across[term] = ACROSS * product
                    words += share * product
                else:
                    free += share * product
        self.terms = frozenset(self.within)
        self.length_within, self.length_across = lengths(free, words)


def mass(features: Features, rarity: Rarity) -> tuple[float, float]:
    """Sums of squared weights, as if one more story held the terms: of terms free of language, and of word stems."""
    free = words = 0.0
    for share, terms in ((BODY, features.body), (1.0, features.lead)):
        for term, weight in zip(terms, rarity.weights(terms, more=1), strict=True):
            square = share * share * weight * weight
            if term[0] == "w":
                words += square
            else:
                free += square
    return round(free, 3), round(words, 3)


def lengths(free: float, words: float) -> tuple[float, float]:
    """Vector lengths for a comparison within one language and across two."""
    return sqrt(free + words), sqrt(free + ACROSS * words)
