"""Matches of a pattern where a cheaper look has shown that one may begin."""

import re
from collections.abc import Iterable, Iterator


def matches(pattern: re.Pattern[str], text: str, places: Iterable[int] | None) -> Iterator[re.Match[str]]:
    """The matches that begin at one of `places`, ascending, none within another; anywhere if None."""
    if places is None:
        yield from pattern.finditer(text)
        return
    end = 0
    for place in places:
        match = pattern.match(text, place) if place >= end else None
        if match is not None:
            end = match.end()
            yield match
