"""Claims of one happening become one record: rival words side by side, numbers with who says them, copies unheard."""

import pytest

from newswatch.records.article import Event, EventActor, EventDate, Quantity, Status
from newswatch.records.story import StoryEvent
from processors.storytelling.book import StoryBook
from processors.storytelling.corroboration import Corroboration

from .samples import FERRY, FERRY_ES, MINE, PASSING, article, event, last_states, read, step


def told(*reports: tuple[Event, ...], same_text: bool = False) -> tuple[StoryEvent, ...]:
    """The happenings of a story of these reports, each from an outlet and in words of its own."""
    texts = (
        FERRY,
        FERRY if same_text else FERRY_ES,
        "The ferry Esperanza, aground off Cienfuegos with 240 people since Tuesday, will be towed, says Olga Peralta.",
    )
    joins = read(
        article(number, texts[number], events=events, source_country=("USA", "VEN", "CUB")[number])
        for number, events in enumerate(reports)
    )
    assert len({joined.tracked.story_id for joined in joins}) == 1
    return joins[-1].changed[-1].events


def test_two_words_for_one_act_are_one_happening_with_both_frames_by_country() -> None:
    (one,) = told((event("e1"),), (event("e2", type="ASSAULT", mode="abduct", frame="kidnap"),))
    assert one.event_id == "e1"
    assert one.frames == {"capture": 1, "kidnap": 1}
    assert one.frames_by_country == {"USA": {"capture": 1}, "VEN": {"kidnap": 1}}
    assert one.first_to_report == "Outlet 0"


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(event("e2", date=EventDate(start="2026-03-20", end="2026-03-20")), id="another day"),
        pytest.param(event("e2", target=EventActor(name="X", country="CUB", id="x")), id="another person"),
        pytest.param(event("e2", type="PROTEST", mode=None, frame="march"), id="another act"),
        pytest.param(event("e2", source=EventActor(name="Cuba", country="CUB")), id="another doer"),
    ],
)
def test_another_happening_stays_apart(other: Event) -> None:
    assert [one.event_id for one in told((event("e1"),), (other,))] == ["e1", "e2"]


def test_numbers_become_a_range_with_who_says_which() -> None:
    (one,) = told(
        (event("e1", quantities=(Quantity(value=56, what="prisoners released"),)),),
        (event("e2", quantities=(Quantity(value=116, what="presos liberados"),)),),
    )
    (figure,) = one.figures
    assert (figure.low, figure.high, figure.disputed) == (56, 116, True)
    assert figure.said == {"56": ("Outlet 0",), "116": ("Outlet 1",)}


def test_a_copy_adds_an_article_but_no_frame_and_no_source() -> None:
    (one,) = told((event("e1"),), (event("e2", frame="kidnap"),), same_text=True)
    assert (one.articles, one.frames) == (2, {"capture": 1})
    assert one.corroboration == Corroboration.SINGLE


@pytest.mark.parametrize(
    ("reports", "level"),
    [
        pytest.param(((event("e1"),),), Corroboration.SINGLE, id="one outlet"),
        pytest.param(((event("e1"),), (event("e2"),)), Corroboration.MULTI, id="two outlets"),
        pytest.param(
            ((event("e1"),), (event("e2", asserted_by="United States"),)),
            Corroboration.CONFIRMED,
            id="the doer says so too",
        ),
        pytest.param(
            ((event("e1"),), (event("e2", status=Status.DENIED),)), Corroboration.DISPUTED, id="one reports, one denies"
        ),
    ],
)
def test_corroboration(reports: tuple[tuple[Event, ...], ...], level: Corroboration) -> None:
    assert told(*reports)[0].corroboration == level


def test_status_is_that_of_the_majority() -> None:
    (one,) = told((event("e1", status=Status.ANNOUNCED),), (event("e2"),), (event("e3"),))
    assert (one.status, one.statuses) == ("happened", {"announced": 1, "happened": 2})


def test_a_revised_article_takes_back_what_it_said() -> None:
    book = StoryBook()
    read([article(0, FERRY, events=(event("e1"),))], book)
    revised = step(book, article(0, FERRY + " More.", events=(event("e1", frame="arrest"),)), 1)
    (one,) = revised.changed[-1].events
    assert (one.articles, one.frames) == (1, {"arrest": 1})


def test_a_mention_in_passing_adds_to_the_story_that_tells_it() -> None:
    book = StoryBook()
    joins = read([article(0, FERRY, events=(event("e1"),)), article(1, MINE)], book)
    mention = event("e2", evidence=PASSING, frame="kidnap", date=None)
    far = "The opera in Santiago opened its season with a piece about bees, and critics from Holguín wept all evening."
    last = step(book, article(2, far, events=(mention,)), 2)
    other, own = last.changed
    assert other.story_id == joins[0].tracked.story_id
    assert other.events[0].frames == {"capture": 1, "kidnap": 1}
    assert other.applied_offset == 0
    assert own.events == ()
    assert last.tracked.event_ids == ("e1",)


def test_a_mention_cut_short_is_added_once() -> None:
    """Only the other story's record was written; the message is handled again."""
    book = StoryBook()
    joins = read([article(0, FERRY, events=(event("e1"),)), article(1, MINE)], book)
    report = article(2, "A short report on a thing elsewhere.", events=(event("e2", evidence=PASSING, frame="kidnap"),))
    last = step(book, report, 2)
    states = last_states(joins) | {last.changed[0].story_id: last.changed[0]}
    again = step(StoryBook(states.values()), report, 2)
    assert last_states([*joins, last]) == states | last_states([again])
