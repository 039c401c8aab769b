"""Near copies: a MinHash sketch of an article's shingles, and how much of the shorter text the longer one repeats.

A bottom-k MinHash (one hash function, the k smallest values) estimates containment, which a cut or extended wire copy
keeps high; the Jaccard index that k permutations estimate falls with every paragraph added.
"""

import base64
import re
import sys
from array import array
from functools import lru_cache
from zlib import crc32

from processors.folding import folded_once

WORDS = 4
"""Words of a shingle: two reports of one's own seldom share four in a row, outside quotations."""

SIZE = 64
"""Hashes kept: an error of about 0.06 on a containment of one half."""

BANDS = 8
"""Smallest hashes that are looked up: a text and its half share one of them in all but 0.4 % of cases."""

LEAST = 12
"""Shingles below which two texts are only compared exactly."""

COPIED = 0.5
"""Share of the shorter text's shingles that makes it a copy; own reports with a shared quotation stay below 0.25."""

LIMIT = 40_000
"""Characters of the text that are read."""

MARKS = "–…¿¡•"
"""What else is no ASCII in most folded texts, and no part of a word."""

_WORD = re.compile(r"[^\W_]+")
_CUT = bytes(code if chr(code).isascii() and chr(code).isalnum() else 32 for code in range(256))


def sketch(text: str) -> tuple[int, ...]:
    """The smallest shingle hashes of a text, ascending; empty for a text too short to be told by its shingles."""
    words = plain_words(folded_once(text)[:LIMIT])
    hashes = set(map(crc32, map(b" ".join, zip(*(words[n:] for n in range(WORDS)), strict=False))))
    return tuple(sorted(hashes)[:SIZE]) if len(hashes) >= LEAST else ()


def plain_words(fold: str) -> list[bytes]:
    """The words of folded text; of three languages nearly every one is plain ASCII, which is cut up without a regex."""
    for mark in MARKS:
        fold = fold.replace(mark, " ")
    if fold.isascii():
        return fold.encode().translate(_CUT).split()
    return [word.encode() for word in _WORD.findall(fold)]


def containment(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """Estimated share of the shorter text's shingles that the longer one holds, 0 to 1."""
    if not one or not other:
        return 0.0
    reach = min(values[-1] if len(values) == SIZE else 1 << 32 for values in (one, other))
    left = {value for value in one if value <= reach}
    right = {value for value in other if value <= reach}
    return len(left & right) / max(1, min(len(left), len(right)))


def to_text(values: tuple[int, ...]) -> str | None:
    """A sketch as it stands in a record: little-endian 32-bit words in base64; None for an empty one."""
    if not values:
        return None
    packed = array("I", values)
    if sys.byteorder == "big":
        packed.byteswap()
    return base64.b64encode(packed.tobytes()).decode()


@lru_cache(maxsize=1024)
def from_text(signature: str) -> tuple[int, ...]:
    """The sketch a record holds."""
    packed = array("I")
    packed.frombytes(base64.b64decode(signature))
    if sys.byteorder == "big":
        packed.byteswap()
    return tuple(packed)
