"""A generated month of news for tests and benchmarks: deterministic, with a ledger of what has to come out.

Sources follow a power law, articles are in three languages, texts are sentences of a small grammar. Nothing here is a
real report.
"""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from newswatch.identity import article_id, digest
from newswatch.records.article import (
    Article,
    Entity,
    Event,
    EventActor,
    EventDate,
    EventPlace,
    Evidence,
    Hop,
    Quantity,
    Status,
)
from newswatch.records.raw import Origin
from newswatch.records.tracked import TrackedArticle

START = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = 28
WATCH = "venezuela-cuba-us"
OUTLETS = 120
TYPES = ("PROTEST", "ARREST", "SANCTION", "CONSULT", "ASSAULT", "AID", "THREATEN", "ACCUSE")
FRAMES = ("capture", "kidnapping", "operation", "attack", "transition")
LANGUAGES = ("en", "es", "pt")
COUNTRIES = ("VEN", "CUB", "USA")

PEOPLE = (
    ("nicolas-maduro", "Nicolás Maduro", "VEN"),
    ("miguel-diaz-canel", "Miguel Díaz-Canel", "CUB"),
    ("delcy-rodriguez", "Delcy Rodríguez", "VEN"),
    ("marco-rubio", "Marco Rubio", "USA"),
    ("maria-corina-machado", "María Corina Machado", "VEN"),
)
PLACES = (
    ("caracas", "Caracas", "VEN", 10.48, -66.9),
    ("havana", "Havana", "CUB", 23.13, -82.38),
    ("maracaibo", "Maracaibo", "VEN", 10.65, -71.64),
    ("miami", "Miami", "USA", 25.76, -80.19),
    ("santiago-de-cuba", "Santiago de Cuba", "CUB", 20.02, -75.83),
)
VERBS = {
    "en": ("met", "criticised", "visited", "warned", "thanked"),
    "es": ("recibió a", "criticó a", "visitó a", "advirtió a", "agradeció a"),
    "pt": ("recebeu", "criticou", "visitou", "alertou", "agradeceu a"),
}
THINGS = {
    "en": ("oil workers", "families of prisoners", "port authorities", "teachers on strike", "the mining council"),
    "es": (
        "trabajadores petroleros",
        "familiares de presos",
        "autoridades del puerto",
        "maestros en huelga",
        "mineros",
    ),
    "pt": (
        "trabalhadores do petróleo",
        "famílias de presos",
        "autoridades do porto",
        "professores em greve",
        "mineiros",
    ),
}
CLOSINGS = {
    "en": "The ministry gave no figures and promised a statement within days.",
    "es": "El ministerio no dio cifras y prometió un comunicado en los próximos días.",
    "pt": "O ministério não deu números e prometeu um comunicado nos próximos dias.",
}


@dataclass(slots=True)
class Book:
    """What a run over the month has to leave in the index."""

    articles: int = 0
    on_watch: int = 0
    events: int = 0
    broken: int = 0
    by_language: Counter[str] = field(default_factory=Counter)
    by_outlet: Counter[str] = field(default_factory=Counter)
    by_day: Counter[str] = field(default_factory=Counter)
    by_type: Counter[str] = field(default_factory=Counter)
    by_country: Counter[str] = field(default_factory=Counter)

    def enter(self, article: Article) -> None:
        """Counts one good article."""
        self.articles += 1
        self.on_watch += bool(article.watches)
        self.events += len(article.events)
        self.by_language[article.language] += 1
        self.by_outlet[str(article.source)] += 1
        self.by_day[article.first_seen.date().isoformat()] += 1
        self.by_type.update(event.type for event in article.events)
        self.by_country.update(article.countries)


def month(count: int, seed: int = 1) -> Iterator[Article]:
    """`count` articles in order of first_seen, about six in ten of them on the watch."""
    chance = random.Random(seed)
    step = timedelta(days=DAYS) / max(1, count)
    weights = [1 / rank for rank in range(1, OUTLETS + 1)]
    ranks = chance.choices(range(OUTLETS), weights, k=count)
    for number in range(count):
        yield _article(number, ranks[number], START + number * step, chance)


