"""Quantities: numbers in digits or words with what they count, unit and qualifier."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

import msgspec

from newswatch.records.article import Evidence, Quantity
from processors.events import bare, grammar, labels, spans
from processors.events.lexicon import Lexicon
from processors.events.numerals import digits_value, words_value

CURRENCIES = {"$": "USD", "us$": "USD", "usd": "USD", "u$s": "USD", "€": "EUR", "£": "GBP", "r$": "BRL", "eur": "EUR"}
MORE = "more|additional|further|other|new|más|otros|otras|nuevos|nuevas|mais|outros|outras|novos|novas"
DIGITS = r"\d{1,3}(?:[.,]\d{3})+(?!\d)|\d+(?:[.,]\d+)?"
HALF = r" (?:and a half|y medi[oa]|e mei[oa])\b"
YEARS = range(1900, 2101)  # a bare number in here is a year
SKIPPED = frozenset(["of", "de", "the", "los", "las", "os", "as"])
FUNCTION = grammar.DET | grammar.PREP | grammar.COORD | grammar.SUB | grammar.REL | grammar.BE | grammar.HAVE
WORDS_OF_WHAT = 3
MOST_SOURCES = 30  # who told a reporter is counted up to here
LEAD = 28  # characters before a numeral in which its qualifier and currency stand
FOLLOWED = grammar.BE | grammar.HAVE | grammar.REL | grammar.FUTURE | grammar.MODAL  # after a number that stands alone
JOINS = frozenset({"to", "and", "or", "a", "y", "o", "e", "ou", "para", "-", "–"})  # between the ends of a range
AGAINST = frozenset({"to", "a", "contra", "against", "frente a"})  # between the votes of a tally

LARGE = (1e12, 1e9, 1e6, 1e3)
DIGIT = re.compile(r"\d")
LETTERS = re.compile(r"[^\W\d_]+")
VOTES = re.compile(r"\b(?:vot\w+|abst\w+)\b")


class Number(msgspec.Struct, frozen=True):
    """A quantity and where it stands in the whole text; `alone`: it counts what was named before ("five were held")."""

    start: int
    end: int
    quantity: Quantity
    alone: bool = False


_LOADED: dict[str, Lexicon] = {}


def _either(words: dict[str, float] | dict[str, str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


@lru_cache(maxsize=32)
def _pattern(key: str) -> re.Pattern[str]:
    lexicon = _LOADED[key]
    scales = _either(lexicon.scales)
    word = rf"(?:{_either(lexicon.numbers)})(?![\w'])"
    more = rf"(?:[ -](?:and |y |e )?(?:{word}|(?:{scales})(?!\w)))*"
    return re.compile(
        rf"(?:\b(?P<qual>{_either(lexicon.qualifiers)})(?: a| de)? )?"
        rf"(?P<cur>(?:\bus|\br|\bu)?\$s?|€|£|\busd |\beur )?\s?"
        rf"(?<![\w.,])(?P<num>(?:{DIGITS})(?:[ -]?(?P<scale>{scales})(?!\w))*|{word}{more})(?P<half>{HALF})?"
        rf"(?: de\b)?(?: (?:{MORE})\b)?"
        rf"(?:[ -]?(?P<unit>{_either(lexicon.units)})(?!\w)(?P<behind>{HALF})?)?"
        r"(?=(?P<what>(?: \"|[ -])[^\W\d_]+(?:-[^\W\d_]+)*(?:[ -][^\W\d_]+(?:-[^\W\d_]+)*){0,3}|))"
    )


@lru_cache(maxsize=32)
def _opening(key: str) -> re.Pattern[str]:
    by_letter: dict[str, dict[str, float]] = {}
    for form, value in _LOADED[key].numbers.items():
        by_letter.setdefault(form[0], {})[form[1:]] = value
    words = "|".join(f"{letter}(?:{_either(rest)})" for letter, rest in by_letter.items())
    return re.compile(rf"\b(?<![\w.,])(?:\d|(?:{words})(?![\w']))")


@lru_cache(maxsize=32)
def _before(key: str) -> re.Pattern[str]:
    qualifiers = _either(_LOADED[key].qualifiers)
    return re.compile(rf"(?:\b(?:{qualifiers})(?: a| de)? )?(?:(?:\bus|\br|\bu)?\$s?|€|£|\busd |\beur )?\s?$")


@lru_cache(maxsize=32)
def _number_words(key: str) -> frozenset[str]:
    lexicon = _LOADED[key]
    return frozenset(part for form in (*lexicon.numbers, *lexicon.scales) for part in form.split())


@lru_cache(maxsize=32)
def _last_words(key: str) -> frozenset[str]:
    """The words without which there is no number in words ("dozen" of "a dozen")."""
    return frozenset(form.split()[-1] for form in _LOADED[key].numbers)


def holds_numbers(lowered: str, start: int, end: int, lexicon: Lexicon) -> bool:
    """Whether there may be a number in lowered[start:end]."""
    _LOADED[lexicon.lang] = lexicon
    if DIGIT.search(lowered, start, end) is not None:
        return True
    return not _last_words(lexicon.lang).isdisjoint(LETTERS.findall(lowered, start, end))


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
    for match in _numerals(lowered, span, lexicon.lang):
        at = match.start("num")
        if any(first <= at < last for first, last in dates) or labels.is_label(
            lowered, span[0], match.span("num"), in_unit=match.group("unit") is not None
        ):
            continue
        number = _read(match, lowered, original, lexicon, field, shift)
        if number is not None:
            found.append(number)
    votes = len(found) > 1 and VOTES.search(lowered, *span) is not None
    return _ranges(found, lowered, votes=votes)


def _numerals(lowered: str, span: tuple[int, int], lang: str) -> Iterator[re.Match[str]]:
    """The numbers of a stretch with what stands before and behind each; looked for only where a numeral begins."""
    opening, before, pattern = _opening(lang), _before(lang), _pattern(lang)
    done, end = span
    for start in opening.finditer(lowered, *span):
        at = start.start()
        if at < done:
            continue
        lead = before.search(lowered[max(done, at - LEAD) : at])
        match = pattern.match(lowered, at - len(lead.group()) if lead is not None else at, end)
        if match is not None:
            done = match.end()
            yield match


def _read(match: re.Match[str], lowered: str, original: str, lexicon: Lexicon, field: str, shift: int) -> Number | None:
    value = _value(match, lexicon)
    if value is None:
        return None
    what, follows = _what(match.group("what"), lexicon)
    unit = CURRENCIES.get((match.group("cur") or "").strip()) or lexicon.units.get(match.group("unit") or "")
    qualifier = lexicon.qualifiers.get(match.group("qual") or "")
    if unit in spans.TIMES and spans.only_dates(
        lowered, match.start("num"), match.end("unit"), unit, lexicon, qualified=bool(match.group("qual"))
    ):
        return None
    if value == 1 and not _counted_one(match, lexicon):
        return None
    if match.group("unit") is None and (
        labels.is_spoken_of(lowered, match.start("num"), value, what, lexicon)
        or (value <= MOST_SOURCES and labels.is_of_sources(lowered, match.start("num"), match.end("num")))
    ):
        return None
    first = next(match.start(name) for name in ("qual", "cur", "num") if match.group(name))
    last = match.end("num") if match.group("unit") is None else match.end("unit")
    if what:
        last = match.start("what") + match.group("what").index(what) + len(what)
    proof = Evidence(field=field, start=first - shift, end=last - shift, text=original[first:last])
    alone = (
        unit is None
        and what is None
        and (bool(follows or qualifier) or bare.counts(lowered, original, (first, match.end("num")), value, lexicon))
    )
    return Number(first, last, Quantity(value=value, unit=unit, qualifier=qualifier, what=what, evidence=proof), alone)


def _counted_one(match: re.Match[str], lexicon: Lexicon) -> bool:
    """Whether "one", "un" counts: after "at least", or in English before a person."""
    if match.group("num").isdigit() or lexicon.qualifiers.get(match.group("qual") or "") in {"at least", "over"}:
        return True
    words = match.group("what").split()
    noun = lexicon.words.get(words[0]) if words else None
    return lexicon.lang == "en" and noun is not None and "person" in noun.classes


def _value(match: re.Match[str], lexicon: Lexicon) -> float | None:
    value = _whole(match, lexicon)
    if value is None or not (match.group("half") or match.group("behind")):
        return value
    scale = next((size for size in LARGE if value >= size and value % size == 0), 1.0)
    return value + scale / 2


def _whole(match: re.Match[str], lexicon: Lexicon) -> float | None:
    text = match.group("num")
    if not text[0].isdigit():
        return words_value(text, lexicon.numbers, lexicon.scales)
    written = re.match(DIGITS, text)
    number = digits_value(written.group() if written else text, decimal_comma=lexicon.lang != "en")
    plain = text.isdigit() and int(text) in YEARS
    if plain and not any(match.group(name) for name in ("unit", "cur", "qual")):
        return None
    scale = match.group("scale")
    if number is None or written is None or scale is None or (scale in {"m", "k"} and not match.group("cur")):
        return number
    return words_value(text[written.end() :], lexicon.numbers, lexicon.scales, number)


def _what(words: str, lexicon: Lexicon) -> tuple[str | None, bool]:
    """What a number counts, and whether a verb or relative follows it instead."""
    kept: list[str] = []
    numerals = _number_words(lexicon.lang)
    words = words.removeprefix(' "')
    for form in words.replace("-", " ", 1).split() if words.startswith("-") else words.split():
        word = lexicon.words.get(form)
        if form in numerals:
            break
        if word is not None and word.flags & FUNCTION:
            if kept or form not in SKIPPED:
                return " ".join(kept[:WORDS_OF_WHAT]) or None, bool(word.flags & FOLLOWED) and not kept
            continue
        kept.append(form)
    return " ".join(kept[:WORDS_OF_WHAT]) or None, False


def _ranges(found: list[Number], lowered: str, *, votes: bool) -> list[Number]:
    """The first end of a range takes unit, noun and scale of the second ("entre 30 y 50 millones de barriles")."""
    for index, (low, high) in enumerate(pairwise(found)):
        if low.quantity.unit is not None or low.quantity.what is not None:
            continue
        between = lowered[low.end : high.start].strip()
        if not votes and _tally(low, high, between, lowered):
            found[index : index + 2] = [_votes(low), _votes(high)]
        elif votes or between in JOINS:
            found[index] = _first_end(low, high, votes=votes)
    if votes and found[-1].quantity.what is None:
        found[-1] = _votes(found[-1])
    return found


def _tally(low: Number, high: Number, between: str, lowered: str) -> bool:
    """Whether two bare numbers are votes for and against ("by seven to two", "51 contra 49")."""
    if between not in AGAINST or high.quantity.what is not None or high.quantity.unit is not None:
        return False
    return between not in {"to", "a"} or lowered[: low.start].endswith((" by ", " por "))


def _votes(number: Number) -> Number:
    return Number(number.start, number.end, msgspec.structs.replace(number.quantity, what="votes"))


def _first_end(low: Number, high: Number, *, votes: bool) -> Number:
    value, size = low.quantity.value, high.quantity.value
    scale = next((s for s in LARGE if size >= s > value and size % s == 0), 1.0)
    what = high.quantity.what or ("votes" if votes else None)
    scaled = value if votes else value * scale
    return Number(
        low.start, low.end, msgspec.structs.replace(low.quantity, value=scaled, unit=high.quantity.unit, what=what)
    )
