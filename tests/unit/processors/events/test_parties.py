"""Who does it and to whom: one sentence for each construction that names its parties in its own way.

The rules are tested alone: the trained model is learnt anew and may prefer others.
"""

from datetime import date
from pathlib import Path

import msgspec
import pytest

import newswatch
from newswatch.records.article import Event
from processors.events.tagging import tag
from processors.events.watchdata import Watch, load_watch

WATCH = Path(newswatch.__file__).parent / "watches" / "venezuela-cuba-us"
DAY = date(2026, 2, 12)


def rules() -> Watch:
    """The shipped watch without its model."""
    return msgspec.structs.replace(load_watch(WATCH), model=None)


def triples(text: str, day: date = DAY) -> list[str]:
    """The events of a text as "SRC TYPE TGT", "?" for a party without a state."""
    events = tag("", text, published=day, lang=None, watch=rules()).events
    return [f"{_code(event, 'source')} {event.type} {_code(event, 'target')}" for event in events]


def _code(event: Event, side: str) -> str:
    party = event.source if side == "source" else event.target
    return (party.country if party is not None else None) or "?"


CASES = {
    "any adverb in -mente stands inside a verb group": (
        "Machado fue brevemente detenida en Caracas.",
        "VEN COERCE VEN",
    ),
    "who is taken somewhere to face charges is charged": (
        "The US seized Maduro, taking him to New York to face drug charges.",
        "USA ACCUSE VEN",
    ),
    "who condemns the move condemns who made it": (
        "The Trump administration sanctioned three Cuban judges. Cuba's foreign minister condemned the move.",
        "CUB ACCUSE USA",
    ),
    "the opposition condemns its own government's move": (
        "The Venezuelan government arrested two students. The opposition condemned the move.",
        "VEN ACCUSE VEN",
    ),
    "a compound conditional is active": (
        "O Brasil teria criticado a Venezuela.",
        "BRA ACCUSE VEN",
    ),
    "a clause that opens a sentence has the subject of the one behind it": (
        "Tras confiscar un petrolero venezolano, Washington esperó.",
        "USA COERCE VEN",
    ),
    "what a partner does to people nobody names has no target": (
        "At least 64 people were killed by the US military in the Caribbean.",
        "USA ASSAULT ?",
    ),
    "a subject after the comma is no part of the clause before": (
        "In Nicaragua, police arrested 60 people for cheering Maduro's fall, a rights group said.",
        "NIC COERCE NIC",
    ),
    "a judge belongs to where the court sits": (
        "A judge in Madrid ordered the arrest of a Venezuelan banker on Monday.",
        "ESP COERCE VEN",
    ),
    "the Treasury is Washington's without being called so": (
        "The Treasury sanctioned five Cuban officials on Friday.",
        "USA SANCTION CUB",
    ),
    "who is kept from doing it is the doer": (
        "A federal judge blocked the Trump administration from deporting Venezuelans without a hearing.",
        "USA COERCE VEN",
    ),
    "people are deported by the state they are sent from": (
        "A flight with 180 Venezuelans deported from Texas landed in Maiquetía on Friday.",
        "USA COERCE VEN",
    ),
    "two states of the subject meet each other": (
        "Cuba and the United States are negotiating a migration deal, with Mexico's help.",
        "CUB CONSULT USA",
    ),
    "a gerund after a report goes with the reporter": (
        "Rubio told the president that Cuba was in ruins, rejecting Havana's appeal for talks.",
        "USA REJECT CUB",
    ),
    "the subject behind its verb of saying is not accused": (
        '"No habrá petróleo para Cuba", amenazó Trump.',
        "USA THREATEN CUB",
    ),
    "a Spanish adjective behind the noun is the doer": (
        "Caracas denunció un ataque militar estadounidense contra Venezuela el sábado.",
        "USA ASSAULT VEN",
    ),
    "a bare modifier of an attack is who attacks": (
        "Colombia sent troops to the border in the hours after the US attack on Venezuela.",
        "USA ASSAULT VEN",
    ),
    "a verdict on a deed is about its doer": (
        "Corea del Norte condenó con dureza el ataque a Venezuela.",
        "PRK ACCUSE USA",
    ),
    "who condemns a deed has not done it": (
        "Corea del Norte condenó con dureza el ataque a Venezuela.",
        "USA ASSAULT VEN",
    ),
    "a contact clause judges what was just told": (
        "Brazil closed its embassy in Caracas, a move Maduro called an insult.",
        "VEN ACCUSE BRA",
    ),
    "a threat of somebody is his own": (
        "Maduro anunciou a mobilização de milicianos em resposta às ameaças dos Estados Unidos.",
        "USA THREATEN VEN",
    ),
    "a delegation visits where it goes, not whence it comes": (
        "Los presos salieron tras la visita de una delegación de la Casa Blanca a Caracas.",
        "USA CONSULT VEN",
    ),
    "the Portuguese article is no preposition": (
        "A Venezuela acusou os Estados Unidos de pirataria nesta segunda-feira.",
        "VEN ACCUSE USA",
    ),
    "an union without a state stays stateless": (
        "La UE levantó las sanciones a Delcy Rodríguez, adelantó Kaja Kallas.",
        "? CONCEDE VEN",
    ),
    "a subject waits for its verb behind a relative clause": (
        "Maduro, who was captured by US forces and flown to New York, pleaded not guilty to the charges.",
        "VEN REJECT USA",
    ),
    "the name behind an office is who speaks": (
        "El secretario de Estado, Marco Rubio, acusó a La Habana de mentir.",
        "USA ACCUSE CUB",
    ),
    "a noun behind a verdict has another doer": (
        "Lula condena ataque dos EUA à Venezuela e convoca reunião",
        "USA ASSAULT VEN",
    ),
    "what a partner seizes is the home country's": (
        "Venezuela protested on Monday. The United States has since seized seven tankers.",
        "USA COERCE VEN",
    ),
    "who demands a captive's release asks his captor": (
        "China called for Maduro's immediate release on Monday.",
        "CHN REQUEST USA",
    ),
}


