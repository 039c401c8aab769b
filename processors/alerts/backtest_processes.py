"""Backtests of several rule sets side by side: a process for each, fed the same articles, each with its own ledger."""

import multiprocessing
from collections import deque
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import datetime
from itertools import chain, islice
from pathlib import Path

from newswatch import wire
from newswatch.records.tracked import TrackedArticle
from processors.alerts.backtesting import Backtest, Ledger
from processors.alerts.rules import RuleSet, load_rules

BATCH = 250
"""Articles handed over at once."""

AHEAD = 4
"""Batches a process may lie behind the reader."""

ALONE = 2000
"""An archive of no more articles is judged in this process: starting others would take longer."""


def backtests(
    paths: Sequence[Path], rules: Sequence[RuleSet], archive: Iterable[TrackedArticle], now: datetime
) -> list[Ledger]:
    """One ledger for each rule set; `paths` are where the processes load the same sets from."""
    articles = iter(archive)
    first = list(islice(articles, ALONE + 1))
    if len(first) <= ALONE or multiprocessing.cpu_count() == 1:
        runs = [Backtest(one, now) for one in rules]
        for tracked in chain(first, articles):
            for run in runs:
                run.add(tracked)
        return [run.ledger for run in runs]
    processes = [_Process(path, now) for path in paths]
    try:
        everything = chain(first, articles)
        while batch := list(islice(everything, BATCH)):
            data = [wire.encode(tracked) for tracked in batch]
            for process in processes:
                process.feed(data)
        return [process.ledger() for process in processes]
    finally:
        for process in processes:
            process.close()


class _Process:
    """One rule set in a process of its own. Raises what the process raised."""

    def __init__(self, path: Path, now: datetime) -> None:
        self._pool = ProcessPoolExecutor(
            1, mp_context=multiprocessing.get_context("spawn"), initializer=_begin, initargs=(path, now)
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


def _begin(path: Path, now: datetime) -> None:
    _RUNNING.append(Backtest(load_rules(path), now))


def _feed(data: list[bytes]) -> None:
    for one in data:
        _RUNNING[0].add(wire.decode(one, TrackedArticle))


def _end() -> Ledger:
    return _RUNNING[0].ledger
