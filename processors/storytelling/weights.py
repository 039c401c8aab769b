"""How much a term tells: the rarer among the live stories, the more; each kind of term has its own share."""

from collections import Counter
from collections.abc import Iterable, Mapping
from math import log, sqrt

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
    """In how many live stories each term stands."""

    def __init__(self) -> None:
        self.stories = 0
        self._scaled, self._by_kind = -1, dict[str, _Scale]()
        self.counts: Counter[str] = Counter()

    def weights(self, terms: Iterable[str], more: int = 0) -> dict[str, float]:
        """The weight of each term, 0 for one that stands everywhere; `more`: as if so many more stories held each."""
        count, scales = self.counts.get, self._scales()
        return {term: scales[term[0]][count(term, 0) + more] for term in terms}

    def _scales(self) -> dict[str, "_Scale"]:
        if self._scaled != self.stories:
            self._scaled, self._by_kind = self.stories, {kind: _Scale(kind, self.stories) for kind in SHARES}
        return self._by_kind

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


class _Scale(dict[int, float]):
    """The weight of a term of one kind by the number of stories that hold it, of so many."""

    def __init__(self, kind: str, stories: int) -> None:
        super().__init__()
        self._share, self._all, self._expected = SHARES[kind], stories + PRIOR, PRIOR * EXPECTED[kind]

    def __missing__(self, count: int) -> float:
        weight = self[count] = self._share * max(0.0, log(self._all / (count + self._expected)))
        return weight


class Weighted:
    """An article's terms with their weights now; `base` is the weight of a term at full strength.

    `within` and `across` are what each term shared with an article of the same or another language adds to the product
    of the two: where that one has it in its lead, and where in its body.
    """

    __slots__ = ("across", "base", "length_across", "length_within", "weights", "within")

    def __init__(self, lead: Iterable[str], body: Iterable[str], rarity: Rarity) -> None:
        self.base = base = rarity.weights((*lead, *body))
        self.weights = weights = base | {term: BODY * base[term] for term in body}
        free, words = squares(weights)
        self.length_within, self.length_across = lengths(free, words)
        full = {term: weight * base[term] for term, weight in weights.items()}
        other = {term: product * ACROSS if term[0] == "w" else product for term, product in full.items()}
        self.within, self.across = (full, _halved(full)), (other, _halved(other))


def _halved(products: dict[str, float]) -> dict[str, float]:
    return {term: BODY * product for term, product in products.items()}


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
    return sqrt(free + words), sqrt(free + ACROSS * words)