QUIET = {
    "a kind of states has done nothing": "El decreto habla de los países que suministran petróleo a Cuba.",
    "to be asked whether is no demand": "Trump was asked by a reporter whether he knew Cuba.",
    "a participle before its noun is an adjective": "Machado, reconocida líder opositora, habla en Caracas.",
    "there being none is no deed": "Não há registros de brasileiros feridos na Venezuela.",
    "an adjective behind to be is no noun": "La situación en Cuba es crítica con Maduro.",
    "to ask whether is no demand": "The State Department did not say, Cuba asked whether rules had changed.",
    "a storm attacks nobody": "El huracán Melissa golpea con fuerza a Cuba.",
    "to work in a country is not to work with it": "Chevron, la única petrolera estadounidense, trabaja en Venezuela.",
    "what a spokesman states is no protest": '"Se usa la misma maquinaria en Cuba", ha manifestado la oposición.',
}


@pytest.mark.parametrize("text", QUIET.values(), ids=QUIET.keys())
def test_tells_nothing(text: str) -> None:
    assert triples(text) == []


@pytest.mark.parametrize(("text", "wanted"), CASES.values(), ids=CASES.keys())
def test_parties_of_a_construction(text: str, wanted: str) -> None:
    assert wanted in triples(text)


def test_dollars_are_not_a_country() -> None:
    text = "Washington congelou US$ 7 bilhões em ativos da PDVSA."
    assert triples(text) == ["USA COERCE VEN"]
    entities = tag("", text, published=DAY, lang="pt", watch=rules()).entities
    assert [entity.name for entity in entities] == ["Washington", "PDVSA"]


def test_a_question_tells_nothing_new() -> None:
    assert triples("Why did the United States sanction Cuba in 1962? Nobody recalls.") == []


def test_a_condition_is_no_denial() -> None:
    text = "Trump warned Caracas on Monday that strikes would follow if Venezuela does not free the Americans it holds."
    events = tag("", text, published=DAY, lang="en", watch=rules()).events
    assert "denied" not in [event.status for event in events]
