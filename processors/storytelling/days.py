"""The days a text names, as ISO dates, read against the day it was published; English, Spanish, Portuguese."""

import re
from collections.abc import Iterable
from datetime import date, timedelta

from processors.storytelling.places import matches

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan enero ene janeiro",
            "february feb febrero fevereiro fev",
            "march mar marzo marco",
            "april apr abril abr",
            "may mayo maio mai",
            "june jun junio junho",
            "july jul julio julho",
            "august aug agosto ago",
            "september sept sep septiembre setiembre setembro set",
            "october oct octubre outubro out",
            "november nov noviembre novembro",
            "december dec diciembre dic dezembro dez",
        ),
        1,
    )
    for name in names.split()
}
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "monday lunes segunda-feira",
            "tuesday martes terca-feira",
            "wednesday miercoles quarta-feira",
            "thursday jueves quinta-feira",
            "friday viernes sexta-feira",
            "saturday sabado",
            "sunday domingo",
        )
    )
    for name in names.split()
}
RELATIVE = {
    "today": 0, "hoy": 0, "hoje": 0, "tonight": 0,
    "yesterday": -1, "ayer": -1, "ontem": -1, "anoche": -1,
}  # fmt: skip
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_DAYS = re.compile(
    rf"\b(?P<d1>\d{{1,2}})(?:st|nd|rd|th|º)? (?:de |of )?(?P<m1>{_MONTH})\b\.?"
    rf"(?:,? (?:de |del )?(?P<y1>(?:19|20)\d\d))?"
    rf"|\b(?P<m2>{_MONTH})\b\.? (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)(?:, (?P<y2>(?:19|20)\d\d))?"
    rf"|\b(?P<w>{'|'.join(sorted(WEEKDAYS, key=len, reverse=True))})\b(?: \((?P<d3>\d{{1,2}})\))?"
    rf"|\b(?P<r>{'|'.join(RELATIVE)})\b"
)
_NAMED = "|".join(sorted((*MONTHS, *WEEKDAYS, *RELATIVE), key=len, reverse=True))
DAY_BEGINS = re.compile(rf"\b(?:\d{{1,2}}(?:st|nd|rd|th|º)?$|(?:{_NAMED})\b)")
"""Where a day may begin in a folded word."""


def find_days(
    fold: str, published: date, places: Iterable[int] | None = None
) -> tuple[tuple[int, int, date | None], ...]:
    """Start, end and day of each date in folded text; None where the words name no real day.

    Looks at `places` alone, in order, if given: all where DAY_BEGINS.
    """
    return tuple((match.start(), match.end(), _day(match, published)) for match in matches(_DAYS, fold, places))


def _day(match: re.Match[str], published: date) -> date | None:
    parts = match.groupdict()
    if parts["r"]:
        return published + timedelta(days=RELATIVE[parts["r"]])
    if parts["w"]:
        return _weekday(WEEKDAYS[parts["w"]], parts["d3"], published)
    month, day = parts["m1"] or parts["m2"], parts["d1"] or parts["d2"]
    year = parts["y1"] or parts["y2"]
    return _calendar(int(year) if year else None, MONTHS[month], int(day), published)


def _weekday(weekday: int, day_of_month: str | None, published: date) -> date | None:
    """The last such weekday up to publication; a day of the month beside it must agree."""
    found = published - timedelta(days=(published.weekday() - weekday) % 7)
    if day_of_month is not None and found.day != int(day_of_month):
        later = found + timedelta(days=7)
        return later if later.day == int(day_of_month) else None
    return found


def _calendar(year: int | None, month: int, day: int, published: date) -> date | None:
    years = (year,) if year else (published.year, published.year - 1, published.year + 1)
    found = [made for made in (_made(y, month, day) for y in years) if made]
    if not found:
        return None
    return min(found, key=lambda made: abs(made - published))


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
