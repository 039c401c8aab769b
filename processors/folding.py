"""Folding of text, one code point to one code point, so that offsets in the folded text are offsets in the original."""

import re
import sys
import unicodedata
from functools import lru_cache

QUOTES = {"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "″": '"'}
DASHES = {"‐": "-", "‑": "-", "‒": "–", "—": "–", "―": "–", "−": "-"}  # hyphens to "-", dashes to "–"
SPACES = {"\u00a0": " ", "\u2009": " ", "\u202f": " ", "\u200a": " ", "\u2003": " ", "\u2002": " ", "\ufeff": " "}

SPECIAL = re.compile(r"([^\x00-_a-\x7f]+)")  # what lower-casing ASCII is not enough for: other letters, and "`"
WIDE = re.compile(r"([^\x00-\x7f]+)")


def _lower_one(char: str) -> str:
    """The lower-case letter of `char`, or its first code point where lower-casing makes several."""
    return char.lower()[0]


def _strip_one(char: str) -> str:
    """The base letter of a lower-case letter with a diacritic; other characters as they are."""
    base = unicodedata.normalize("NFD", char)[0]
    return base if base.isascii() and base.isalpha() else char


def _tables() -> tuple[dict[int, str], dict[int, str]]:
    lower: dict[int, str] = {ord(k): v for k, v in (QUOTES | DASHES | SPACES).items()}
    fold: dict[int, str] = dict(lower)
    for code in range(sys.maxunicode + 1):
        if code >= 0x2100 and not 0x1E00 <= code <= 0x1FFF and code > 0x24FF:
            break
        char = chr(code)
        if char.isupper() or char.istitle():
            lower[code] = _lower_one(char)
            fold[code] = _strip_one(_lower_one(char))
        elif code > 0x7F and char.isalpha():
            fold[code] = _strip_one(char)
    return lower, fold


LOWER, FOLD = _tables()


def lowered(text: str) -> str:
    """`text` in lower case with accents kept, straight quotes and plain spaces; same length."""
    return _translated(text, LOWER)


def folded(text: str) -> str:
    """`text` in lower case without accents, straight quotes and plain spaces; same length."""
    return _translated(text, FOLD)


@lru_cache(maxsize=4)
def folded_once(text: str) -> str:
    """As folded, for a text that is read by several one after the other."""
    return folded(text)


def _translated(text: str, table: dict[int, str]) -> str:
    """`text` by a table of characters, which plain ASCII does without: lower-casing that is ten times faster."""
    if text.isascii():
        return text.lower().replace("`", "'")
    parts = SPECIAL.split(text)
    parts[::2] = map(str.lower, parts[::2])
    parts[1::2] = [part.translate(table) for part in parts[1::2]]
    return "".join(parts)


def words_only(fold: str) -> str:
    """Folded text with everything but letters and digits turned into spaces; same length."""
    parts = (fold,) if fold.isascii() else WIDE.split(fold)  # ASCII by itself is done many times faster
    return "".join([part.translate(_SEPARATORS) for part in parts])


class _Separators(dict[int, str]):
    """Maps each code point on first sight: a letter or digit to itself, anything else to a space."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        kept = char if char.isalnum() else " "
        self[code] = kept
        return kept


_SEPARATORS = _Separators()
