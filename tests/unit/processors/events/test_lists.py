"""Lists of states tell an event of each: who is in a list, and what is none."""

from datetime import date

import msgspec
import pytest

from processors.events.tagging import tag
from processors.events.watchdata import load_watch
from tests.eval.events import WATCH

RULES = msgspec.structs.replace(load_watch(WATCH), model=None)


def told(text: str, lang: str = "en") -> list[tuple[str, str, str]]:
    """Type, source and target of each event, by the rules alone."""
    events = tag("", text, published=date(2026, 2, 3), lang=lang, watch=RULES).events
    return sorted(
        (event.type, (event.source and event.source.country) or "", (event.target and event.target.country) or "")
        for event in events
    )


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        pytest.param("Mexico, Colombia and Brazil condemned Cuba on Monday.", "en", id="commas and an and"),
        pytest.param("México, Colombia y Brasil condenaron a Cuba el lunes.", "es", id="in Spanish"),
    ],
)
def test_each_state_of_a_list_does_it(text: str, lang: str) -> None:
    assert told(text, lang) == [("ACCUSE", "BRA", "CUB"), ("ACCUSE", "COL", "CUB"), ("ACCUSE", "MEX", "CUB")]


def test_a_deed_is_done_to_each_watched_state_of_a_list() -> None:
    found = told("The United States condemned Cuba, Nicaragua and Venezuela on Monday.")
    assert found == [("ACCUSE", "USA", "CUB"), ("ACCUSE", "USA", "VEN")]


def test_numbers_stay_with_the_first() -> None:
    text = "The United States sanctioned 12 officials of Cuba and Venezuela on Monday."
    events = tag("", text, published=date(2026, 2, 3), lang="en", watch=RULES).events
    assert sum(len(event.quantities) for event in events) == 1


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Mexico condemned Cuba on Monday, Brazil on Tuesday.", id="commas without an and"),
        pytest.param("Cuba and the United States agreed to cooperate.", id="two who do it together"),
    ],
)
def test_no_list(text: str) -> None:
    assert len({(source, target) for _, source, target in told(text)}) == 1
