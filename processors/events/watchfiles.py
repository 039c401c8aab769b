"""The tables of a watch folder: countries.tsv, places.tsv and actors.tsv, read and checked line by line."""

import re
from collections.abc import Container, Iterator
from pathlib import Path

import msgspec

from processors.events import plover
from processors.folding import folded

COUNTRY_COLUMNS = ("code", "name_en", "name_es", "name_pt", "aliases", "demonyms", "capital_place_id")
PLACE_COLUMNS = ("id", "name", "kind", "country", "aliases", "lat", "lon", "metonym", "wikidata", "context")
ACTOR_COLUMNS = ("id", "name", "kind", "country", "sectors", "aliases", "roles", "wikidata", "context", "source")
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
WIKIDATA = re.compile(r"Q[1-9]\d*")
Surface = tuple[str, str | None]
SurfaceAmbiguous = tuple[str, str | None, bool]


class Country(msgspec.Struct, frozen=True):
    """A country by alpha-3 code with its names, aliases and demonyms (surface form, language or None)."""

    code: str
    name: str
    name_es: str
    name_pt: str
    aliases: tuple[Surface, ...]
    demonyms: tuple[Surface, ...]

    def surfaces(self) -> Iterator[Surface]:
        """Every name of the country with its language."""
        yield from ((self.name, None), (self.name_es, None), (self.name_pt, None), *self.aliases)


class Context(msgspec.Struct, frozen=True):
    """Folded words that must (`wanted`, any of) or must not (`unwanted`) stand near an ambiguous name."""

    wanted: frozenset[str] = frozenset()
    unwanted: frozenset[str] = frozenset()


class Place(msgspec.Struct, frozen=True):
    """A place; `metonym` is the alpha-3 code of the government its name stands for, "" for none."""

    id: str
    name: str
    kind: str
    country: str
    aliases: tuple[SurfaceAmbiguous, ...]
    lat: float | None
    lon: float | None
    metonym: str
    wikidata: str
    context: Context

    def surfaces(self) -> Iterator[SurfaceAmbiguous]:
        """Every name of the place with language and whether it is ambiguous."""
        yield from ((self.name, None, False), *self.aliases)


class RoleSpan(msgspec.Struct, frozen=True):
    """An office held from `start` to `end` (ISO days, "" for open)."""

    sector: str
    title: str
    start: str
    end: str


class Actor(msgspec.Struct, frozen=True):
    """A person, organisation or group and the state it acts for ("" for none)."""

    id: str
    name: str
    kind: str
    country: str
    sectors: tuple[str, ...]
    aliases: tuple[SurfaceAmbiguous, ...]
    roles: tuple[RoleSpan, ...]
    wikidata: str
    context: Context

    def surfaces(self) -> Iterator[SurfaceAmbiguous]:
        """Every name of the actor with language and whether it is ambiguous."""
        yield from ((self.name, None, False), *self.aliases)

    def role_on(self, day: str) -> RoleSpan | None:
        """The office held on the ISO day, the last listed first; None without one."""
        held = (role for role in reversed(self.roles) if (role.start or "0") <= day and day < (role.end or "9"))
        return next(held, None)


