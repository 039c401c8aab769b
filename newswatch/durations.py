"""Durations as people write them in files: "90s", "15m", "6h", "2d", "1h30m", or {hours: 6}."""

import re
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_SHAPE = re.compile(r"(?:\d+(?:\.\d+)?[smhdw])+")
_PART = re.compile(r"(\d+(?:\.\d+)?)([smhdw])")
HELP = 'write a duration such as "90s", "15m", "6h", "2d", "1h30m", or {hours: 6}'


def parse_duration(value: Any) -> timedelta:
    """The duration. Raises ValueError with a sentence for anything else, and for what is not longer than nothing."""
    if isinstance(value, timedelta):
        return value
    length = None
    if isinstance(value, str) and _SHAPE.fullmatch(value.strip()):
        length = sum((timedelta(**{UNITS[u]: float(n)}) for n, u in _PART.findall(value)), timedelta())
    elif isinstance(value, dict) and value and set(value) <= set(UNITS.values()):
        try:
            length = timedelta(**{unit: float(number) for unit, number in value.items()})
        except (TypeError, ValueError):
            length = None
    if length is None or length <= timedelta():
        raise ValueError(HELP)
    return length


def show_duration(length: timedelta) -> str:
    """The shortest form that parse_duration reads back: "1h30m"."""
    left, parts = length.total_seconds(), []
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count:.0f}{unit}")
    if left or not parts:
        parts.append(f"{left:g}s")
    return "".join(parts)


def show_millis(millis: float) -> str:
    """For people: milliseconds below a minute, else days to seconds."""
    if millis < 60_000:
        return f"{millis:,.0f} ms"
    return show_duration(timedelta(seconds=round(millis / 1000)))


SCHEMA: dict[str, Any] = {
    "anyOf": [
        {"type": "string", "pattern": r"^(\d+(\.\d+)?[smhdw])+$"},
        {"type": "object", "propertyNames": {"enum": list(UNITS.values())}, "additionalProperties": {"type": "number"}},
    ]
}

Duration = Annotated[timedelta, BeforeValidator(parse_duration), PlainSerializer(show_duration), WithJsonSchema(SCHEMA)]
"""A field that reads the forms above."""
