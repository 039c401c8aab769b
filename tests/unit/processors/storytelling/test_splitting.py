"""A story that holds two happenings is parted; the record of what stays puts it in force."""

import msgspec

from newswatch.records.story import Story
from processors.storytelling import growth
from processors.storytelling.book import StoryBook
from processors.storytelling.features import features
from processors.storytelling.kinds import Kind
from processors.storytelling.members import make_member
from processors.storytelling.sketch import sketch
from processors.storytelling.views import weighed
from processors.storytelling.weights import Rarity

from .samples import FERRY, FERRY_ES, MINE, WATCH, article, event, last_states, step

MINE_ES = (
    "Una mina de oro se derrumbó el miércoles cerca de El Callao y sepultó a catorce mineros, dijo la gobernadora de "
    "Bolívar, Yulisbeth García. Los familiares culpan a la dueña, Minerven."
)
MINE_PT = (
    "Catorze mineiros soterrados em El Callao, diz a governadora Yulisbeth García; famílias culpam a dona, a Minerven."
)
AGAIN = "Olga Peralta of Cienfuegos says the 240 passengers of the ferry Esperanza, aground since Tuesday, are safe."


def glued() -> Story:
    """A story of five articles on two happenings, as an early mistake may have left it."""
    told = [
        article(0, FERRY, events=(event("e0"),)),
        article(1, MINE),
        article(2, FERRY_ES, language="es"),
        article(3, MINE_ES, language="es"),
        article(4, MINE_PT, language="pt"),
    ]
    members = [make_member(one, features(one), sketch(one.text)) for one in told]
    story = growth.begun(told[0], WATCH, "s0", members[0], kind=Kind.NEWS)
    for one, member in zip(told[1:], members[1:], strict=True):
        story = growth.grown(story, one, member, story.members)
    for one in told:
        story = weighed(story, one.article_id, Rarity())
    return msgspec.structs.replace(story, applied_offset=4, generation=1)


def test_the_part_that_fits_the_beginning_keeps_the_id() -> None:
    joined = step(StoryBook([glued()]), article(5, AGAIN), 5)
    part, whole = joined.changed
    assert whole.story_id == "s0"
    assert [one.article_id for one in whole.members] == ["a00000", "a00002", "a00005"]
    assert [one.article_id for one in part.members] == ["a00001", "a00003", "a00004"]
    assert (whole.split_into, part.split_from) == ((part.story_id,), "s0")
    assert (whole.article_count, part.article_count) == (3, 3)
    assert part.applied_offset < whole.applied_offset == 5


def test_articles_of_the_part_go_on_in_it_whatever_order_the_memory_is_read_in() -> None:
    first = step(StoryBook([glued()]), article(5, AGAIN), 5)
    states = last_states([first])
    answers = [
        StoryBook(order).join(article(6, MINE + " Nobody was found."), WATCH, offset=6, generation=1)
        for order in (states.values(), reversed(states.values()))
    ]
    assert answers[0] == answers[1]
    assert answers[0].tracked.story_id == first.changed[0].story_id
    assert answers[0].changed[-1].split_from is None


def test_a_parting_cut_short_is_done_again() -> None:
    """Only the part's record was written: it waits for the other, and the message is handled again."""
    joined = step(StoryBook([glued()]), article(5, AGAIN), 5)
    book = StoryBook([glued(), joined.changed[0]])
    assert len(book) == 1
    assert step(book, article(5, AGAIN), 5) == joined
    assert len(book) == 2
