"""Which index an article goes to, and which older forms of it a new one replaces or removes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswatch import wire
from sinks.documents import Document, Position, documents
from sinks.revisions import Found, Held, months_to_search, newest_only, places_to_look_up, plan
from tests.generated_month import WATCH, month, tracked

NOW = datetime(2026, 3, 15, tzinfo=UTC)
SEEN = datetime(2026, 2, 1, tzinfo=UTC)
BASE = next(found for found in month(40) if len(found.events) == 2)
VERSION = int((SEEN + timedelta(hours=1)).timestamp() * 1000)
OFF, ON = f"{BASE.article_id}:-", f"{BASE.article_id}:{WATCH}"
JANUARY, FEBRUARY, MARCH = (f"n-articles-2026.0{number}" for number in (1, 2, 3))


def form(on_watch: bool, **changes: Any) -> tuple[Document, ...]:
    changes = {"first_seen": SEEN, "fetched_at": SEEN + timedelta(hours=1)} | changes
    article = msgspec.structs.replace(BASE, **changes)
    record: msgspec.Struct = tracked(article) if on_watch else msgspec.structs.replace(article, watches=())
    topic = "news.tracked" if on_watch else "news.articles"
    return documents(wire.encode(record), Position(topic=topic, partition=0, offset=0), NOW)


def run(made: tuple[Document, ...], found: Found) -> list[tuple[str, str, str]]:
    planned = plan(made, found, "n", (WATCH,), NOW)
    return [("remove" if a.source is None else "write", a.index, a.id) for a in planned.actions]


def articles_only(actions: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    return [action for action in actions if "-articles-" in action[1]]


@pytest.mark.parametrize(
    ("on_watch", "found", "expected"),
    [
        pytest.param(True, {}, [("write", FEBRUARY, ON)], id="a new article goes to its own month"),
        pytest.param(
            True, {(JANUARY, ON): Held(1)}, [("write", JANUARY, ON)], id="a revision goes to the month that holds it"
        ),
        pytest.param(
            True, {(MARCH, ON): Held(1)}, [("write", MARCH, ON)], id="a replay of an older sighting stays where it is"
        ),
        pytest.param(
            True,
            {(FEBRUARY, OFF): Held(1)},
            [("remove", FEBRUARY, OFF), ("write", FEBRUARY, ON)],
            id="moving on to a watch removes the form off it",
        ),
        pytest.param(
            True,
            {(JANUARY, OFF): Held(1)},
            [("remove", JANUARY, OFF), ("write", JANUARY, ON)],
            id="moving on to a watch stays in the month of the form off it",
        ),
        pytest.param(
            False,
            {(FEBRUARY, ON): Held(VERSION - 1)},
            [("remove", FEBRUARY, ON), ("write", FEBRUARY, OFF)],
            id="moving off the watch removes the form on it",
        ),
        pytest.param(False, {(FEBRUARY, ON): Held(VERSION)}, [], id="a form off watch never replaces one as new on it"),
        pytest.param(
            True,
            {(FEBRUARY, OFF): Held(VERSION)},
            [("remove", FEBRUARY, OFF), ("write", FEBRUARY, ON)],
            id="of two forms of one age the one on the watch stays",
        ),
        pytest.param(
            True, {(FEBRUARY, OFF): Held(VERSION + 1)}, [], id="a newer form off the watch outranks an old one"
        ),
        pytest.param(True, {(FEBRUARY, ON): Held(VERSION + 1)}, [], id="an outdated form is not sent"),
    ],
)
def test_an_article_is_held_exactly_once(on_watch: bool, found: Found, expected: list[tuple[str, str, str]]) -> None:
    assert articles_only(run(form(on_watch), dict(found))) == expected


def test_events_a_revision_no_longer_has_are_removed() -> None:
    gone, kept = (event.event_id for event in BASE.events)
    found: Found = {(FEBRUARY, ON): Held(1, (gone, kept))}
    actions = run(form(True, events=BASE.events[1:]), found)

    assert ("remove", "n-events-2026.02", f"{ON}:{gone}") in actions
    assert ("write", "n-events-2026.02", f"{ON}:{kept}") in actions


def test_events_go_to_the_month_their_article_is_in() -> None:
    actions = run(form(True), {(JANUARY, ON): Held(1)})

    assert {index for _, index, _ in actions} == {JANUARY, "n-events-2026.01"}


def test_two_forms_in_one_batch_leave_one() -> None:
    later = form(True, fetched_at=SEEN + timedelta(hours=2))

    assert articles_only(run(form(False) + later, {})) == [
        ("write", FEBRUARY, OFF),
        ("remove", FEBRUARY, OFF),
        ("write", FEBRUARY, ON),
    ]


def test_the_month_after_is_searched_only_once_it_has_begun() -> None:
    assert months_to_search(SEEN, "2026.02") == ("2026.01", "2026.02")
    assert months_to_search(SEEN, "2026.03") == ("2026.01", "2026.03", "2026.02")


def test_every_place_the_plan_may_find_is_looked_up() -> None:
    assert set(places_to_look_up(form(False), "n", (WATCH,), NOW)) == {
        (index, ident) for index in (JANUARY, FEBRUARY, MARCH) for ident in (OFF, ON)
    }


@given(st.lists(st.integers(min_value=0, max_value=5), max_size=12))
def test_of_several_states_the_newest_is_written(versions: list[int]) -> None:
    base = form(True)[0]
    states = [
        Document(family=base.family, id="s", time=SEEN, version=version, body={"n": number})
        for number, version in enumerate(versions)
    ]
    kept = newest_only(states)

    assert len(kept) == min(1, len(states))
    assert all(one.version == max(versions) for one in kept)


@given(st.permutations([(False, 1), (True, 2), (False, 3), (True, 4)]))
def test_in_whatever_order_forms_arrive_the_newest_stays(order: list[tuple[bool, int]]) -> None:
    found: Found = {}
    for on_watch, hours in order:
        run(form(on_watch, fetched_at=SEEN + timedelta(hours=hours)), found)

    assert [place[1] for place in found] == [ON]


def test_events_without_their_article_in_the_batch_are_written_all_the_same() -> None:
    actions = run(form(True)[1:], {})

    assert [(what, index) for what, index, _ in actions] == [("write", "n-events-2026.02")] * 2
