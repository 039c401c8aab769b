"""Articles and books for the tests of stories."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from newswatch.identity import digest
from newswatch.records.article import Article, Event, EventActor, EventDate, Evidence, Status
from newswatch.records.raw import Origin
from newswatch.records.story import Story
from processors.storytelling.book import Joined, StoryBook

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
WATCH = "w"
NOTICE = Evidence(field="title", start=0, end=4, text="word")
PASSING = Evidence(field="text", start=4000, end=4004, text="word")

FERRY = (
    "The ferry Esperanza ran aground off Cienfuegos on Tuesday with 240 passengers on board, the harbour master Olga "
    "Peralta said. Divers from Matanzas found a crack in the hull and the regional hospital treated nineteen people "
    "for cold and shock. The vessel had been repaired in January at the Casablanca yard."
)
FERRY_ES = (
    "El transbordador Esperanza encalló el martes frente a Cienfuegos con 240 pasajeros a bordo, según la capitana del "
    "puerto, Olga Peralta. El hospital regional atendió a diecinueve personas, y los buzos hallaron una grieta."
)
MINE = (
    "A gold mine near El Callao collapsed on Wednesday and buried fourteen miners, the governor of Bolívar state, "
    "Yulisbeth García, told reporters. Rescue crews from Tumeremo dug through the night with borrowed pumps, and "
    "relatives blamed the owner, Minerven, for old timber in the shafts."
)
ARREST = "Police in Holguín arrest the businessman Dámaso Quiroga."
FRAUD = "Tamarindo bank names Dámaso Quiroga in a fraud, a lawyer says."
BOTH = (
    "Police in Holguín arrested Dámaso Quiroga on drug charges; a lawyer of the Tamarindo bank says ledgers name "
    "Quiroga in a fraud."
)
"""Two reports that do not say they are of one case, and the one that does."""


def event(identity: str, **changes: Any) -> Event:
    """Olga Peralta taken by the United States on the day before; told in the title unless `evidence` says otherwise."""
    facts: dict[str, Any] = {
        "type": "COERCE",
        "mode": "arrest",
        "status": Status.HAPPENED,
        "evidence": NOTICE,
        "rule": "r",
        "confidence": 1.0,
        "source": EventActor(name="United States", country="USA"),
        "target": EventActor(name="Olga Peralta", country="CUB", id="olga-peralta"),
        "date": EventDate(start="2026-03-03", end="2026-03-03"),
        "frame": "capture",
    }
    return Event(event_id=identity, **(facts | changes))


def article(number: int, text: str, **changes: Any) -> Article:
    """Article `number`, seen `number` minutes after noon."""
    title = changes.pop("title", text.split(",", 1)[0])
    facts: dict[str, Any] = {
        "article_id": f"a{number:05}",
        "url": f"https://outlet{number}.example/{number}",
        "language": "en",
        "first_seen": NOON + timedelta(minutes=number),
        "fetched_at": NOON,
        "origin": Origin.FEED,
        "source": f"Outlet {number}",
        "content_hash": digest(title, text),
    }
    return Article(title=title, text=text, **(facts | changes))


def read(articles: Iterable[Article], book: StoryBook | None = None, start: int = 0) -> list[Joined]:
    """Each article joined in turn and remembered, as the stage does."""
    book = StoryBook() if book is None else book
    return [step(book, one, start + offset) for offset, one in enumerate(articles)]


def step(book: StoryBook, one: Article, offset: int, generation: int = 1) -> Joined:
    """One article joined and remembered."""
    joined = book.join(one, WATCH, offset=offset, generation=generation)
    for story_id in joined.forgotten:
        book.forget(WATCH, story_id)
    for story in joined.changed:
        book.remember(story)
    return joined


def last_states(joins: Sequence[Joined]) -> dict[str, Story]:
    """What the compacted topic holds after these messages."""
    states: dict[str, Story] = {}
    for joined in joins:
        for story_id in joined.forgotten:
            states.pop(story_id, None)
        for story in joined.changed:
            states[story.story_id] = story
    return states
