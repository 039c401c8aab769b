"""CPU of our extraction (tagging left out) against a bare trafilatura loop with the same options, side by side.

Run: python -m tests.bench.bench_extract [--pages 240] [--rounds 5] [--json]
All sides start from the bytes of a message. Ours ends with text, title, authors, date, address, language and a hash;
the bare loop with text and trafilatura's own metadata; a third, "text alone", leaves the metadata out. Each page is
timed on all sides in turn (the order changes with the round) and its best time on each counts: a busy machine tilts
nothing.
"""

import argparse
import json
import logging
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime

import trafilatura

from newswatch import wire
from newswatch.records.article import Article
from newswatch.records.raw import Origin, RawArticle
from processors.extraction.raw_to_article import process_raw
from tests.bench.pages import Page, pages

GOAL = 1.10
NOW = datetime(2026, 6, 1, tzinfo=UTC)


def message(page: Page) -> bytes:
    """The page as a message of news.raw."""
    raw = RawArticle(
        article_id=page.url, url=page.url, first_seen=NOW, fetched_at=NOW, origin=Origin.FEED, html=page.html
    )
    return wire.encode(raw)


def ours(data: bytes) -> None:
    """What an extraction process does with a message, without a watch."""
    outcome = process_raw(data, NOW)
    assert isinstance(outcome, Article), outcome


def bare(data: bytes) -> None:
    """The same page through trafilatura alone, with its metadata."""
    _trafilatura(data, with_metadata=True)


def text_alone(data: bytes) -> None:
    """The same page through trafilatura alone, without metadata."""
    _trafilatura(data, with_metadata=False)


def _trafilatura(data: bytes, *, with_metadata: bool) -> None:
    raw = wire.decode(data, RawArticle)
    found = trafilatura.bare_extraction(
        raw.html or "",
        url=raw.url,
        fast=True,
        include_comments=False,
        include_tables=False,
        with_metadata=with_metadata,
    )
    assert found is not None


SIDES: tuple[Callable[[bytes], None], ...] = (ours, bare, text_alone)


def cpu(work: Callable[[bytes], None], data: bytes) -> float:
    """Seconds of CPU the work took."""
    began = time.process_time()
    work(data)
    return time.process_time() - began


def measure(count: int, rounds: int) -> dict[str, float]:
    """Milliseconds of CPU a page on each side, and our ratio to the others."""
    messages = [message(page) for page in pages(count)]
    for data in messages[:20]:
        for work in SIDES:
            work(data)
    best = {work: [float("inf")] * count for work in SIDES}
    for turn in range(rounds):
        for number, data in enumerate(messages):
            first = (turn + number) % len(SIDES)
            for work in SIDES[first:] + SIDES[:first]:
                best[work][number] = min(best[work][number], cpu(work, data))
    total = {work: sum(times) for work, times in best.items()}
    return {
        "pages": count,
        "bytes_per_page": statistics.fmean(map(len, messages)),
        "ours_ms": 1000 * total[ours] / count,
        "bare_ms": 1000 * total[bare] / count,
        "text_alone_ms": 1000 * total[text_alone] / count,
        "ratio": total[ours] / total[bare],
        "ratio_to_text_alone": total[ours] / total[text_alone],
        "goal": GOAL,
    }


def main() -> None:
    """Prints one line for people and one of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=240)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    found = measure(options.pages, options.rounds)
    verdict = "met" if found["ratio"] <= GOAL else "MISSED"
    print(
        f"extract: {found['ours_ms']:.2f} ms CPU a page of {found['bytes_per_page'] / 1000:.0f} kB, bare trafilatura "
        f"{found['bare_ms']:.2f} ms: {found['ratio']:.3f}x over {options.pages} pages (goal {GOAL:.2f}x, {verdict}); "
        f"trafilatura's text alone {found['text_alone_ms']:.2f} ms: {found['ratio_to_text_alone']:.3f}x"
    )
    print(json.dumps({"bench": "extract", **{name: round(value, 4) for name, value in found.items()}}))


if __name__ == "__main__":
    main()
