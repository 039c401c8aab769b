"""Tagging sentences with the shipped watch: who did what to whom, and the words that prove it."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import newswatch
from newswatch.records.article import Event, Status
from processors.events.tagging import Tagging, tag
from processors.events.watchdata import load_watch

WATCH = Path(newswatch.__file__).parent / "watches" / "venezuela-cuba-us"
DAY = date(2026, 1, 12)


def tagged(text: str, title: str = "", day: date = DAY) -> Tagging:
    return tag(title, text, published=day, lang=None, watch=load_watch(WATCH))


def triple(event: Event) -> tuple[str | None, str, str | None]:
    return (
        event.source.country if event.source else None,
        event.type,
        event.target.country if event.target else None,
    )


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param(
            "US forces launched a military attack against Venezuela on January 3.",
            ("USA", "ASSAULT", "VEN", Status.HAPPENED),
            id="a light verb with a nominal is the deed",
        ),
        pytest.param(
            "Nicolás Maduro was captured in a U.S. operation in Caracas.",
            ("USA", "COERCE", "VEN", Status.HAPPENED),
            id="the state of the operation is the doer of a passive",
        ),
        pytest.param(
            "El gobierno de Cuba condenó el ataque de Estados Unidos contra Venezuela.",
            ("CUB", "ACCUSE", "USA", Status.HAPPENED),
            id="Spanish condemnation names the accused by its deed",
        ),
        pytest.param(
            "O governo do Brasil condenou o ataque dos Estados Unidos à Venezuela.",
            ("BRA", "ACCUSE", "USA", Status.HAPPENED),
            id="Portuguese condemnation likewise",
        ),
        pytest.param(
            "Delcy Rodríguez has urged the Trump administration to cease the attacks against Venezuela.",
            ("VEN", "REQUEST", "USA", Status.HAPPENED),
            id="what is urged is no event of its own",
        ),
    ],
)
def test_the_event_of_a_sentence(text: str, wanted: tuple[str, str, str, Status]) -> None:
    events = tagged(text).events
    assert (*wanted,) in [(*triple(event), event.status) for event in events]


def test_the_content_of_a_request_is_no_attack() -> None:
    events = tagged("Delcy Rodríguez urged the Trump administration to cease the attacks against Venezuela.").events
    assert "ASSAULT" not in [event.type for event in events]


def test_a_cancelled_attack_is_never_a_fact() -> None:
    events = tagged("Trump has cancelled a planned second wave of attacks on Venezuela.").events
    assert [event.status for event in events if event.type == "ASSAULT"] == [Status.CANCELLED]


def test_a_page_that_names_nothing_is_not_relevant() -> None:
    assert not tagged("The bakery on the corner sells bread and cake every morning.").relevant


@pytest.mark.parametrize("lang", ["en", "es", "pt"])
@given(title=st.text(max_size=60), text=st.text(max_size=300))
@settings(max_examples=25, deadline=None)
def test_evidence_is_what_the_offsets_say(lang: str, title: str, text: str) -> None:
    text = f"{text} US forces attacked Caracas. {text} El gobierno de Cuba condenó el ataque de Estados Unidos. {text}"
    result = tag(title, text, published=DAY, lang=lang, watch=load_watch(WATCH))
    proofs = [event.evidence for event in result.events] + [entity.evidence for entity in result.entities]
    proofs += [quantity.evidence for event in result.events for quantity in event.quantities]
    for proof in proofs:
        assert proof is not None
        field = title if proof.field == "title" else text
        assert 0 <= proof.start < proof.end <= len(field)
        assert field[proof.start : proof.end] == proof.text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("Germany freed Paul Biya on Monday in Berlin.", "names no CUB or VEN", id="far from the watch"),
        pytest.param("US forces bombed a boat in the Caribbean Sea on Monday.", "theatre", id="in a theatre of it"),
    ],
)
def test_a_text_that_names_no_core_country_is_read_only_where_it_may_be_on_the_watch(text: str, reason: str) -> None:
    found = tagged(text)
    assert reason in found.reason
    assert found.entities
    assert bool(found.events) is found.relevant is (reason == "theatre")
