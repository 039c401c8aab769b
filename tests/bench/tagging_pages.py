"""Articles for benchmarks of tagging: the gold sentences joined into pages of a wanted length, the same every time."""

import random
from datetime import date

from tests.eval.cases import load_cases

DAY = date(2026, 1, 12)
SENTENCES = 4  # in a paragraph


def articles(lang: str, words: int, count: int) -> list[str]:
    """`count` texts of about `words` words in one language, from relevant development cases in a fixed random order."""
    chance = random.Random(7)
    texts = [case.text for case in load_cases("dev") if case.lang == lang and case.relevant]
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