def _rows(path: Path, columns: tuple[str, ...], faults: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Rows as (file:line, column → text). A short row or a wrong header is a fault."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        faults.append(f"{path.name}: cannot be read: {error}")
        return
    header: list[str] | None = None
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = line.split("\t")
        if header is None:
            header = cells
            missing = [column for column in columns if column not in header]
            if missing:
                faults.append(f"{path.name}:{number}: header lacks {', '.join(missing)}")
                return
        elif len(cells) > len(header):
            faults.append(f"{path.name}:{number}: {len(cells)} columns where the header has {len(header)}")
        else:
            cells += [""] * (len(header) - len(cells))
            yield f"{path.name}:{number}", dict(zip(header, (cell.strip() for cell in cells), strict=True))


def _surfaces(cell: str) -> tuple[Surface, ...]:
    return tuple((surface, lang) for surface, lang, _ in _flagged(cell))


def _flagged(cell: str) -> tuple[SurfaceAmbiguous, ...]:
    found: list[SurfaceAmbiguous] = []
    for part in filter(None, (part.strip() for part in cell.split("|"))):
        surface, _, lang = part.partition("@")
        found.append((surface.removeprefix("~").strip(), lang or None, surface.startswith("~")))
    return tuple(found)


def _context(cell: str) -> Context:
    words = [word.strip() for word in cell.split("|") if word.strip()]
    return Context(
        frozenset(folded(word[1:]) for word in words if word.startswith("+")),
        frozenset(folded(word[1:]) for word in words if word.startswith("-")),
    )


def read_countries(path: Path, faults: list[str]) -> dict[str, Country]:
    """Countries by alpha-3 code; faults are appended."""
    countries: dict[str, Country] = {}
    for where, row in _rows(path, COUNTRY_COLUMNS, faults):
        code = row["code"]
        if not re.fullmatch(r"[A-Z]{3}", code) or not row["name_en"]:
            faults.append(f"{where}: a country needs an alpha-3 code and name_en, found {code!r}")
        elif code in countries:
            faults.append(f"{where}: country {code} is listed twice")
        else:
            name = row["name_en"]
            countries[code] = Country(
                code, name, row["name_es"] or name, row["name_pt"] or name,
                _surfaces(row["aliases"]), _surfaces(row["demonyms"]),
            )  # fmt: skip
    return countries


def _check_row(row: dict[str, str], seen: Container[str], countries: dict[str, Country]) -> Iterator[str]:
    if not row["id"] or not row["name"]:
        yield "id and name are needed"
    if row["id"] in seen:
        yield f"id {row['id']!r} is listed twice"
    if row["country"] and row["country"] not in countries:
        yield f"unknown country {row['country']!r}"
    if row["wikidata"] and not WIKIDATA.fullmatch(row["wikidata"]):
        yield f"wikidata must look like Q123, found {row['wikidata']!r}"


def read_places(path: Path, countries: dict[str, Country], faults: list[str]) -> dict[str, Place]:
    """Places by id; faults are appended."""
    places: dict[str, Place] = {}
    for where, row in _rows(path, PLACE_COLUMNS, faults):
        wrong = list(_check_row(row, places, countries))
        lat, lon = _number(row["lat"], 90), _number(row["lon"], 180)
        if (row["lat"] and lat is None) or (row["lon"] and lon is None):
            wrong.append(f"not degrees: {row['lat']!r}, {row['lon']!r}")
        if row["metonym"] and row["metonym"] not in countries:
            wrong.append(f"unknown metonym country {row['metonym']!r}")
        faults.extend(f"{where}: {fault}" for fault in wrong)
        if not wrong:
            places[row["id"]] = Place(
                row["id"], row["name"], row["kind"], row["country"], _flagged(row["aliases"]), lat, lon,
                row["metonym"], row["wikidata"], _context(row["context"]),
            )  # fmt: skip
    return places


def _number(cell: str, limit: float) -> float | None:
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if -limit <= value <= limit else None


def read_actors(path: Path, countries: dict[str, Country], faults: list[str]) -> dict[str, Actor]:
    """Actors by id; faults are appended."""
    actors: dict[str, Actor] = {}
    for where, row in _rows(path, ACTOR_COLUMNS, faults):
        wrong = list(_check_row(row, actors, countries))
        sectors = tuple(sector.strip() for sector in row["sectors"].split(";") if sector.strip())
        wrong.extend(f"unknown sector {sector!r}" for sector in sectors if sector not in plover.SECTORS)
        roles = tuple(_roles(row["roles"], wrong))
        faults.extend(f"{where}: {fault}" for fault in wrong)
        if not wrong:
            actors[row["id"]] = Actor(
                row["id"], row["name"], row["kind"], row["country"], sectors, _flagged(row["aliases"]), roles,
                row["wikidata"], _context(row["context"]),
            )  # fmt: skip
    return actors


def _roles(cell: str, wrong: list[str]) -> Iterator[RoleSpan]:
    for part in filter(None, (part.strip() for part in cell.split(";"))):
        pieces = part.split(":")
        start, dots, end = pieces[-1].partition("..")
        dates_fit = dots and all(not day or ISO_DATE.fullmatch(day) for day in (start, end))
        if len(pieces) != 3 or pieces[0] not in plover.SECTORS or not dates_fit:
            wrong.append(f"a role looks like GOV:president:2013-04-19..2026-01-03, found {part!r}")
        elif start and end and end < start:
            wrong.append(f"role ends before it starts: {part!r}")
        else:
            yield RoleSpan(pieces[0], pieces[1].strip().lower(), start, end)
