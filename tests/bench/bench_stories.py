"""Stories: articles a second on one core as the window fills to 50,000, memory, and the reading back of a memory.

Synthetic articles with a Zipf vocabulary: about three tell of each happening, with names, a number and words of its
own, in three languages; one in six repeats another with edits. Goals: 500 articles/s with 50,000 live, cost within
1.5 times that at 1,000, at most 400 MB, 50,000 articles read back in 10 s.
"""

import gc
import json
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate

import psutil

from newswatch import wire
from newswatch.identity import digest
from newswatch.records.article import Article
from newswatch.records.raw import Origin
from newswatch.records.story import Story
from processors.storytelling.book import StoryBook

LIVE = 50_000
SMALL = 1_000
SAMPLE = 1_000
"""Articles timed at each size."""

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
SPREAD = timedelta(days=6)
SYLLABLES = tuple(consonant + vowel for consonant in "bcdfglmnprst" for vowel in "aeo")


EVERYWHERE = ("Maduro", "Trump", "Caracas", "Cuba")


class Press:
    """Writes articles."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        self._words = [self._word(2 + n % 3) + ("s" if n % 5 == 0 else "") for n in range(20_000)]
        self._weights = list(accumulate(1 / (n + 10) for n in range(len(self._words))))
        self._names = [self._word(3).capitalize() for _ in range(8_000)]
        self._happenings: list[tuple[list[str], list[str], int]] = []
        self._recent: list[Article] = []

    def articles(self, count: int, first: int = 0) -> Iterator[Article]:
        """`count` articles in the order they are seen."""
        for number in range(first, first + count):
            yield self._article(number, BEGIN + SPREAD * (number / LIVE))

    def _article(self, number: int, seen: datetime) -> Article:
        if self._recent and self._dice.random() < 1 / 6:
            origin = self._dice.choice(self._recent)
            text = origin.text.rsplit(". ", 1)[0] + f". {self._sentence([], [], 0)} With information from EFE."
            title, language = origin.title, origin.language
        else:
            language = self._dice.choice(("en", "es", "pt"))
            title, text = self._report()
        made = Article(
            article_id=digest("article", str(number)),
            url=f"https://outlet{number % 400}.example/2026/{number}",
            title=title,
            text=text,
            language=language,
            first_seen=seen,
            fetched_at=seen,
            published=seen,
            origin=Origin.FEED,
            source=f"Outlet {number % 400}",
            source_country="VEN",
            content_hash=digest(title, text, str(number)),
            countries=("VEN", "USA"),
        )
        self._recent = [*self._recent[-300:], made]
        return made

    def _report(self) -> tuple[str, str]:
        if not self._happenings or self._dice.random() < 0.3:
            names = self._dice.sample(self._names, 5)
            self._happenings.append((names, self._some_words(12), self._dice.randrange(11, 99_999)))
            self._happenings = self._happenings[-400:]
        names, words, figure = self._dice.choice(self._happenings)
        sentences = [self._sentence(names, words, figure) for _ in range(12)]
        return sentences[0][:70], " ".join(sentences)

    def _sentence(self, names: list[str], words: list[str], figure: int) -> str:
        made = self._some_words(14) + (self._dice.sample(words, 3) if words else [])
        if names:
            made += [
                *self._dice.sample(names, 2),
                str(figure),
                self._dice.choice(("Maduro", "Trump", "Caracas", "Cuba")),
            ]
        self._dice.shuffle(made)
        return "The " + " ".join(made) + "."

    def _some_words(self, count: int) -> list[str]:
        return self._dice.choices(self._words, cum_weights=self._weights, k=count)

    def _word(self, syllables: int) -> str:
        return "".join(self._dice.choice(SYLLABLES) for _ in range(syllables))


def feed(book: StoryBook, articles: list[Article], first: int, topic: dict[str, bytes]) -> float:
    """Seconds to join the articles, their state records made and the memory kept as the stage does."""
    began = time.process_time()
    for offset, article in enumerate(articles, first):
        joined = book.join(article, "w", offset=offset, generation=1)
        for story_id in joined.forgotten:
            book.forget("w", story_id)
        for story in joined.changed:
            topic[story.story_id] = wire.encode(story)
            book.remember(story)
    return time.process_time() - began


def main() -> None:
    """Prints one JSON object."""
    process = psutil.Process()
    press, book = Press(7), StoryBook()
    topic: dict[str, bytes] = {}
    feed(book, list(press.articles(SMALL)), 0, topic)
    small = feed(book, list(press.articles(SAMPLE, SMALL)), SMALL, topic)
    done = SMALL + SAMPLE
    filling = 0.0
    while done < LIVE:
        articles = list(press.articles(SAMPLE, done))
        filling += feed(book, articles, done, topic)
        done += len(articles)
    large = feed(book, list(press.articles(SAMPLE, done)), done, topic)
    sizes = sorted(len(record) for record in topic.values())
    bare = process.memory_info().rss
    stories = len(book)
    del book
    gc.collect()
    began = time.perf_counter()
    read_back = StoryBook(wire.decode(record, Story) for record in topic.values())
    seconds = time.perf_counter() - began
    print(
        json.dumps(
            {
                "articles": done + SAMPLE,
                "stories": stories,
                "per_second_at_1000": round(SAMPLE / small),
                "per_second_at_50000": round(SAMPLE / large),
                "cost_ratio": round(large / small, 2),
                "per_second_all_along": round((done - SMALL - SAMPLE) / filling),
                "rss_mb_with_state_topic": round(bare / 1e6),
                "state_topic_mb": round(sum(sizes) / 1e6),
                "largest_record_kb": round(sizes[-1] / 1e3, 1),
                "read_back_seconds": round(seconds, 2),
                "read_back_stories": len(read_back),
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
