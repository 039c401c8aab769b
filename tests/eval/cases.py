"""Gold cases: sentences with their events, read from tests/cases/events/<half>/*.toml."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

ALPHA_3 = 3  # letters of a country code; anything else in the list is a slip of the pen
FOLDER = Path(__file__).resolve().parents[1] / "cases" / "events"


class GoldEvent(msgspec.Struct, frozen=True):
    """One event a careful reader codes; "" or None where the gold says nothing."""

    type: str
    mode: str | None = None
    source: str = ""
    target: str = ""
    status: str = "happened"
    historical: bool = False
    frame: str | None = None
    date: str | None = None
    place: str | None = None
    asserted_by: str | None = None
    quantities: tuple[dict[str, Any], ...] = ()


class Case(msgspec.Struct, frozen=True):
    """A sentence or lead with what it tells."""

    id: str
    lang: str
    text: str
    published: date
    relevant: bool
    countries: tuple[str, ...] = ()
    title: str = ""
    events: tuple[GoldEvent, ...] = ()


def load_cases(half: str) -> list[Case]:
    """Every case of one half ("dev" or "test"), in file order."""
    found: list[Case] = []
    for path in sorted((FOLDER / half).glob("*.toml")):
        for raw in tomllib.loads(path.read_text(encoding="utf-8")).get("case", []):
            for event in raw.get("events", []):
                if "date" in event:
                    event["date"] = str(event["date"])
            raw["countries"] = [code for code in raw.get("countries", []) if len(code) == ALPHA_3 and code.isupper()]
            found.append(msgspec.convert(raw, Case, strict=False))
    return found
