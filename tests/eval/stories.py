"""Stories on our own gold cases: B-cubed, pairs, pairs across languages, copies; a TF-IDF one-pass baseline beside.

`python -m tests.eval stories --half dev|test`. The test half is for measuring, not for tuning.
"""

import argparse
import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log, sqrt
from pathlib import Path
from typing import Any

from newswatch.cli.tag import DEFAULT_WATCH
from newswatch.identity import digest
from newswatch.records.article import Article
from newswatch.records.raw import Origin
from processors.events.watchdata import load_watch
from processors.extraction.raw_to_article import tagged
from processors.folding import folded, words_only
from processors.storytelling.book import StoryBook

CASES = Path(__file__).parents[1] / "cases" / "stories"
GOALS = {"bcubed": 0.92, "cross_language_pairs": 0.85, "copies": 0.97}
RESAMPLES = 500
BASELINE_JOIN = 0.25
"""Cosine from which the baseline joins; the best of 0.15 to 0.45 on the development half."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One gold article: its story, and the original whose words it repeats."""

    article: Article
    story: str
    copy_of: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a system made of the cases: story and original by article id."""

    story: Mapping[str, str]
    copy_of: Mapping[str, str | None]


def read_cases(path: Path) -> list[Case]:
    """The cases of one file, in order of first_seen."""
    return [_case(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _case(line: dict[str, Any]) -> Case:
    seen = datetime.fromisoformat(line["first_seen"])
    article = Article(
        article_id=line["id"],
        url=line["url"],
        title=line["title"],
        text=line["text"],
        language=line["lang"],
        first_seen=seen,
        fetched_at=seen,
        published=datetime.fromisoformat(line["published"]),
        origin=Origin.REPLAY,
        source=line["source"],
        source_owner=line.get("feed_owner"),
        content_hash=digest(line["title"], line["text"]),
    )
    return Case(article=article, story=line["story"], copy_of=line["copy_of"])


def engine(cases: Iterable[Case], *, events: bool = True) -> Found:
    """The stories stage's own code, articles tagged as the extract stage does."""
    book, watch = StoryBook(), load_watch(DEFAULT_WATCH)
    for offset, case in enumerate(cases):
        article = tagged(case.article, watch) if events else case.article
        joined = book.join(article, "w", offset=offset, generation=1)
        for story in joined.changed:
            book.remember(story)
    members = [(one, story.story_id) for story in book.stories() for one in story.members]
    return Found(
        story={one.article_id: story_id for one, story_id in members},
        copy_of={one.article_id: one.copy_of for one, _ in members},
    )


def baseline(cases: Iterable[Case]) -> Found:
    """One pass over TF-IDF vectors of folded words: the most similar article of the week decides, also on copies."""
    seen: list[tuple[Case, Counter[str], str]] = []
    spread: Counter[str] = Counter()
    story: dict[str, str] = {}
    copies: dict[str, str | None] = {}
    for case in cases:
        words = Counter(words_only(folded(f"{case.article.title} {case.article.text}")).split())
        week = [one for one in seen if case.article.first_seen - one[0].article.first_seen <= timedelta(days=7)]
        best = max(week, key=lambda one: _cosine(words, one[1], spread, len(seen)), default=None)
        likeness = _cosine(words, best[1], spread, len(seen)) if best else 0.0
        mine = best[2] if best and likeness >= BASELINE_JOIN else case.article.article_id
        story[case.article.article_id] = mine
        copies[case.article.article_id] = best[0].article.article_id if best and likeness >= 2 * BASELINE_JOIN else None
        seen.append((case, words, mine))
        spread.update(set(words))
    return Found(story=story, copy_of=copies)


def _cosine(one: Counter[str], other: Counter[str], spread: Counter[str], count: int) -> float:
    def weight(words: Counter[str]) -> dict[str, float]:
        return {word: (1 + log(n)) * log((count + 1) / (spread[word] + 0.5)) for word, n in words.items()}

    left, right = weight(one), weight(other)
    length = sqrt(sum(v * v for v in left.values()) * sum(v * v for v in right.values()))
    return sum(value * right[word] for word, value in left.items() if word in right) / length if length else 0.0


Score = tuple[float, float, float]
Weights = Mapping[str, int]


def f_score(hits: float, found: float, gold: float) -> Score:
    """Precision, recall, F1 of counts."""
    precision, recall = hits / found if found else 1.0, hits / gold if gold else 1.0
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def bcubed(cases: list[Case], found: Found, times: Weights) -> Score:
    """B-cubed; `times`: how often each gold story counts."""
    cases = [case for case in cases if times[case.story]]
    ours, gold = _groups(cases, lambda case: found.story[case.article.article_id]), _groups(cases, lambda c: c.story)
    precision = recall = total = 0.0
    for case in cases:
        mine, right = ours[found.story[case.article.article_id]], gold[case.story]
        weight = times[case.story]
        precision += weight * len(mine & right) / len(mine)
        recall += weight * len(mine & right) / len(right)
        total += weight
    p, r = precision / total, recall / total
    return p, r, 2 * p * r / (p + r)


