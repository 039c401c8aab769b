"""The words of three languages that name one thing, and the words too common to tell stories apart."""

from functools import cache
from importlib import resources

from processors.folding import folded

FOLDER = "processors.storytelling"
LONGEST_PHRASE = 4
"""Words of the longest phrase the glossary may hold."""


class Glossary:
    """Concepts by exact word, by prefix and by phrase; all folded (lower case, no accents)."""

    def __init__(self, lines: str, stopwords: str) -> None:
        self.words: dict[str, str] = {}
        self.prefixes: dict[str, str] = {}
        self.phrases: dict[str, str] = {}
        self.phrase_starts: set[str] = set()
        self.stopwords = frozenset(
            word for line in stopwords.splitlines() if not line.startswith("#") for word in line.split()
        )
        for line in lines.splitlines():
            if line and not line.startswith("#"):
                concept, names = line.split("\t")
                for name in names.split("|"):
                    self._add(folded(name), concept)

    def _add(self, name: str, concept: str) -> None:
        if " " in name:
            self.phrases.setdefault(name, concept)
            self.phrase_starts.add(name.split(" ", 1)[0])
        elif name.endswith("*"):
            self.prefixes.setdefault(name[:-1], concept)
        else:
            self.words.setdefault(name, concept)

    def concept(self, word: str) -> str | None:
        """The concept a folded word names: exactly, else by its longest prefix listed."""
        found = self.words.get(word)
        if found is not None:
            return found
        for end in range(len(word), 2, -1):
            found = self.prefixes.get(word[:end])
            if found is not None:
                return found
        return None


@cache
def glossary() -> Glossary:
    """The glossary of this package, read once."""
    folder = resources.files(FOLDER)
    return Glossary(
        (folder / "glossary.tsv").read_text(encoding="utf-8"), (folder / "stopwords.txt").read_text(encoding="utf-8")
    )
