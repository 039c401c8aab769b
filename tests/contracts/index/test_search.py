"""Searches as analysts type them in Kibana, in both of its languages, find the articles they should and no others."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from newswatch.elastic_client import elasticsearch_client
from newswatch.identity import digest
from newswatch.records.article import Article, Entity, Event, EventActor, EventPlace, Evidence, Status
from newswatch.records.raw import Origin
from sinks.bulk_writer import BulkWriter
from sinks.indices.install import install_templates
from tests.contracts.index.kql import translate
from tests.contracts.index.messages import of
from tests.generated_month import WATCH
from tests.servers import Servers

pytestmark = [pytest.mark.servers]

VEN_GOV = EventActor(name="Venezuela", country="VEN", sectors=("GOV",))
CUB_GOV = EventActor(name="Cuba", country="CUB", sectors=("GOV",))
USA_GOV = EventActor(name="Marco Rubio", country="USA", id="marco-rubio", sectors=("GOV",))
CROWD = EventActor(name="Nicolás Maduro", country="VEN", id="nicolas-maduro", sectors=("GOV",))


def event(
    kind: str, status: Status, source: EventActor | None, target: EventActor | None, place: str, frame: str
) -> Event:
    return Event(
        event_id=digest(kind, status, place, frame),
        type=kind,
        status=status,
        evidence=Evidence(field="text", start=0, end=5, text="words"),
        rule="written",
        confidence=0.9,
        source=source,
        target=target,
        place=EventPlace(name=place),
        frame=frame,
    )


def article(name: str, day: int, language: str, outlet: str, title: str, text: str, **changes: Any) -> Article:
    seen = datetime(2026, 1, day, 12, tzinfo=UTC)
    facts: dict[str, Any] = {
        "url": f"https://www.{outlet.split()[0].lower()}.example/{name}",
        "watches": (WATCH,),
        "source_country": "VEN",
        "published": seen,
    }
    return Article(
        article_id=name,
        title=title,
        text=text,
        language=language,
        first_seen=seen,
        fetched_at=seen,
        origin=Origin.FEED,
        content_hash=name,
        source=outlet,
        **(facts | changes),
    )


def person(name: str, country: str) -> Entity:
    return Entity(id=name.lower().replace(" ", "-"), name=name, kind="person", country=country)


RUBIO = person("Marco Rubio", "USA")
PRESOS = event("RETREAT", Status.HAPPENED, VEN_GOV, None, "Caracas", "release")
SANCTION = event("SANCTION", Status.ANNOUNCED, USA_GOV, CUB_GOV, "Washington", "embargo")
MARCH = event("PROTEST", Status.HAPPENED, None, CROWD, "Maracaibo", "march")
RIOT = event("PROTEST", Status.DENIED, None, CUB_GOV, "Havana", "riot")

ARTICLES = (
    article(
        "prisoners",
        3,
        "en",
        "Orinoco Post",
        "Caracas frees forty political prisoners",
        "The government released the prisoners at dawn. Families waited outside the prison in Caracas.",
        countries=("VEN",),
        events=(PRESOS,),
        authors=("Ana Pérez",),
        entities=(person("Nicolás Maduro", "VEN"),),
    ),
    article(
        "presos",
        4,
        "es",
        "Diario del Llano",
        "Liberan a cuarenta presos políticos en Caracas",
        "Las autoridades excarcelaron a los presos. Díaz-Canel no comentó. Los familiares esperaban allí.",
        countries=("VEN",),
        events=(PRESOS,),
        authors=("José Núñez",),
        tags=("derechos humanos",),
    ),
    article(
        "presos-pt",
        5,
        "pt",
        "Folha do Porto",
        "Venezuela liberta presos políticos",
        "O governo libertou quarenta presos. As eleições continuam sem data e a situação preocupa.",
        countries=("VEN",),
        events=(PRESOS,),
        source_country="BRA",
    ),
    article(
        "embargo",
        8,
        "en",
        "Potomac Ledger",
        "Rubio announces new sanctions on Cuba",
        "Secretary Marco Rubio announced sanctions against the port of Mariel. Havana called them illegal.",
        countries=("CUB", "USA"),
        events=(SANCTION,),
        source_country="USA",
        entities=(RUBIO,),
    ),
    article(
        "sanciones",
        9,
        "es",
        "Bahía Hoy",
        "Cuba rechaza las sanciones de Washington",
        "El presidente Miguel Díaz-Canel rechazó las sanciones y habló de bloqueo. La economía sufre apagones.",
        countries=("CUB", "USA"),
        events=(SANCTION, RIOT),
        source_country="CUB",
        leaning="state",
        entities=(person("Miguel Díaz-Canel", "CUB"),),
    ),
    article(
        "march",
        12,
        "en",
        "Orinoco Post",
        "Teachers march in Maracaibo",
        "Thousands of teachers marched against low wages. Police watched; nobody was arrested.",
        countries=("VEN",),
        events=(MARCH,),
    ),
    article(
        "marcha",
        12,
        "es",
        "Diario del Llano",
        "Maestros marchan en Maracaibo por salarios",
        "Miles de maestros marcharon. La policía observó sin intervenir. Piden un aumento del salario.",
        countries=("VEN",),
        events=(MARCH,),
        leaning="independent",
    ),
    article(
        "blackout",
        15,
        "en",
        "Potomac Ledger",
        "Blackout leaves Havana in the dark",
        "A failure at the Antonio Guiteras plant cut power. Officials denied reports of a riot in Havana.",
        countries=("CUB",),
        events=(RIOT,),
        source_country="USA",
    ),
    article(
        "oil",
        20,
        "en",
        "Potomac Ledger",
        "Oil exports rise to 900,000 barrels",
        "Venezuelan oil exports rose. Tankers bound for Texas loaded at Jose terminal.",
        countries=("VEN", "USA"),
        source_country="USA",
        published=datetime(2026, 1, 18, tzinfo=UTC),
    ),
    article(
        "petroleo",
        21,
        "es",
        "Diario del Llano",
        "La exportación de petróleo sube",
        "Las exportaciones petroleras subieron, dijo Pdvsa. Los buques salieron rumbo a Texas.",
        countries=("VEN",),
        summary="Más crudo hacia el norte",
    ),
    article(
        "recipe",
        22,
        "en",
        "Kitchen Weekly",
        "How to press a Cuban sandwich",
        "Layer ham, roast pork and pickles; press until crisp. Serve with fried plantains.",
        watches=(),
        source_country="USA",
    ),
    article(
        "baseball",
        28,
        "en",
        "Diamond News",
        "Venezuelan pitcher signs for five years",
        "The left-hander from Maracay agreed terms on Tuesday and will report to spring training.",
        watches=(),
        source_country="USA",
    ),
)

KQL: dict[str, tuple[str, set[str]]] = {
    "a word in the title": ("title: prisoners", {"prisoners"}),
    "another case": ("title: PRISONERS", {"prisoners"}),
    "words of which one must be there": ("title: sanctions sanciones", {"embargo", "sanciones"}),
    "a phrase": ('title: "political prisoners"', {"prisoners"}),
    "a phrase in the wrong order": ('title: "prisoners political"', set()),
    "a phrase without accents": ('title: "presos politicos"', {"presos", "presos-pt"}),
    "a phrase with accents": ('title: "presos políticos"', {"presos", "presos-pt"}),
    "a hyphenated name with accent": ("text: Díaz-Canel", {"presos", "sanciones"}),
    "a hyphenated name without accent": ("text: Diaz-Canel", {"presos", "sanciones"}),
    "half of a hyphenated name": ("text: canel", {"presos", "sanciones"}),
    "an English stem": ("title.en: sanction", {"embargo"}),
    "an English stem of a verb": ("text.en: releasing", {"prisoners"}),
    "a Spanish stem": ("text.es: exportación", {"petroleo"}),
    "a Spanish plural": ("title.es: sanción", {"sanciones"}),
    "a Portuguese stem": ("text.pt: eleição", {"presos-pt"}),
    "a wildcard at the end": ("title: petrol*", {"petroleo"}),
    "a wildcard with accents": ("title: petró*", {"petroleo"}),
    "a wildcard inside": ("title: ma*aibo", {"march", "marcha"}),
    "a field that is there": ("leaning: *", set()),
    "an outlet's leaning is there": ("outlet.leaning: *", {"sanciones", "marcha"}),
    "a summary is there": ("summary: *", {"petroleo"}),
    "an exact code": ("countries: CUB", {"embargo", "sanciones", "blackout"}),
    "two codes": ("countries: (CUB and USA)", {"embargo", "sanciones"}),
    "one of two codes": ("language: (es or pt)", {"presos", "presos-pt", "sanciones", "marcha", "petroleo"}),
    "not a code": ("countries: VEN and not language: (es or pt)", {"prisoners", "march", "oil"}),
    "brackets": ("(title: oil or title: blackout) and outlet.country: USA", {"oil", "blackout"}),
    "off every watch": ("relevant: false", {"recipe", "baseball"}),
    "on the watch": ("watch: venezuela-cuba-us and language: pt", {"presos-pt"}),
    "an outlet by one word": ("outlet.name: orinoco", {"prisoners", "march"}),
    "an outlet's whole name": ('outlet.name.keyword: "Orinoco Post"', {"prisoners", "march"}),
    "an outlet's folded name": ('outlet.name.folded: "BAHIA HOY"', {"sanciones"}),
    "an outlet without accent": ("outlet.name: bahia", {"sanciones"}),
    "a site": ("url.domain: potomac.example", {"embargo", "blackout", "oil"}),
    "an address with a wildcard": ("url.full: *orinoco.example*", {"prisoners", "march"}),
    "an author without accents": ("authors: perez", {"prisoners"}),
    "an author with accents": ('authors: "José Núñez"', {"presos"}),
    "an actor": ("actors: maduro", {"prisoners"}),
    "an entity by its folded name": ('entities.name.folded: "miguel diaz-canel"', {"sanciones"}),
    "a tag of two words": ('tags: "derechos humanos"', {"presos"}),
    "a date range": ('@timestamp >= "2026-01-20" and @timestamp < "2026-01-22"', {"oil", "petroleo"}),
    "the other name of the date": ('first_seen <= "2026-01-03"', {"prisoners"}),
    "a date claimed by the article": ('published < "2026-01-19" and published >= "2026-01-17"', {"oil"}),
    "a number": ("event_count >= 2", {"sanciones"}),
    "no events": ("event_count: 0 and relevant: true", {"oil", "petroleo"}),
    "an event of a kind": ("events: { type: SANCTION }", {"embargo", "sanciones"}),
    "an event of a kind that happened": ("events: { type: PROTEST and status: happened }", {"march", "marcha"}),
    "an event matched as a whole": ("events: { type: SANCTION and status: denied }", set()),
    "two events of one article": (
        "events: { type: SANCTION } and events: { type: PROTEST and status: denied }",
        {"sanciones"},
    ),
    "who acts towards whom": ("events: { actor.country: USA and target.country: CUB }", {"embargo", "sanciones"}),
    "an actor by name, without accent": ("events: { target.name: nicolas }", {"march", "marcha"}),
    "where it happened": ("events: { place.name: maracaibo }", {"march", "marcha"}),
    "a wording": ('events: { frame: "riot" }', {"sanciones", "blackout"}),
    "words anywhere": ("guiteras", {"blackout"}),
    "a phrase anywhere": ('"roast pork"', {"recipe"}),
    "a word anywhere, inflected": ("tankers", {"oil"}),
}

LUCENE: dict[str, tuple[str, set[str]]] = {
    "a word anywhere": ("prisoners", {"prisoners"}),
    "a word without accent": ("petroleo", {"petroleo"}),
    "a word with accent": ("petróleo", {"petroleo"}),
    "a Portuguese word without accents": ("situacao", {"presos-pt"}),
    "both words": ("+oil +Texas", {"oil"}),
    "one without the other": ("oil -Texas", set()),
    "a phrase with a gap": ('"police nobody"~2', {"march"}),
    "a misspelling": ("title:Maracaybo~1", {"march", "marcha"}),
    "a wildcard": ("title:excarcel* OR text:excarcel*", {"presos"}),
    "one character": ("title:march?n", {"marcha"}),
    "a regular expression": ("title:/sanci[oó]nes?/", {"sanciones"}),
    "a field and a range of days": ("countries:CUB AND @timestamp:[2026-01-15 TO 2026-01-31]", {"blackout"}),
    "an open range": ("event_count:>1", {"sanciones"}),
    "brackets and denial": (
        "language:(es OR pt) AND NOT countries:CUB AND text:presos",
        {"presos", "presos-pt"},
    ),
    "a field that is there": ("_exists_:summary", {"petroleo"}),
    "a name in a field": ('authors:"ana perez"', {"prisoners"}),
    "one field heavier": ("title:cuba^3 OR text:mariel", {"embargo", "sanciones"}),
    "a hyphen in a name": ('text:"Diaz-Canel"', {"presos", "sanciones"}),
}


@pytest.fixture(scope="module")
def search(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Elasticsearch, str]]:
    settings = servers.settings(tmp_path_factory.mktemp("search"))
    es, prefix = elasticsearch_client(settings.elasticsearch), settings.elasticsearch.prefix
    install_templates(es, prefix)
    made = [document for one in ARTICLES for document in of(one)]
    assert not BulkWriter(es, prefix, watches=(WATCH,)).write(made).refused()
    es.indices.refresh(index=f"{prefix}-*")
    yield es, f"{prefix}-articles-*"
    for index in es.indices.get(index=f"{prefix}-*"):
        es.indices.delete(index=index)
    es.close()


def found(search: tuple[Elasticsearch, str], query: dict[str, Any]) -> set[str]:
    es, index = search
    hits = es.search(index=index, query=query, size=100, source_includes=["article_id"])["hits"]["hits"]
    return {hit["_source"]["article_id"] for hit in hits}


@pytest.mark.parametrize("name", KQL)
def test_a_kibana_query_finds_what_it_should(search: tuple[Elasticsearch, str], name: str) -> None:
    text, expected = KQL[name]

    assert found(search, translate(text)) == expected


@pytest.mark.parametrize("name", LUCENE)
def test_a_lucene_query_finds_what_it_should(search: tuple[Elasticsearch, str], name: str) -> None:
    text, expected = LUCENE[name]

    assert found(search, {"query_string": {"query": text, "analyze_wildcard": True}}) == expected


def test_there_are_sixty_cases() -> None:
    assert len(KQL) + len(LUCENE) >= 60