def _groups(cases: list[Case], key: Callable[[Case], str]) -> dict[str, set[str]]:
    groups: dict[str, set[str]] = defaultdict(set)
    for case in cases:
        groups[key(case)].add(case.article.article_id)
    return groups


def pairs(cases: list[Case], found: Found, times: Weights, *, across: bool) -> Score:
    """Pairs of articles in one story; `across`: only those of two languages."""
    hits = ours = gold = 0
    for number, one in enumerate(cases):
        for other in cases[:number]:
            if across and one.article.language == other.article.language:
                continue
            weight = times[one.story] * times[other.story]
            same = found.story[one.article.article_id] == found.story[other.article.article_id]
            right = one.story == other.story
            hits, ours, gold = hits + weight * (same and right), ours + weight * same, gold + weight * right
    return f_score(hits, ours, gold)


def copies(cases: list[Case], found: Found, times: Weights) -> Score:
    """Copies with the right original."""
    hits = ours = gold = 0
    for case in cases:
        mine = found.copy_of[case.article.article_id]
        weight = times[case.story]
        hits += weight * (mine is not None and mine == case.copy_of)
        ours, gold = ours + weight * (mine is not None), gold + weight * (case.copy_of is not None)
    return f_score(hits, ours, gold)


def scores(cases: list[Case], found: Found, times: Weights | None = None) -> dict[str, Score]:
    """Every score by name."""
    counted = times if times is not None else Counter({case.story for case in cases})
    return {
        "bcubed": bcubed(cases, found, counted),
        "pairs": pairs(cases, found, counted, across=False),
        "cross_language_pairs": pairs(cases, found, counted, across=True),
        "copies": copies(cases, found, counted),
    }


def intervals(cases: list[Case], found: Found, seed: int = 1) -> dict[str, tuple[float, float]]:
    """95 % intervals of F1 over gold stories drawn with replacement."""
    dice, names = random.Random(seed), sorted({case.story for case in cases})
    drawn: dict[str, list[float]] = defaultdict(list)
    for _ in range(RESAMPLES):
        times = Counter(dice.choices(names, k=len(names)))
        drawn["bcubed"].append(bcubed(cases, found, times)[2])
        drawn["copies"].append(copies(cases, found, times)[2])
    return {name: (sorted(values)[RESAMPLES // 40], sorted(values)[-RESAMPLES // 40]) for name, values in drawn.items()}


def main(arguments: list[str] | None = None) -> int:
    """Prints the scores of one half, or of both; exit code 1 when a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.eval stories")
    parser.add_argument("--half", choices=("dev", "test"), default=None)
    parser.add_argument("--cases", type=Path, default=CASES, help="folder with dev.jsonl and test.jsonl")
    parser.add_argument("--json", action="store_true", dest="as_json")
    asked = parser.parse_args(arguments)
    missed = False
    for half in (asked.half,) if asked.half else ("dev", "test"):
        cases = read_cases(asked.cases / f"{half}.jsonl")
        systems = {
            "newswatch": engine(cases),
            "newswatch without events": engine(cases, events=False),
            "TF-IDF one pass": baseline(cases),
        }
        results = {name: scores(cases, found) for name, found in systems.items()}
        between = intervals(cases, systems["newswatch"])
        missed |= any(results["newswatch"][name][2] < goal for name, goal in GOALS.items())
        if asked.as_json:
            print(json.dumps({"half": half, "articles": len(cases), "scores": results, "intervals": between}))
        else:
            _table(half, cases, results, between)
    return int(missed)


def _table(
    half: str, cases: list[Case], results: dict[str, dict[str, Score]], between: dict[str, tuple[float, float]]
) -> None:
    print(f"\nstories, {half} half: {len(cases)} articles, {len({case.story for case in cases})} stories")
    print(f"{'':26}{'':22}   P     R     F1")
    for system, table in results.items():
        for name, (precision, recall, f1) in table.items():
            goal = f"  goal {GOALS[name]:.2f}" if system == "newswatch" and name in GOALS else ""
            low, high = between.get(name, (0.0, 0.0))
            spread = f"  95 % {low:.3f}-{high:.3f}" if system == "newswatch" and name in between else ""
            print(f"{system:26}{name:22} {precision:.3f} {recall:.3f} {f1:.3f}{goal}{spread}")


if __name__ == "__main__":
    raise SystemExit(main())
