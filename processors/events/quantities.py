"""Quantities: numbers in digits or words with what they count, unit and qualifier."""

import re
from functools import lru_cache

import msgspec

from newswatch.records.article import Evidence, Quantity
from processors.events import grammar
from processors.events.lexicon import Lexicon

CURRENCIES = {"$": "USD", "us$": "USD", "usd": "USD", "u$s": "USD", "€": "EUR", "£": "GBP", "r$": "BRL"}
MORE = "more|additional|further|other|más|otros|otras|mais|outros|outras"
DIGITS = r"\d{1,3}(?:[.,]\d{3})+(?!\d)|\d+(?:[.,]\d+)?"
YEARS = range(1900, 2101)  # a bare number in here is a year
SKIPPED = frozenset(["of", "de", "the", "los", "las", "os", "as"])
FUNCTION = grammar.DET | grammar.PREP | grammar.COORD | grammar.SUB | grammar.REL | grammar.BE | grammar.HAVE
WORDS_OF_WHAT = 3


class Number(msgspec.Struct, frozen=True):
    """A quantity and where it stands in the whole text."""

    start: int
    end: int
    quantity: Quantity


_LOADED: dict[str, Lexicon] = {}


def _either(words: dict[str, float] | dict[str, str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


@lru_cache(maxsize=32)
def _pattern(key: str) -> re.Pattern[str]:
    lexicon = _LOADED[key]
    return re.compile(
        rf"(?:\b(?P<qual>{_either(lexicon.qualifiers)})(?: a| de)? )?"
        rf"(?P<cur>(?:\bus|\br|\bu)?\$s?|€|£|\busd )?\s?"
        rf"(?<![\w.,])(?P<num>{DIGITS}|(?:{_either(lexicon.numbers)})(?!\w))"
        rf"(?:[ -]?(?P<scale>{_either(lexicon.scales)})\b)?(?: de\b)?(?: (?:{MORE})\b)?"
        rf"(?:[ -]?(?P<unit>{_either(lexicon.units)})(?!\w))?"
        r"(?P<what>(?: [^\W\d_]+(?:-[^\W\d_]+)*){0,4})"
    )


def find_numbers(
    lowered: str,
    original: str,
    span: tuple[int, int],
    lexicon: Lexicon,
    dates: list[tuple[int, int]],
    field: str,
    shift: int,
) -> list[Number]:
    """Quantities in lowered[start:end] that are no part of a date.

    `field` and `shift` say where evidence offsets count from.
    """
    _LOADED[lexicon.lang] = lexicon
    found: list[Number] = []
    for match in _pattern(lexicon.lang).finditer(lowered, *span):
        at = match.start("num")
        if any(first <= at < last for first, last in dates) or _is_label(match, lowered):
            continue
        value = _value(match, lexicon)
        if value is None:
            continue
        what = _what(match.group("what"), lexicon)
        unit = CURRENCIES.get((match.group("cur") or "").strip()) or lexicon.units.get(match.group("unit") or "")
        first = next(match.start(name) for name in ("qual", "cur", "num") if match.group(name))
        last = match.end("what") if what else max(match.end(name) for name in ("num", "scale", "unit"))
        proof = Evidence(field=field, start=first - shift, end=last - shift, text=original[first:last])
        qualifier = lexicon.qualifiers.get(match.group("qual") or "")
        found.append(
            Number(first, last, Quantity(value=value, unit=unit, qualifier=qualifier, what=what, evidence=proof))
        )
    return found


def _is_label(match: re.Match[str], lowered: str) -> bool:
    """Numbers that count nothing: clock times, ordinals, parts of names such as F-35."""
    after = lowered[match.end("num") : match.end("num") + 5]
    before = lowered[max(0, match.start("num") - 1) : match.start("num")]
    return after.startswith((":", "/", "º", "ª", "th", "st", "nd", " a.m", " p.m")) or before in {
        "-",
        "/",
        ":",
        "#",
    }


def _value(match: re.Match[str], lexicon: Lexicon) -> float | None:
    text = match.group("num")
    number = lexicon.numbers.get(text)
    plain = number is None and text.isdigit()
    if number is None:
        number = _digits(text, decimal_comma=lexicon.lang != "en")
    scale = match.group("scale")
    if plain and int(text) in YEARS and not any(match.group(name) for name in ("scale", "unit", "cur", "qual")):
        return None
    if number is None or (scale in {"m", "k"} and not match.group("cur")):
        return number
    return number * lexicon.scales.get(scale or "", 1.0)


def _digits(text: str, *, decimal_comma: bool) -> float | None:
    """Grouped thousands ("1,200", "1.200") or a decimal, whichever the digits and the language say."""
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", text) and not text.startswith("0"):
        return float(re.sub(r"[.,]", "", text))
    return float(text.replace(",", ".")) if decimal_comma or text.count(".") < 2 else None


def _what(words: str, lexicon: Lexicon) -> str | None:
    kept: list[str] = []
    for form in words.split():
        word = lexicon.words.get(form)
        if word is not None and word.flags & FUNCTION:
            if kept or form not in SKIPPED:
                break
            continue
        kept.append(form)
    return " ".join(kept[:WORDS_OF_WHAT]) or None
