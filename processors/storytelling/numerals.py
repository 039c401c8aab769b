"""Numbers a text counts with, as plain values: digits, number words and scales of three languages."""

import re
from collections.abc import Iterable
from functools import lru_cache

from processors.storytelling.places import matches

WORDS = {
    word: value
    for value, words in {
        11: "eleven once onze",
        12: "twelve doce doze",
        13: "thirteen trece treze",
        14: "fourteen catorce quatorze",
        15: "fifteen quince quinze",
        16: "sixteen dieciseis dezesseis dezasseis",
        17: "seventeen diecisiete dezessete dezassete",
        18: "eighteen dieciocho dezoito",
        19: "nineteen diecinueve dezenove dezanove",
        20: "twenty veinte vinte",
        30: "thirty treinta trinta",
        40: "forty cuarenta quarenta",
        50: "fifty cincuenta cinquenta",
        60: "sixty sesenta sessenta",
        70: "seventy setenta",
        80: "eighty ochenta oitenta",
        90: "ninety noventa",
        200: "doscientos doscientas duzentos duzentas",
        300: "trescientos trescientas trezentos trezentas",
        500: "quinientos quinientas quinhentos quinhentas",
    }.items()
    for word in words.split()
}
SMALL = {
    word: value
    for value, words in {
        1: "one un um",
        2: "two dos dois duas",
        3: "three tres",
        4: "four cuatro quatro",
        5: "five cinco",
        6: "six seis",
        7: "seven siete sete",
        8: "eight ocho oito",
        9: "nine nueve nove",
        10: "ten diez dez",
    }.items()
    for word in words.split()
}
SCALES = {
    "hundred": 1e2, "thousand": 1e3, "mil": 1e3, "million": 1e6, "millon": 1e6, "millones": 1e6, "milhao": 1e6,
    "milhoes": 1e6, "billion": 1e9, "bilhao": 1e9, "bilhoes": 1e9, "trillion": 1e12,
}  # fmt: skip
TENS = {word: value for word, value in WORDS.items() if 20 <= value <= 90}
_ALL = "|".join(sorted({**WORDS, **SMALL}, key=len, reverse=True))
_UNIT = "|".join(sorted(SMALL, key=len, reverse=True))
_SCALE = "|".join(sorted(SCALES, key=len, reverse=True))
_NUMBER = re.compile(
    rf"(?<![\w.,-])(?:(?P<digits>\d{{1,3}}(?:[.,  ]\d{{3}})+|\d+(?:[.,]\d{{1,2}})?)"
    rf"|(?P<tens>{'|'.join(TENS)})(?:-| y | e )(?P<unit>{_UNIT})"
    rf"|(?P<word>{_ALL}))(?: ?(?P<percent>%|per ?cent\b|por ciento\b|por cento\b)"
    rf"|(?P<scales>(?: (?:{_SCALE})\b)*))(?![\w-])"
)
NUMBER_BEGINS = re.compile(rf"(?:^|(?<='))(?:\d|(?:{_ALL})(?:\b|per|por))")
"""Where a number may begin in a folded word."""

_GROUPED = re.compile(r"^\d{1,3}(?:[.,  ]\d{3})+$")
LEAST = 11
"""Smaller counts say little about which happening a text tells of."""

YEARS = range(1900, 2100)


def find_numbers(fold: str, places: Iterable[int] | None = None) -> tuple[tuple[int, int, float, bool], ...]:
    """Start, end, value and whether per cent, of each number in folded text; bare years are left out.

    Looks at `places` alone, in order, if given: all where NUMBER_BEGINS.
    """
    found = []
    for match in matches(_NUMBER, fold, places):
        value = _value(*match.group("digits", "tens", "unit", "word", "scales"))
        if value is not None:
            found.append((match.start(), match.end(), value, match["percent"] is not None))
    return tuple(found)


def telling(value: float, percent: bool) -> bool:
    """Whether a number helps to tell one happening from another."""
    return percent or value >= LEAST


@lru_cache(maxsize=2000)
def _value(digits: str | None, tens: str | None, unit: str, word: str, scales: str | None) -> float | None:
    """The value of a number's parts; None for a bare year."""
    if digits:
        value = _digits(digits)
        if value in YEARS and not scales and len(digits) == len("2026"):
            return None
    elif tens:
        value = float(TENS[tens] + SMALL[unit])
    else:
        value = float(WORDS.get(word, SMALL.get(word, 0)))
    for scale in (scales or "").split():
        value *= SCALES[scale]
    return value


def _digits(text: str) -> float:
    if _GROUPED.match(text):
        return float(re.sub(r"[.,  ]", "", text))
    return float(text.replace(",", "."))
