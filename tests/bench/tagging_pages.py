"""Articles for benchmarks of tagging: known sentences joined into pages of a wanted length, the same every time."""

import json
import random
from collections.abc import Callable
from datetime import date
from itertools import chain, cycle
from pathlib import Path

from processors.events.tagging import tag
from processors.events.watchdata import Watch
from tests.eval.cases import load_cases
from tests.eval.train_cases import load_train_cases, training_files

DAY = date(2026, 1, 12)
SENTENCES = 4  # in a paragraph
TITLE = "Venezuela and the United States"
SEEDS = Path(__file__).resolve().parents[2] / "seeds"
Texts = Callable[[str, Watch], list[str]]


def articles(lang: str, words: int, count: int) -> list[str]:
    """`count` dense texts of about `words` words in one language, from relevant development cases in a fixed order."""
    return joined(dense(lang), words, count)


def joined(texts: list[str], words: int, count: int) -> list[str]:
    """`count` texts of about `words` words, made of the texts in a fixed random order."""
    chance = random.Random(7)
    made: list[str] = []
    for _ in range(count):
        parts: list[str] = []
        length = 0
        while length < words:
            part = chance.choice(texts)
            parts.append(part)
            length += len(part.split())
        paragraphs = [" ".join(parts[at : at + SENTENCES]) for at in range(0, len(parts), SENTENCES)]
        made.append("\n\n".join(paragraphs))
    return made


def dense(lang: str) -> list[str]:
    """Sentences and leads that tell events of the watch, each of them: no news reads like that."""
    return [case.text for case in load_cases("dev") if case.lang == lang and case.relevant]


def off(lang: str, watch: Watch) -> list[str]:
    """Sentences and leads of news that names no state the watch is about."""
    near = watch.focus.core | watch.focus.partners | watch.focus.theatres
    cases = [*load_cases("dev"), *load_train_cases(training_files())]
    texts = [case.text for case in cases if case.lang == lang and not case.relevant]
    found = [(text, tag("", text, published=DAY, lang=lang, watch=watch)) for text in texts]
    return [
        text
        for text, one in found
        if near.isdisjoint({key for entity in one.entities for key in (entity.id, entity.country)})
    ]


def told(lang: str) -> list[str]:
    """The articles of the seeds that are on the watch: news of it, with figures, quotations and colour."""
    lines = chain.from_iterable(
        path.read_text(encoding="utf-8").splitlines() for path in sorted(SEEDS.glob("2*.jsonl"))
    )
    found = (json.loads(line) for line in lines)
    return [one["text"] for one in found if one["lang"] == lang]


def mixed(lang: str, watch: Watch) -> list[str]:
    """A paragraph of the seeds, then as many words off the watch, in turn: a page with other subjects beside it."""
    beside = cycle(off(lang, watch))
    made: list[str] = []
    for paragraph in chain.from_iterable(text.split("\n\n") for text in told(lang)):
        parts = [paragraph, next(beside)]
        while sum(len(part.split()) for part in parts[1:]) < len(paragraph.split()):
            parts.append(next(beside))
        made.append("\n\n".join(parts))
    return made


KINDS: dict[str, Texts] = {
    "off the watch": off,
    "mixed": mixed,
    "news of the watch": lambda lang, _: told(lang),
    "dense": lambda lang, _: dense(lang),
}
"""Kinds of article, cheapest first."""
