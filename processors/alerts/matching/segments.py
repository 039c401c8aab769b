"""Text as a matcher reads it: folded words with one space between them, and the way back to offsets in the original.

A word is a run of letters and digits after folding (case, accents); combining marks, soft hyphens and zero-width
characters inside it do not count. Everything else separates words, so "EE.UU." is the two words "ee uu".
"""

import re
import unicodedata

from processors.folding import folded, words_only

MARK = "\u0300"
"""Stands for an ignored character where offsets must be kept."""

SEPARATOR = b"\x00"
"""Between two fields of one haystack; no term holds it, so none spans it."""


def _ignored(char: str) -> bool:
    return unicodedata.category(char) in {"Mn", "Me", "Cf"}


class _Folding(dict[int, "str | None"]):
    """Maps letters and digits to their folded form, ignored characters to `mark`, others to a space, on first sight."""

    def __init__(self, mark: str | None) -> None:
        super().__init__()
        self._mark = mark

    def __missing__(self, code: int) -> str | None:
        char = chr(code)
        self[code] = value = self._mark if _ignored(char) else words_only(folded(char))
        return value


_DROPPING = _Folding(None)
_KEEPING = _Folding(MARK)
_WORD = re.compile(f"[^ {MARK}][^ ]*")


def _byte_table() -> tuple[bytes, bytes]:
    """The folding for text that Windows-1252 can hold, which is nearly all of ours: a byte table is the fastest way."""
    table, dropped = bytearray(range(256)), bytearray()
    for byte in range(256):
        try:
            value = _DROPPING[ord(bytes([byte]).decode("cp1252"))]
        except UnicodeDecodeError:
            continue
        if value is None:
            dropped.append(byte)
        else:
            table[byte] = value.encode("cp1252")[0]
    return bytes(table), bytes(dropped)


_TABLE, _DROPPED = _byte_table()


def haystack(text: str) -> bytes:
    """The words of `text`, folded, UTF-8, one space before each and one after the last: b" political prisoners "."""
    if not text:
        return b"  "
    try:
        data = (text.encode() if text.isascii() else text.encode("cp1252")).translate(_TABLE, _DROPPED)
        if not data.isascii():
            data = data.decode("cp1252").encode()
    except UnicodeEncodeError:
        data = text.translate(_DROPPING).encode("utf-8", "replace")
    return b" " + b" ".join(data.split()) + b" "


def word_spans(text: str) -> list[tuple[int, int]]:
    """Start and end of each word of `haystack(text)` in `text`, in code points."""
    return [match.span() for match in _WORD.finditer(text.translate(_KEEPING))]
