"""Rules and articles for the alert benchmark: made by a seeded generator, the same every time."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml

from newswatch.records.article import Article
from newswatch.records.raw import Origin
from newswatch.records.tracked import TrackedArticle

START = datetime(2026, 1, 9, 12, 0, tzinfo=UTC)
SYLLABLES = [c + v + e for c in "bcdfglmnprstvz" for v in "aeiou" for e in ("", "n", "r", "s", "l")]
COMMON = 300
"""Words that make up most of every article, as in any language; a few of them are in rules, too."""


class Vocabulary:
    """50,000 made-up words with Zipf's frequencies."""

    def __init__(self, seed: int = 7) -> None:
        chance = random.Random(seed)
        words: dict[str, None] = {}
        while len(words) < 50_000:
            words["".join(chance.choices(SYLLABLES, k=chance.choice((1, 2, 2, 3, 3, 4))))] = None
        self.words = list(words)
        self.weights = [1 / (rank + 3) for rank in range(len(self.words))]

    def text(self, chance: random.Random, length: int) -> str:
        """An article of `length` words with sentences, capitals and some accents."""
        chosen = chance.choices(self.words, self.weights, k=length)
        marked = [word.replace("a", "á", 1) if chance.random() < 0.05 else word for word in chosen]
        ended = [word + ("." if n % 17 == 16 else "") for n, word in enumerate(marked)]
        return " ".join(ended)


def rule_rows(vocabulary: Vocabulary, keywords: int, booleans: int, seed: int = 11) -> list[dict[str, object]]:
    """Keyword rules of one to four terms (words, phrases, prefixes, forms) and boolean queries of three to five."""
    chance, words = random.Random(seed), vocabulary.words

    def word() -> str:
        return words[chance.randrange(COMMON, len(words))]

    def term() -> str:
        kind = chance.random()
        if kind < 0.5:
            return f"{word()} {word()}"
        return word() + ("*" if kind > 0.9 and len(word()) > 3 else "~" if kind > 0.8 else "")

    def long(text: str) -> str:
        return text if len(text.rstrip("*~")) > 3 else text.rstrip("*~") + "xyz"

    rows: list[dict[str, object]] = []
    for number in range(keywords):
        match: dict[str, object] = {"any": [long(term()) for _ in range(chance.randint(1, 4))]}
        if chance.random() < 0.2:
            match["none"] = [word()]
        rows.append({"id": f"k{number}", "match": match})
    for number in range(booleans):
        first = f'{word()} OR "{word()} {word()}"'
        second = f"{words[chance.randrange(COMMON)]} OR {word()}"
        query = f"({first}) AND ({second}) AND NOT title:{word()}"
        rows.append({"id": f"b{number}", "match": {"query": query}})
    return rows


def write_rules(path: Path, rows: list[dict[str, object]]) -> Path:
    """The rule file."""
    path.write_text(yaml.dump({"rules": rows}, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper)), encoding="utf-8")
    return path


def articles(vocabulary: Vocabulary, count: int, length: int = 1000, seed: int = 13) -> list[TrackedArticle]:
    """Articles of `length` words, one a second, one story each."""
    chance = random.Random(seed)
    made = []
    for number in range(count):
        seen = START + timedelta(seconds=number)
        article = Article(
            article_id=f"a{number}", url=f"https://news.example/{number}", title=vocabulary.text(chance, 10),
            text=vocabulary.text(chance, length), language="en", first_seen=seen, fetched_at=seen, origin=Origin.REPLAY,
            content_hash=str(number), source=f"source {number % 40}", countries=("VEN",),
        )  # fmt: skip
        made.append(TrackedArticle(article=article, watch="w", story_id=f"s{number}", story_title=article.title))
    return made
