"""The Now page's numbers: spans, counts over time, places on the map. Shaping is pure; `Overview` only asks."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sinks.board import queries
from sinks.board.reading import Found, Index
from sinks.index_names import Family

ENOUGH = 20
"""Articles a span must hold to be the one shown first; else the next longer one is."""

MOST_LINES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A dot of the map: coordinates in degrees, events there, and their commonest types."""

    name: str
    lat: float
    lon: float
    count: int
    types: tuple[str, ...]

    @property
    def radius(self) -> float:
        """Radius on the map, so that the dot's area grows with the count, within limits."""
        return round(min(14.0, 2.6 + 1.5 * math.sqrt(self.count)), 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What the map shows: a box in map units (20 a degree, north negative)."""

    left: float
    top: float
    width: float
    height: float

    @property
    def view(self) -> str:
        """As SVG's viewBox."""
        return f"{self.left:.0f} {self.top:.0f} {self.width:.0f} {self.height:.0f}"

    @property
    def unit(self) -> float:
        """Map units of one thousandth of the width: sizes given in it look the same at every zoom."""
        return self.width / 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """Totals and breakdowns of one span."""

    articles: int
    stories: int
    outlets: int
    countries: tuple[tuple[str, int], ...]
    types: tuple[tuple[str, int], ...]
    places: tuple[Place, ...]
    series: dict[str, Any]


def choose_span(found: Found) -> str:
    """The shortest span that holds enough; where none does, the shortest that holds anything at all, or a day."""
    spans = found.aggregations.get("spans", {}).get("buckets", {})
    counts = {name: int(spans.get(name, {}).get("doc_count", 0)) for name in queries.RANGES}
    enough = [name for name, count in counts.items() if count >= ENOUGH]
    fullest = [name for name, count in counts.items() if count and count == max(counts.values())]
    return (enough or fullest or ["24h"])[0]


def numbers(counted: Found, placed: Found) -> Numbers:
    """The numbers of the answers to `counts_body` and `places_body`."""
    countries = _terms(counted, "country")
    types = tuple(
        (str(bucket["key"]), int(bucket["articles"]["doc_count"])) for bucket in counted.buckets("type", "of")
    )
    return Numbers(
        articles=counted.total,
        stories=_value(counted, "stories"),
        outlets=_value(counted, "outlets"),
        countries=countries,
        types=types,
        places=tuple(place for bucket in placed.buckets("places") if (place := _place(bucket))),
        series=_series(counted, [name for name, _ in countries], [name for name, _ in types]),
    )


def frame_of(places: Sequence[Place]) -> Frame:
    """A box two units wide for each high around the weightiest places, never narrower than the Caribbean."""
    shown = sorted(places, key=lambda place: -place.count)[:25]
    lons = [place.lon for place in shown if -130 < place.lon < -30 and -35 < place.lat < 55] or [-95.0, -55.0]
    lats = [place.lat for place in shown if -130 < place.lon < -30 and -35 < place.lat < 55] or [5.0, 30.0]
    west, east = min([*lons, -92.0]) - 4, max([*lons, -58.0]) + 4
    south, north = min([*lats, 4.0]) - 3, max([*lats, 27.0]) + 3
    width = max(east - west, (north - south) * 2)
    height = width / 2
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    return Frame(
        left=(middle_x - width / 2) * 20, top=-(middle_y + height / 2) * 20, width=width * 20, height=height * 20
    )


class Overview:
    """Asks the index for the numbers of a span."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def first_span(self, now: datetime) -> str:
        """The span to show when none is asked for."""
        return choose_span(self._index.search(Family.ARTICLES, queries.spans_body(now)))

    def numbers(self, span: str, country: str, now: datetime) -> Numbers:
        """The numbers of `span`, of one country where it is given."""
        countries = (country,) if country else ()
        return numbers(
            self._index.search(Family.ARTICLES, queries.counts_body(span, now, countries)),
            self._index.search(Family.EVENTS, queries.places_body(span, now, countries)),
        )


def _terms(found: Found, name: str) -> tuple[tuple[str, int], ...]:
    return tuple((str(bucket["key"]), int(bucket["doc_count"])) for bucket in found.buckets(name))


def _value(found: Found, name: str) -> int:
    return int(found.aggregations.get(name, {}).get("value") or 0)


def _series(found: Found, countries: Sequence[str], types: Sequence[str]) -> dict[str, Any]:
    """Columns for the charts: seconds since 1970, then one list of counts for each line."""
    bars = found.buckets("time")
    lines: dict[str, list[dict[str, Any]]] = {"country": [], "type": []}
    for name in countries[:MOST_LINES]:
        values = [_count(bar["country"]["buckets"], name) for bar in bars]
        lines["country"].append({"name": name, "values": values})
    for name in types[:MOST_LINES]:
        values = [_count(bar["type"]["of"]["buckets"], name, articles=True) for bar in bars]
        lines["type"].append({"name": name, "values": values})
    return {"x": [int(bar["key"]) // 1000 for bar in bars], **lines}


def _count(buckets: Sequence[dict[str, Any]], name: str, articles: bool = False) -> int:
    for bucket in buckets:
        if bucket["key"] == name:
            return int(bucket["articles"]["doc_count"] if articles else bucket["doc_count"])
    return 0


def _place(bucket: dict[str, Any]) -> Place | None:
    at = bucket.get("at", {}).get("location")
    if not at:
        return None
    return Place(
        name=str(bucket["key"]),
        lat=float(at["lat"]),
        lon=float(at["lon"]),
        count=int(bucket["doc_count"]),
        types=tuple(str(part["key"]) for part in bucket.get("type", {}).get("buckets", [])),
    )
