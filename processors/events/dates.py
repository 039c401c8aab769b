"""Dates in running text, resolved against the publication day: "on Monday", "el 3 de enero", "em dezembro".

A bare weekday is the latest such day up to and including the publication day (the next one under a future verb); a day
and month without a year is the nearest past one (the next one under a future verb). Granularity is kept.
"""

import re
from datetime import date, timedelta

import msgspec

from newswatch.records.article import EventDate
from processors.events.lexicon import Lexicon

NUMBERS = {
    "en": ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"],
    "es": ["un", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez"],
    "pt": ["um", "dois", "tres", "quatro", "cinco", "seis", "sete", "oito", "nove", "dez"],
}
RELATIVE = {
    "en": {"yesterday": -1, "today": 0, "tomorrow": 1, "tonight": 0, "this morning": 0, "this afternoon": 0,
    "last night": -1,
           "earlier today": 0, "this evening": 0, "overnight": 0},
    "es": {"ayer": -1, "hoy": 0, "anoche": -1, "anteayer": -2, "antier": -2, "esta manana": 0, "esta tarde": 0,
    "esta noche": 0,
           "esta madrugada": 0, "manana mismo": 1, "pasado manana": 2},
    "pt": {"ontem": -1, "hoje": 0, "amanha": 1, "anteontem": -2, "esta manha": 0, "nesta manha": 0, "esta noite": 0,
           "nesta tarde": 0, "nesta noite": 0},
}  # fmt: skip
PERIODS = {
    "en": {"last week": -7, "last month": -30, "last year": -365, "next week": 7, "next month": 30, "next year": 365,
           "this week": 1, "this month": 2, "this year": 3},
    "es": {"la semana pasada": -7, "el mes pasado": -30, "el ano pasado": -365, "la proxima semana": 7,
    "el proximo mes": 30,
           "el proximo ano": 365, "la semana proxima": 7, "esta semana": 1, "este mes": 2, "este ano": 3,
           "semana pasada": -7},
    "pt": {"na semana passada": -7, "semana passada": -7, "no mes passado": -30, "mes passado": -30,
    "no ano passado": -365,
           "ano passado": -365, "na proxima semana": 7, "proxima semana": 7, "no proximo mes": 30,
           "no proximo ano": 365,
           "esta semana": 1, "nesta semana": 1, "este mes": 2, "neste mes": 2, "este ano": 3, "neste ano": 3},
}  # fmt: skip
AGO = {
    "en": r"(?P<ago>\d+|{n}|a|an|several) (?P<unit>day|week|month|year)s? (?:ago|earlier)",
    "es": r"hace (?P<ago>\d+|{n}|una) (?P<unit>dia|semana|mes|ano)(?:e?s)?",
    "pt": r"ha (?P<ago>\d+|{n}|uma|duas) (?P<unit>dia|semana|mes|ano)(?:e?s)?(?: atras)?",
}
UNITS = {"day": 1, "dia": 1, "week": 7, "semana": 7, "month": 30, "mes": 30, "year": 365, "ano": 365}
PAST_WORD = r"(?:last|this past|past|pasado|pasada|passado|passada|ultimo|ultima)"
NEXT_WORD = r"(?:next|this coming|coming|proximo|proxima)"
YEAR_BEFORE = {
    "en": r"(?:in|since|of|until|during|from|by)",
    "es": r"(?:en|desde|de|del|hasta|durante)",
    "pt": r"(?:em|desde|de|ate|durante)",
}
MONTH_BEFORE = {
    "en": "in|of|since|last|early|late|mid|until|by|next|this",
    "es": "en|desde|de|hasta|a mediados de|a finales de|a principios de|a fines de|el pasado mes de",
    "pt": "em|desde|de|ate|no final de|no inicio de",
}
OF = {"en": r"(?:,? |,? of )", "es": r"(?: del? |,? )", "pt": r"(?: de |,? )"}
_CACHE: dict[str, re.Pattern[str]] = {}


class DateMatch(msgspec.Struct, frozen=True):
    """A date expression: its span in the text and the groups it was read from."""

    start: int
    end: int
    raw: str
    groups: dict[str, str]
    lang: str


def _pattern(lexicon: Lexicon) -> re.Pattern[str]:
    lang = lexicon.lang
    if lang in _CACHE:
        return _CACHE[lang]
    months = "|".join(sorted(lexicon.months, key=len, reverse=True))
    days = "|".join(sorted(lexicon.weekdays, key=len, reverse=True))
    year, link = r"(?:19|20)\d\d", OF[lang]
    day = rf"(?:(?P<past>{PAST_WORD}) |(?P<next>{NEXT_WORD}) )?(?P<wd>{days})\b"
    late = rf"(?: (?P<past2>{PAST_WORD})\b| (?P<next2>{NEXT_WORD})\b)?"
    number = rf"(?:,? \(?(?P<wdd>[0-3]?\d)(?:º|o\b)?(?!\d|[.,]\d| ?%)\)?(?: de (?P<wdm>{months}))?)?"
    parts = (
        rf"(?P<iso>{year}-[01]\d-[0-3]\d)",
        *_day_and_month(lang, months, year),
        rf"(?P<m3>{months})\.?{link}(?P<y3>{year})",
        rf"(?:{MONTH_BEFORE[lang]}) (?P<m4>{months})\b(?!\.?,? (?:de |del )?{year}|\.? [0-3]?\d\b)",
        day if lang == "en" else rf"{day}(?:-feira)?{late}{number}",
        "(?P<period>" + "|".join(sorted(PERIODS[lang], key=len, reverse=True)) + ")",
        "(?P<rel>" + "|".join(sorted(RELATIVE[lang], key=len, reverse=True)) + ")",
        AGO[lang].replace("{n}", "|".join(NUMBERS[lang])),
        rf"(?:{YEAR_BEFORE[lang]}) (?P<y5>{year})",
    )
    # the look ahead spares trying every part at the ends of words too
    _CACHE[lang] = re.compile(r"\b(?=\w)(?:" + "|".join(f"(?:{part})" for part in parts) + r")(?!\w)")
    return _CACHE[lang]


def _day_and_month(lang: str, months: str, year: str) -> tuple[str, ...]:
    if lang != "en":
        return (rf"(?P<d2>[0-3]?\d|primero|1o|1º)(?:º)? de (?P<m2>{months})\b(?:(?: del?|,)? (?P<y2>{year}))?",)
    return (
        rf"(?P<m1>{months})\.? (?P<d1>[0-3]?\d)(?:st|nd|rd|th)?\b(?!:|\.\d|,\d)(?:,? (?P<y1>{year}))?",
        rf"(?P<d2>[0-3]?\d)(?:st|nd|rd|th)?(?: of)? (?P<m2>{months})\b(?:,? (?P<y2>{year}))?",
    )


def find_dates(fold: str, start: int, end: int, lexicon: Lexicon) -> list[DateMatch]:
    """Date expressions in the folded text between two offsets, in order."""
    found = []
    for match in _pattern(lexicon).finditer(fold, start, end):
        groups = {key: value for key, value in match.groupdict().items() if value}
        found.append(DateMatch(match.start(), match.end(), match.group(), groups, lexicon.lang))
    return found


def resolve(match: DateMatch, published: date, lexicon: Lexicon, *, future: bool) -> EventDate | None:
    """The days an expression means for a text of `published`; None where they do not exist."""
    groups = match.groups
    try:
        for key, reader in _READERS:
            if key in groups:
                span = reader(groups, published, lexicon, future)
                if span is None:
                    return None
                first, last, granularity = span
                return EventDate(start=first.isoformat(), end=last.isoformat(), granularity=granularity, raw=match.raw)
    except (ValueError, OverflowError, KeyError):
        return None
    return None


Span = tuple[date, date, str] | None


def _iso(groups: dict[str, str], published: date, lexicon: Lexicon, future: bool) -> Span:
    day = date.fromisoformat(groups["iso"])
    return day, day, "day"


def _day_month(groups: dict[str, str], published: date, lexicon: Lexicon, future: bool) -> Span:
    which = "1" if "d1" in groups else "2"
    number = {"primero": "1", "1o": "1", "1º": "1"}.get(groups[f"d{which}"], groups[f"d{which}"])
    month = lexicon.months[groups[f"m{which}"]]
    year = groups.get(f"y{which}")
    day = _nearest(int(year) if year else None, month, int(number), published, future)
    return day, day, "day"


def _nearest(year: int | None, month: int, number: int, published: date, future: bool) -> date:
    if year is not None:
        return date(year, month, number)
    day = date(published.year, month, number)
    if future and day < published - timedelta(days=60):
        return date(published.year + 1, month, number)
    if not future and day > published + timedelta(days=7):
        return date(published.year - 1, month, number)
    return day


def _month(groups: dict[str, str], published: date, lexicon: Lexicon, future: bool) -> Span:
    month = lexicon.months[groups.get("m3") or groups["m4"]]
    if "y3" in groups:
        year = int(groups["y3"])
    else:
        year = published.year
        if future and month < published.month:
            year += 1
        elif not future and month > published.month:
            year -= 1
    first = date(year, month, 1)
    return first, _last_of_month(first), "month"


def _last_of_month(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _weekday(groups: dict[str, str], published: date, lexicon: Lexicon, future: bool) -> Span:
    if "wdd" in groups:
        month = lexicon.months[groups["wdm"]] if "wdm" in groups else published.month
        day = date(published.year, month, int(groups["wdd"]))
        if "wdm" not in groups and not future and day > published:
            first = published.replace(day=1) - timedelta(days=1)
            day = date(first.year, first.month, int(groups["wdd"]))
        return day, day, "day"
    wanted = lexicon.weekdays[groups["wd"]]
    back = (published.weekday() - wanted) % 7
    if "next" in groups or "next2" in groups or (future and not ("past" in groups or "past2" in groups)):
        day = published + timedelta(days=(wanted - published.weekday()) % 7 or (7 if "next" in groups else 0))
    else:
        day = published - timedelta(days=back or (7 if "past" in groups or "past2" in groups else 0))
    return day, day, "day"


def _relative(groups: dict[str, str], published: date, lexicon: Lexicon, future: bool) -> Span:
    day = published + timedelta(days=RELATIVE[lexicon.lang][groups["rel"]])
    return day, day, "day"


def _period(groups: dict[str, str], published: date, lexicon: Lexicon, future: bool) -> Span:
    step = PERIODS[lexicon.lang][groups["period"]]
    if step in {-7, 7, 1}:
        monday = published - timedelta(days=published.weekday()) + timedelta(days=step if abs(step) == 7 else 0)
        return monday, monday + timedelta(days=6), "range"
    if step in {-30, 30, 2}:
        first = published.replace(day=1)
        if step == -30:
            first = (first - timedelta(days=1)).replace(day=1)
        elif step == 30:
            first = (first + timedelta(days=32)).replace(day=1)
        return first, _last_of_month(first), "month"
    return _whole_year(published.year + {-365: -1, 365: 1}.get(step, 0))


def _whole_year(year: int) -> Span:
    return date(year, 1, 1), date(year, 12, 31), "year"


def _ago(groups: dict[str, str], published: date, lexicon: Lexicon, future: bool) -> Span:
    word, unit = groups["ago"], UNITS[groups["unit"]]
    listed = NUMBERS[lexicon.lang]
    if word == "several":
        return None
    count = int(word) if word.isdigit() else (listed.index(word) + 1 if word in listed else {"duas": 2}.get(word, 1))
    day = published - timedelta(days=count * unit)
    if unit == 365:
        return _whole_year(published.year - count)
    if unit == 30:
        first = day.replace(day=1)
        return first, _last_of_month(first), "month"
    if unit == 7:
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6), "range"
    return day, day, "day"


def _year(groups: dict[str, str], published: date, lexicon: Lexicon, future: bool) -> Span:
    return _whole_year(int(groups["y5"]))


_READERS = (
    ("iso", _iso), ("d1", _day_month), ("d2", _day_month), ("m3", _month), ("m4", _month), ("wd", _weekday),
    ("period", _period), ("rel", _relative), ("ago", _ago), ("y5", _year),
)  # fmt: skip
