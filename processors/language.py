"""The language of a text: of its words, never of the tag a page or feed carries."""

from array import array
from functools import lru_cache

import numpy as np
from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier
from py3langid.modelio import load_model

SAMPLE = 300
"""Characters looked at: enough for three close languages, and fast."""

UNKNOWN = "und"
"""ISO 639 code for a text too short or without letters."""


LANGUAGES = frozenset(
    ("en", "es", "pt", "fr", "de", "it", "nl", "ca", "ru", "uk", "pl", "tr", "ar", "fa", "he", "zh", "ja", "ko", "vi")
)
"""Languages told apart; the detector's 97 hold small ones (Walloon, Aragonese) it takes short headlines for."""


BLOCK_BITS = 5  # of the detector's moves: equal blocks of 32 are kept once, which leaves a sixth of them


def detect(text: str) -> str:
    """ISO 639-1 code of the language `text` is written in; UNKNOWN for one without letters."""
    sample = text[:SAMPLE].replace("\n", " ")
    if not any(char.isalpha() for char in sample):
        return UNKNOWN
    found: str = _identifier().classify(sample)[0]
    return found


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    """The detector for LANGUAGES alone, in a fifth of the memory it takes by default: 75 MB."""
    scores, prior, codes, moves, rows, features = load_model(MODEL_DIR / MODEL_FILE)
    kept = [number for number, code in enumerate(codes) if code in LANGUAGES]
    languages = [codes[number] for number in kept]
    return LanguageIdentifier(
        np.ascontiguousarray(scores[:, kept]), prior[kept], languages, _Moves(moves), array("i", features), tk_row=rows
    )


class _Moves:
    """A table of numbers, most of which repeat in blocks; read by index."""

    __slots__ = ("_blocks", "_places")

    def __init__(self, table: "array[int]") -> None:
        size = table.itemsize << BLOCK_BITS
        data = memoryview(table).cast("B")
        seen: dict[bytes, int] = {}
        places = [seen.setdefault(bytes(data[at : at + size]), len(seen)) for at in range(0, len(data), size)]
        self._blocks, self._places = array(table.typecode, b"".join(seen)), array("I", places)

    def __getitem__(self, index: int) -> int:
        return self._blocks[(self._places[index >> BLOCK_BITS] << BLOCK_BITS) | (index & ((1 << BLOCK_BITS) - 1))]
