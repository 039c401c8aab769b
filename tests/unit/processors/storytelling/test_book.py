"""Articles find their story, copies their original; a message read again or a memory read back changes nothing."""

import random
from datetime import timedelta

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newswatch.records.article import Article, Event, EventActor, EventDate, Quantity, Status
from processors.storytelling.book import StoryBook
from processors.storytelling.closing import EVERY, FORGET_AFTER, UNTOUCHED
from processors.storytelling.members import FIRST, NEWEST, OLDER
from processors.storytelling.placing import Why

from .samples import (
    ARREST,
    BOTH,
    FERRY,
    FERRY_ES,
    FRAUD,
    MINE,
    NOON,
    NOTICE,
    PASSING,
    WATCH,
    article,
    event,
    last_states,
    read,
    step,
)

LATER = (
    "Rescuers refloated the ferry Esperanza, which ran aground off Cienfuegos on Tuesday; Olga Peralta thanked divers."
)


def test_two_happenings_are_two_stories() -> None:
    first, second = read([article(0, FERRY), article(1, MINE)])
    assert first.tracked.story_id != second.tracked.story_id


def test_a_report_in_another_language_joins_the_story_as_a_source_of_its_own() -> None:
    _, second = read([article(0, FERRY), article(1, FERRY_ES, language="es")])
    assert second.why is Why.SAME_HAPPENING
    assert second.tracked.independent_sources == 2
    assert second.tracked.copy_of is None


def test_a_follow_up_within_the_week_stays_in_the_story() -> None:
    first, later = read([article(0, FERRY), article(60 * 24, LATER)])
    assert later.tracked.story_id == first.tracked.story_id


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param(FERRY, Why.EXACT_COPY, id="the same words under the same headline"),
        pytest.param(
            FERRY + " The line will pay for the hotels of those stranded.", Why.NEAR_COPY, id="a paragraph more"
        ),
        pytest.param(FERRY.split(" The vessel")[0], Why.NEAR_COPY, id="the end cut off"),
    ],
)
def test_a_copy_counts_no_source(text: str, why: Why) -> None:
    first, copy = read([article(0, FERRY, title="Ferry aground"), article(1, text, title="Ferry aground")])
    assert copy.why is why
    assert copy.tracked.story_id == first.tracked.story_id
    assert copy.tracked.copy_of == "a00000"
    assert copy.tracked.independent_sources == 1


def test_the_outlet_a_copy_credits_becomes_the_origin_although_it_came_later() -> None:
    early = article(0, FERRY + " (EFE)", source="Diario")
    _, agency = read([early, article(1, FERRY, source="EFE")])
    members = {one.article_id: one.copy_of for one in agency.changed[-1].members}
    assert members == {"a00000": "a00001", "a00001": None}
    assert agency.tracked.independent_sources == 1


def test_outlets_of_one_owner_are_one_source() -> None:
    own = (
        "Olga Peralta, harbour master of Cienfuegos, counted 240 people on the ferry Esperanza, aground since Tuesday."
    )
    _, second = read([article(0, FERRY, source_owner="Group"), article(1, own, source_owner="Group")])
    assert second.why is Why.SAME_HAPPENING
    assert second.tracked.independent_sources == 1


def test_a_round_up_begins_a_story_nobody_else_joins() -> None:
    first, roundup, later = read(
        [article(0, FERRY), article(1, FERRY + MINE, title="The week in brief"), article(2, FERRY_ES, language="es")]
    )
    assert roundup.why in (Why.ROUNDUP, Why.NEAR_COPY)
    assert later.tracked.story_id == first.tracked.story_id


def test_a_revised_article_stays_in_its_story() -> None:
    book = StoryBook()
    read([article(0, FERRY), article(1, MINE)], book)
    revised = step(book, article(0, FERRY.replace("240", "251") + " The count was raised at noon."), 2)
    assert revised.why is Why.REVISED
    assert [one.article_id for one in revised.changed[-1].members] == ["a00000"]
    assert revised.tracked.story_articles == 1


def test_an_article_known_as_it_is_changes_nothing() -> None:
    book = StoryBook()
    read([article(0, FERRY)], book)
    assert step(book, article(0, FERRY), 1).changed == ()


def test_a_story_outside_the_window_is_not_joined() -> None:
    first, late = read([article(0, FERRY), article(60 * 24 * 9, LATER)])
    assert late.tracked.story_id != first.tracked.story_id


