"""A watch folder in memory: countries, places, actors and lexicons, checked line by line and ready to tag with."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

import newswatch
from newswatch.errors import Unprocessable
from newswatch.reject_reasons import Reason
from processors.collector import collector_paused
from processors.events.lexicon import Lexicon, LexiconFile, read_lexicon
from processors.events.model.weights import FILE, Model, read_model
from processors.events.watchfiles import Actor, Country, Place, read_actors, read_countries, read_places
from processors.folding import folded, words_only

LANGUAGES = ("en", "es", "pt")
SHIPPED = Path(newswatch.__file__).parent / "watches"
ACRONYM = 4  # an alias in capitals up to this long must be in capitals in the text ("US", "ONU"), or "us" would match


class WatchError(Unprocessable):
    """A watch folder that cannot be used; the message lists every fault, one a line, with file and line."""

    def __init__(self, faults: Iterable[str]) -> None:
        super().__init__("\n".join(faults), Reason.INVALID_RECORD)


class Name(msgspec.Struct, frozen=True):
    """One reading of a surface form: what it names, in which language, and whether it needs company to count."""

    kind: str  # country, demonym, place, actor
    surface: str
    country: Country | None = None
    place: Place | None = None
    actor: Actor | None = None
    lang: str | None = None
    ambiguous: bool = False


class Known(msgspec.Struct, frozen=True):
    """A happening news names in passing: type, parties, day, and until when a bare mention means it."""

    type: str
    source: str
    target: str
    date: str
    until: str
    mode: str = ""
    actors: tuple[str, ...] = ()


class Focus(msgspec.Struct, frozen=True):
    """What the watch is about: `core` countries, `partners` that matter with a core one, wordings and limits."""

    name: str
    core: frozenset[str]
    partners: frozenset[str]
    descriptions: dict[str, tuple[str, ...]]
    off_topic: dict[str, tuple[str, ...]]
    historical_days: int = 60
    lexicons: str = ""
    known: tuple[Known, ...] = ()
    not_names: tuple[str, ...] = ()
    theatres: frozenset[str] = frozenset()  # places and countries where a deed of a partner is on the watch


class Lexicons(Mapping[str, Lexicon]):
    """The lexicons of a watch by language. The words of one are inflected when it is first asked for."""

    def __init__(self, files: dict[str, LexiconFile]) -> None:
        self._files = files

    def __getitem__(self, lang: str) -> Lexicon:
        return self._files[lang].lexicon()

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


class Watch(msgspec.Struct, frozen=True):
    """A loaded watch. `names[i]` reads pattern i of `automaton`; `roles` maps (country, title) to holders."""

    folder: str
    focus: Focus
    countries: dict[str, Country]
    places: dict[str, Place]
    actors: dict[str, Actor]
    lexicons: Lexicons
    names: tuple[tuple[Name, ...], ...]
    automaton: Any
    roles: dict[tuple[str, str], tuple[tuple[str, str, Actor], ...]]
    model: Model | None = None


@lru_cache(maxsize=8)
@collector_paused()
def load_watch(folder: Path) -> Watch:
    """The watch in `folder`. Raises WatchError listing every fault found in its files."""
    faults: list[str] = []
    if not folder.is_dir():
        raise WatchError([f"{folder}: no such folder; a watch is a folder with watch.toml, countries.tsv and lexicons"])
    countries = read_countries(folder / "countries.tsv", faults)
    places = read_places(folder / "places.tsv", countries, faults)
    actors = read_actors(folder / "actors.tsv", countries, faults)
    focus = _read_focus(folder / "watch.toml", countries, faults)
    lexicons = _read_lexicons(folder, SHIPPED / focus.lexicons if focus and focus.lexicons else folder, faults)
    model = _read_model(folder / FILE, faults)
    if faults or focus is None:
        raise WatchError(faults)
    readings = _readings(countries.values(), places.values(), actors.values(), focus)
    automaton = AhoCorasick(
        list(readings), matchkind=MatchKind.LeftmostLongest, implementation=Implementation.ContiguousNFA
    )
    return Watch(
        folder=str(folder),
        focus=focus,
        countries=countries,
        places=places,
        actors=actors,
        lexicons=lexicons,
        names=tuple(tuple(names) for names in readings.values()),
        automaton=automaton,
        roles=_roles(actors.values()),
        model=model,
    )


def _read_model(path: Path, faults: list[str]) -> Model | None:
    try:
        return read_model(path)
    except ValueError as error:
        faults.append(str(error))
        return None


def _read_lexicons(folder: Path, fallback: Path, faults: list[str]) -> Lexicons:
    files: dict[str, LexiconFile] = {}
    for lang in LANGUAGES:
        path = folder / f"lexicon.{lang}.toml"
        if not path.is_file():
            path = fallback / f"lexicon.{lang}.toml"
        try:
            files[lang] = read_lexicon(path)
        except (ValueError, OSError) as error:
            faults.extend(str(error).splitlines())
    return Lexicons(files)


def _read_focus(path: Path, countries: dict[str, Country], faults: list[str]) -> Focus | None:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        focus = Focus(
            name=data["name"],
            core=frozenset(data["core"]),
            partners=frozenset(data.get("partners", ())),
            descriptions={key.replace("_", " "): tuple(value) for key, value in data.get("descriptions", {}).items()},
            off_topic={key: tuple(value.split()) for key, value in data.get("off_topic", {}).items()},
            historical_days=int(data.get("historical_days", 60)),
            lexicons=str(data.get("lexicons", "")),
            not_names=tuple(data.get("not_names", ())),
            theatres=frozenset(data.get("theatres", ())),
            known=msgspec.convert(data.get("known", []), tuple[Known, ...]),
        )
    except OSError as error:
        faults.append(f"{path.name}: {error.strerror}")
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, KeyError, TypeError, ValueError, AttributeError) as error:
        faults.append(f"{path.name}: {type(error).__name__}: {error}")
    else:
        named = focus.core | focus.partners | {code for codes in focus.descriptions.values() for code in codes}
        faults.extend(f"{path.name}: unknown country {code!r}" for code in sorted(named - set(countries)))
        return focus
    return None


def pattern(surface: str) -> str:
    """The form a name has in the automaton: folded words after a space each."""
    return " " + " ".join(words_only(folded(surface)).split())


def _readings(
    countries: Iterable[Country], places: Iterable[Place], actors: Iterable[Actor], focus: Focus
) -> dict[str, list[Name]]:
    readings: dict[str, list[Name]] = {}
    for name in _all_names(countries, places, actors):
        for key in _keys(name.surface):
            readings.setdefault(key, []).append(name)
    for excluded in focus.not_names:
        readings.update((key, [Name("nothing", excluded)]) for key in _keys(excluded))
    for description in focus.descriptions:
        readings.setdefault(pattern(description), []).append(Name("description", description))
    for key in [key for key in readings if " u s" in key or " d c" in key or " ee uu" in key]:
        spaced = key.replace(" u s", " u  s").replace(" d c", " d  c").replace(" ee uu", " ee  uu")
        readings.setdefault(spaced, readings[key])
    return readings


def _keys(surface: str) -> set[str]:
    """The patterns of a name: with single spaces, and as it stands in a text where it holds a comma or full stop."""
    key = pattern(surface)
    return {key, f" {words_only(folded(surface)).rstrip()}"} if len(key) > 1 else set()


def _all_names(countries: Iterable[Country], places: Iterable[Place], actors: Iterable[Actor]) -> Iterator[Name]:
    for country in countries:
        for surface, lang in country.surfaces():
            yield Name("country", surface, country=country, lang=lang)
        for surface, lang in country.demonyms:
            yield Name("demonym", surface, country=country, lang=lang)
    for place in places:
        yield from (Name("place", s, place=place, lang=lang, ambiguous=amb) for s, lang, amb in place.surfaces())
    for actor in actors:
        yield from (Name("actor", s, actor=actor, lang=lang, ambiguous=amb) for s, lang, amb in actor.surfaces())


def _roles(actors: Iterable[Actor]) -> dict[tuple[str, str], tuple[tuple[str, str, Actor], ...]]:
    roles: dict[tuple[str, str], list[tuple[str, str, Actor]]] = {}
    for actor in actors:
        for role in actor.roles:
            roles.setdefault((actor.country, role.title), []).append((role.start, role.end, actor))
    return {key: tuple(holders) for key, holders in roles.items()}
