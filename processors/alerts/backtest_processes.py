"""Backtests of two rule sets side by side: a process for each, fed the same articles, each with its own ledger."""

import multiprocessing
from collections import Counter, deque
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import replace
from datetime import datetime
from itertools import chain, islice
from pathlib import Path

from newswatch import wire
from newswatch.records.tracked import TrackedArticle
from processors.alerts.backtesting import Backtest, Ledger
from processors.alerts.rules import RuleSet, load_rules

Paths = tuple[Path, ...]
"""Files and folders a rule set is loaded from."""

BATCH = 250
"""Articles handed over at once."""

AHEAD = 4
"""Batches a process may lie behind the reader."""

ALONE = 2000
"""An archive of no more articles is judged in this process: starting others would take longer."""


def backtests(
    before: RuleSet, after: RuleSet, paths: tuple[Paths, Paths], archive: Iterable[TrackedArticle], now: datetime
) -> tuple[Ledger, Ledger]:
    """The ledgers of the rules before and after; `paths` are where processes load the same sets from.

    A rule that is the same in both is judged once: no rule's firings depend on another's.
    """
    versions = {rule.id: rule.version for rule in after.rules}
    shared = frozenset(rule.id for rule in before.rules if versions.get(rule.id) == rule.version)
    changed = before.without(shared)
    old, new = _ledgers([(changed, paths[0], shared), (after, paths[1], frozenset())], archive, now)
    return _with_shared(old, new, shared), new


def _with_shared(old: Ledger, new: Ledger, shared: Collection[str]) -> Ledger:
    entries = [entry for entry in new.entries if entry.rule_id in shared]
    held = Counter({key: count for key, count in new.held.items() if key[0] in shared})
    return replace(new, entries=old.entries + entries, held=old.held + held)


def _ledgers(
    wanted: Sequence[tuple[RuleSet, Paths, frozenset[str]]], archive: Iterable[TrackedArticle], now: datetime
) -> list[Ledger]:
    """A ledger for each (rules, where to load them, ids to leave out); in this process when that is quicker."""
    articles = iter(archive)
    first = list(islice(articles, ALONE + 1))
    everything = chain(first, articles)
    if len(first) <= ALONE or multiprocessing.cpu_count() == 1:
        runs = [Backtest(rules, now) for rules, _, _ in wanted]
        for tracked in everything:
            for run in runs:
                run.add(tracked)
        return [run.ledger for run in runs]
    processes = [_Process(paths, left_out, now) if rules.rules else None for rules, paths, left_out in wanted]
    running = [process for process in processes if process]
    try:
        while batch := list(islice(everything, BATCH)):
            data = [wire.encode(tracked) for tracked in batch]
            for process in running:
                process.feed(data)
        return [process.ledger() if process else Ledger() for process in processes]
    finally:
        for process in running:
            process.close()


class _Process:
    """One rule set in a process of its own. Raises what the process raised."""

    def __init__(self, paths: Paths, left_out: frozenset[str], now: datetime) -> None:
        self._pool = ProcessPoolExecutor(
            1, mp_context=multiprocessing.get_context("spawn"), initializer=_begin, initargs=(paths, left_out, now)
        )
        self._waiting: deque[Future[None]] = deque()

    def feed(self, data: list[bytes]) -> None:
        """Returns at once, or when the process is no more than AHEAD batches behind."""
        self._waiting.append(self._pool.submit(_feed, data))
        while len(self._waiting) > AHEAD:
            self._waiting.popleft().result()

    def ledger(self) -> Ledger:
        """What it would have fired, when it has judged everything."""
        while self._waiting:
            self._waiting.popleft().result()
        return self._pool.submit(_end).result()

    def close(self) -> None:
        """Ends the process."""
        self._pool.shutdown(cancel_futures=True)


_RUNNING: list[Backtest] = []
"""In a process of a backtest: the one it runs."""


def _begin(paths: Paths, left_out: frozenset[str], now: datetime) -> None:
    _RUNNING.append(Backtest(load_rules(*paths).without(left_out), now))


def _feed(data: list[bytes]) -> None:
    for one in data:
        _RUNNING[0].add(wire.decode(one, TrackedArticle))


def _end() -> Ledger:
    return _RUNNING[0].ledger