def test_a_story_closes_after_its_window_reopens_for_a_copy_and_is_forgotten_in_the_end() -> None:
    book = StoryBook()
    read([article(0, FERRY), article(60 * 24 * 8, MINE)], book)
    closing = step(book, article(60 * 24 * 8 + 1, MINE + " Two were found alive."), 20 * (UNTOUCHED + EVERY))
    assert [story.closed for story in closing.changed] == [True, False]
    assert len(book) == 1
    again = step(
        book, article(60 * 24 * 8 + 2, FERRY, title=article(0, FERRY).title), closing.changed[-1].applied_offset + 1
    )
    assert again.why is Why.EXACT_COPY
    assert again.changed[-1].story_id == closing.changed[0].story_id
    assert len(book) == 2
    far = NOON + FORGET_AFTER + timedelta(days=20)
    quiet = [
        step(book, article(10 + number, f"Town {number} held a fair", first_seen=far), number * (UNTOUCHED + EVERY))
        for number in (30, 40, 50)
    ]
    assert len(quiet[1].changed) == 3
    assert len(quiet[2].forgotten) == 2


def test_two_stories_become_one_when_a_later_article_ties_them() -> None:
    joins = read([article(0, ARREST), article(1, FRAUD), article(2, BOTH)])
    assert joins[0].tracked.story_id != joins[1].tracked.story_id
    part, whole = joins[2].changed
    assert whole.story_id == joins[0].tracked.story_id
    assert whole.aliases == (part.story_id,)
    assert part.merged_into == whole.story_id
    assert [one.article_id for one in whole.members] == ["a00000", "a00001", "a00002"]


def test_a_merge_cut_short_is_done_again() -> None:
    """Only the first of the two records was written: the message is handled again with the memory as read back."""
    joins = read([article(0, ARREST), article(1, FRAUD), article(2, BOTH)])
    states = last_states(joins[:2])
    part, whole = joins[2].changed
    states[part.story_id] = part
    again = StoryBook(states.values()).join(article(2, BOTH), WATCH, offset=2, generation=1)
    assert again == joins[2]
    assert max(story.applied_offset for story in states.values()) < whole.applied_offset


def test_an_article_older_than_most_of_the_stories_it_ties_is_kept_of_them() -> None:
    """Of two stories that are more than a record keeps, those in the middle are let go when they become one."""
    copies = [
        article(number, text) for begin, text in ((0, ARREST), (100, FRAUD)) for number in range(begin, begin + 45)
    ]
    tie = article(200, BOTH, first_seen=NOON + timedelta(minutes=25))
    part, whole = read([*copies, tie])[-1].changed
    assert whole.aliases == (part.story_id,)
    assert len(whole.members) == FIRST + NEWEST
    assert whole.members[-1].article_id == tie.article_id


def test_a_merged_story_that_was_forgotten_may_be_told_again() -> None:
    book = StoryBook()
    part, _ = read([article(0, ARREST), article(1, FRAUD), article(2, BOTH)], book)[2].changed
    far = NOON + FORGET_AFTER + timedelta(days=20)
    for number in (30, 40, 50):
        gone = step(book, article(number, f"Town {number} held a fair", first_seen=far), number * (UNTOUCHED + EVERY))
    assert part.story_id in gone.forgotten
    later, copy = (article(number, FRAUD, first_seen=far + timedelta(hours=number)) for number in (1, 2))
    begun, joined = read([later, copy], book, start=gone.changed[-1].applied_offset + 1)
    assert begun.tracked.story_id == joined.tracked.story_id == part.story_id
    assert joined.why is Why.EXACT_COPY


def test_an_article_a_story_keeps_no_id_of_is_new_to_it_before_and_after_a_restart() -> None:
    book = StoryBook()
    many = [article(number, FERRY) for number in range(FIRST + OLDER + NEWEST + 1)]
    states = last_states(read(many, book))
    revised = article(FIRST, "A fair in Maracay drew dancers from three states", first_seen=many[-1].first_seen)
    live, restarted = (
        one.join(revised, WATCH, offset=1000, generation=1) for one in (book, StoryBook(states.values()))
    )
    assert live.why is Why.NEW_STORY
    assert live == restarted


