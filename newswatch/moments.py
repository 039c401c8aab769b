"""Moments as people give them on a command line: dates, times, and "2d" for two days ago."""

from datetime import UTC, datetime

from newswatch.durations import parse_duration
from newswatch.errors import UserError


def parse_moment(text: str, now: datetime, *, ahead: bool = False) -> datetime:
    """A date, an ISO time (UTC without a zone), "now", or a duration back from now (`ahead`: on from now).

    Raises UserError.
    """
    if text == "now":
        return now
    try:
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except ValueError:
        pass
    try:
        length = parse_duration(text)
    except ValueError as error:
        raise UserError(f"{text!r} is no time: give 2026-01-09, 2026-01-09T12:00Z, or a duration such as 2d") from error
    return now + length if ahead else now - length
