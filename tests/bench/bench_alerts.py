"""Matching and backtesting: CPU per article with 10,000 keyword and 500 boolean rules, and the time to load them.

Run: python -m tests.bench.bench_alerts
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from newswatch.records.tracked import TrackedArticle
from newswatch.settings import DEFAULT_WATCH
from processors.alerts.backtesting import backtest
from processors.alerts.deciding import decide, read
from processors.alerts.rules import RuleSet, load_rules
from tests.bench.alert_load import START, Vocabulary, articles, rule_rows, write_rules

KEYWORDS, BOOLEANS, ARTICLES, ROUNDS = 10_000, 500, 200, 7
GOAL_MS, GOAL_LOAD, GOAL_BACKTEST = 1.0, 3.0, 2000


def main() -> None:
    """Prints one line a figure; CPU times are of this thread, the best and the median of the rounds."""
    vocabulary = Vocabulary()
    sample = articles(vocabulary, ARTICLES)
    with tempfile.TemporaryDirectory() as folder:
        path = write_rules(Path(folder) / "rules.yaml", rule_rows(vocabulary, KEYWORDS, BOOLEANS))
        began = time.thread_time()
        rules = load_rules(path)
        loaded = time.thread_time() - began
    print(f"load {KEYWORDS} keyword + {BOOLEANS} boolean rules: {loaded:.2f} s CPU (goal <= {GOAL_LOAD} s)")
    print(f"terms: {len(rules.automaton.terms)}")
    matched(rules, sample)
    stored(sample)


def matched(rules: RuleSet, sample: list[TrackedArticle]) -> None:
    """CPU of reading, matching and deciding."""
    reading = rounds(lambda: [read(rules, tracked) for tracked in sample])
    matching = rounds(lambda: [met(rules, tracked) for tracked in sample])
    fired = sum(met(rules, tracked) for tracked in sample) / len(sample)
    deciding = rounds(lambda: [decide(rules, {}, t, offset=0, generation=1, now=START) for t in sample])
    print(f"read one 1,000-word article (automaton): {shown(reading)} ms CPU")
    print(f"match it against all rules: {shown(matching)} ms CPU (goal <= {GOAL_MS} ms); {fired:.1f} rules match")
    print(f"decide, with evidence and explanation of each of those alerts: {shown(deciding)} ms CPU")


def met(rules: RuleSet, tracked: TrackedArticle) -> int:
    """How many rules an article meets."""
    reading = read(rules, tracked)
    return sum(rule.condition.met(reading, tracked) for rule in rules.candidates(reading.found))


def stored(sample: list[TrackedArticle]) -> None:
    """Backtest speed with the shipped rules."""
    shipped = load_rules(DEFAULT_WATCH / "alerts.yaml")
    took = min(rounds(lambda: [backtest(shipped, sample, START)]))
    print(
        f"backtest with the {len(shipped.rules)} shipped rules: {1000 / took:.0f} articles/s (goal >= {GOAL_BACKTEST})"
    )


def rounds(work: Callable[[], object]) -> list[float]:
    """Milliseconds of CPU per article, one figure a round."""
    taken = []
    for _ in range(ROUNDS):
        began = time.thread_time()
        work()
        taken.append((time.thread_time() - began) / ARTICLES * 1000)
    return taken


def shown(taken: list[float]) -> str:
    """Best and median."""
    return f"{min(taken):.3f} (median {statistics.median(taken):.3f})"


if __name__ == "__main__":
    main()