def test_an_article_that_begins_a_second_story_does_not_take_the_id_of_the_first() -> None:
    book = StoryBook()
    first, tied, more = range(FIRST + 5), range(30, 32), range(40, 40 + OLDER + NEWEST + 10)
    read([*(article(n, ARREST) for n in first), article(30, FRAUD), article(31, BOTH)], book)
    whole = read([article(n, ARREST) for n in more], book, start=len(first) + len(tied))[-1].changed[-1]
    fair = "A fair in Maracay drew dancers from three states"
    begun, copy = read([article(n, fair, first_seen=whole.last_seen) for n in (30, 1000)], book, start=1000)
    assert begun.why is Why.NEW_STORY
    assert begun.tracked.story_id not in whole.aliases
    assert copy.tracked.story_id == begun.tracked.story_id


WORDS = (FERRY + " " + MINE + " " + FERRY_ES).split()


def some_event(dice: random.Random, identity: str) -> Event:
    """An event that may be told in the title or in passing, dated or not, of one of three people."""
    person = dice.choice(("olga-peralta", "yulisbeth-garcia", None))
    day = dice.choice(("2026-03-03", "2026-03-09"))
    return event(
        identity,
        evidence=dice.choice((NOTICE, PASSING)),
        frame=dice.choice(("capture", "kidnap", "release")),
        status=dice.choice((Status.HAPPENED, Status.DENIED)),
        date=dice.choice((None, EventDate(start=day, end=day))),
        target=EventActor(name=person or "Cuba", country="CUB", id=person),
        quantities=(Quantity(value=dice.randrange(20, 24), what="people"),),
    )


def generated(seed: int, count: int) -> list[Article]:
    """Articles that overlap in every way: copies, cuts, mixtures, returns after days."""
    dice = random.Random(seed)
    articles: list[Article] = []
    for number in range(count):
        text = dice.choice((FERRY, MINE, FERRY_ES, ARREST, FRAUD, BOTH))
        if dice.random() < 0.7:
            start = dice.randrange(len(WORDS) - 20)
            text = " ".join(WORDS[start : start + dice.randrange(8, 40)])
        if articles and dice.random() < 0.3:
            text = dice.choice(articles).text + dice.choice(("", " (EFE)", " Nothing more was known."))
        seen = NOON + timedelta(hours=dice.choice((1, 3, 30)) * number)
        identity = {"article_id": dice.choice(articles).article_id} if articles and dice.random() < 0.1 else {}
        events = tuple(some_event(dice, f"e{number}-{n}") for n in range(dice.randrange(3)))
        made = article(number, text, first_seen=seen, source=f"O{dice.randrange(6)}", events=events, **identity)
        articles.append(made)
    return articles


@settings(max_examples=25, deadline=None)
@example(seed=2394, cut=33, shuffled=random.Random(0))
@given(seed=st.integers(0, 10_000), cut=st.integers(0, 39), shuffled=st.randoms(use_true_random=False))
def test_a_memory_read_back_goes_on_as_if_nothing_had_happened(seed: int, cut: int, shuffled: random.Random) -> None:
    articles = generated(seed, 40)
    undisturbed = read(articles)
    states = list(last_states(undisturbed[:cut]).values())
    shuffled.shuffle(states)
    assert read(articles[cut:], StoryBook(states), start=cut) == undisturbed[cut:]


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_articles_read_again_change_nothing(seed: int) -> None:
    articles = list({one.article_id: one for one in generated(seed, 30)}.values())
    book = StoryBook()
    read(articles, book)
    assert [joined.changed for joined in read(articles, book, start=1)] == [()] * len(articles)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_sources_never_outnumber_articles_and_a_record_survives_the_wire(seed: int) -> None:
    for joined in read(generated(seed, 25)):
        for story in joined.changed:
            assert 1 <= story.independent_sources <= story.article_count
            assert msgspec.json.decode(msgspec.json.encode(story), type=type(story)) == story


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), number=st.integers(0, 39))
def test_a_message_cut_short_between_its_records_is_handled_again_alike(seed: int, number: int) -> None:
    """Of the records a message changes, all but the last were written when the worker died."""
    joins = read(generated(seed, 40))
    states = last_states(joins[:number])
    for story in joins[number].changed[:-1]:
        states[story.story_id] = story
    offsets = [story.applied_offset for story in states.values()]
    assert max(offsets, default=-1) < number
    again = step(StoryBook(states.values()), joins[number].tracked.article, number)
    assert last_states([*joins[:number], again]) | states | last_states([again]) == last_states(joins[: number + 1])
