"""A predicate: a verb group of a sentence with tense, voice and negation, and how its clause hangs on another."""

import msgspec

from processors.events.grammar import FINITE, GER, INF, Word

MAIN, COMPLEMENT, SUBORDINATE, RELATIVE, COORDINATE, INFINITIVE, GERUND, PARTICIPLE = range(8)


class Predicate(msgspec.Struct, eq=False):
    """A verb group: items[start:end + 1], its main verb last. `link` says how it hangs on `governor`."""

    start: int
    end: int
    word: Word
    aux: int
    passive: bool = False
    link: int = MAIN
    governor: "Predicate | None" = None
    boundary: int = -1
    boundary_flags: int = 0
    subject_start: int = 0
    subject_end: int = 0
    object_end: int = 0

    @property
    def main(self) -> int:
        """The main verb's index."""
        return self.end

    @property
    def leads(self) -> bool:
        """Whether it may open a sentence whose subject comes later: "tras atacar …", "after seizing …"."""
        return bool(self.word.forms & (INF | GER)) and not self.word.forms & FINITE

    def has(self, bits: int) -> bool:
        """Whether the group holds one of these word classes."""
        return bool(self.aux & bits)

    def __repr__(self) -> str:
        over = self.governor.word.lemma if self.governor else None
        return f"<{self.word.lemma} link={self.link} passive={self.passive} governor={over}>"