def tracked(article: Article) -> TrackedArticle:
    """The article with a story of about ten articles of one day."""
    story = digest("story", article.first_seen.date().isoformat(), str(sum(article.article_id.encode()) % 16))
    return TrackedArticle(
        article=article,
        watch=WATCH,
        story_id=story,
        story_title=article.title,
        independent_sources=2,
        story_articles=10,
        story_first_seen=article.first_seen.isoformat(),
    )


def _article(number: int, outlet: int, seen: datetime, chance: random.Random) -> Article:
    language = chance.choice(LANGUAGES)
    people, places = chance.sample(PEOPLE, 2), chance.sample(PLACES, 2)
    url = f"https://outlet{outlet}.example/{seen:%Y/%m/%d}/{number}"
    ident = article_id(url)
    title = f"{people[0][1]} {chance.choice(VERBS[language])} {chance.choice(THINGS[language])}"
    sentences = [
        f"{chance.choice(people)[1]} {chance.choice(VERBS[language])} {chance.choice(THINGS[language])} ({place[1]})."
        for place in places
        for _ in range(chance.randint(3, 9))
    ]
    text = " ".join([title + ".", *sentences, CLOSINGS[language]])
    on_watch = chance.random() < 0.6
    events = tuple(
        _event(ident, position, people, places, title, seen, chance)
        for position in range(chance.randint(0, 3) if on_watch else 0)
    )
    return Article(
        article_id=ident,
        url=url,
        title=title,
        text=text,
        language=language,
        first_seen=seen,
        fetched_at=seen + timedelta(seconds=2),
        origin=Origin.REPLAY,
        content_hash=digest(title, text),
        watches=(WATCH,) if on_watch else (),
        summary=sentences[0],
        authors=(chance.choice(("Ana Pérez", "João Souza", "Kim Lee")),),
        published=seen - timedelta(minutes=chance.randint(1, 600)),
        published_source="meta",
        source=f"Outlet {outlet}",
        source_country=COUNTRIES[outlet % 3],
        source_owner=f"Owner {outlet // 3}",
        leaning=("state", "independent", "private")[outlet % 3],
        feed=f"https://outlet{outlet}.example/feed",
        entry_id=str(number),
        countries=tuple(sorted({person[2] for person in people} | {place[2] for place in places})) if on_watch else (),
        entities=_entities(people, places, title) if on_watch else (),
        events=events,
        extractor="trafilatura",
        http_status=200,
        hops=(Hop(stage="extract", at=seen + timedelta(seconds=3), worker="w1", millis=chance.uniform(20, 90)),),
    )


def _entities(
    people: list[tuple[str, str, str]], places: list[tuple[str, str, str, float, float]], title: str
) -> tuple[Entity, ...]:
    shown = Evidence(field="title", start=0, end=len(people[0][1]), text=title[: len(people[0][1])])
    named = tuple(
        Entity(id=ident, name=name, kind="person", country=country, sectors=("GOV",), evidence=shown)
        for ident, name, country in people
    )
    located = tuple(
        Entity(id=ident, name=name, kind="place", country=country, lat=lat, lon=lon)
        for ident, name, country, lat, lon in places
    )
    return named + located


def _event(
    ident: str,
    position: int,
    people: list[tuple[str, str, str]],
    places: list[tuple[str, str, str, float, float]],
    title: str,
    seen: datetime,
    chance: random.Random,
) -> Event:
    source, target, place = people[0], people[1], chance.choice(places)
    day = seen.date().isoformat()
    return Event(
        event_id=digest("event", ident, str(position)),
        type=chance.choice(TYPES),
        status=chance.choice(list(Status)),
        evidence=Evidence(field="title", start=0, end=len(title), text=title),
        rule="generated",
        confidence=0.8,
        source=EventActor(name=source[1], country=source[2], id=source[0], sectors=("GOV",)),
        target=EventActor(name=target[1], country=target[2], id=target[0], sectors=("GOV",)),
        date=EventDate(start=day, end=day),
        place=EventPlace(name=place[1], country=place[2], id=place[0], lat=place[3], lon=place[4]),
        quantities=(Quantity(value=float(chance.randint(1, 90)), what="people", role="detained"),),
        frame=chance.choice(FRAMES),
        trigger=title.split()[-1],
    )
