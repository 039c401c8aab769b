"""Words of a text, each looked up but once: its terms, and whether a day, a number or a phrase may begin with it."""

import re

from processors.folding import folded
from processors.storytelling.days import DAY_BEGINS
from processors.storytelling.glossary import glossary
from processors.storytelling.numerals import NUMBER_BEGINS

STEM = 6
"""Letters of a word that are compared: grammar endings differ by language, beginnings are often shared."""

KNOWN = 50_000
"""Words kept looked up; few make up most of any text."""

TOKEN = re.compile(r"([^\W_]+(?:[.'’\-][^\W_]+)*)")


class Word:
    """What a word is wherever it stands.

    `term` is its term, `opening` that where its capital says nothing because it begins a sentence. `days` and `numbers`
    are places in the word where one may begin; `phrase`: a phrase of the glossary may begin with the word.
    """

    __slots__ = ("capital", "days", "fold", "numbers", "opening", "phrase", "possessive", "term")

    def __init__(self, token: str) -> None:
        self.fold = fold = folded(token)
        self.term, self.opening = term_of(token, False), term_of(token, True)
        self.capital, self.possessive = token[0].isupper(), fold.endswith("'s") and token.endswith(("'s", "’s"))
        self.phrase = fold in glossary().phrase_starts
        self.days = tuple(found.start() for found in DAY_BEGINS.finditer(fold))
        self.numbers = tuple(found.start() for found in NUMBER_BEGINS.finditer(fold))


class _Words(dict[str, Word]):
    def __missing__(self, token: str) -> Word:
        if len(self) >= KNOWN:
            self.clear()
        word = self[token] = Word(token)
        return word


WORDS = _Words()
"""Every word by its spelling."""


def term_of(token: str, starts: bool) -> str:
    """The term of one word; `starts`: it begins a sentence, so that its capital says nothing. "" for a common word."""
    book = glossary()
    fold = folded(token).removesuffix("'s").replace(".", "")
    if len(fold) < 3:
        return _acronym(token, fold)
    if fold in book.stopwords or fold.isdigit():
        return ""
    concept = book.concept(fold)
    if concept:
        return "c:" + concept
    if token[0].isupper():
        return ("s:" if starts and not token.isupper() else "n:") + fold
    return "w:" + fold[:STEM]


def _acronym(token: str, fold: str) -> str:
    letters = token.replace(".", "").removesuffix("'s").removesuffix("’s")
    if len(letters) == 2 and letters.isupper() and letters.isalpha():
        concept = glossary().words.get(fold)
        return "c:" + concept if concept else "n:" + fold
    return ""
