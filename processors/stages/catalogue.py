"""Makes the stages of the flow from settings; the only place that knows what each needs."""

import asyncio
from datetime import UTC, datetime
from functools import partial

from newswatch.errors import Unprocessable, UserError
from newswatch.records.article import Article
from newswatch.records.rejected import Rejected
from newswatch.settings import Settings
from newswatch.topics import Topic
from processors.extraction import jobs
from processors.extraction.pool import ExtractionPool
from processors.stages.alerts import AlertsStage
from processors.stages.extract import ExtractStage
from processors.stages.rules_in_force import RulesInForce
from processors.stages.stories import StoriesStage
from processors.streaming.state_reader import TopicReader
from processors.streaming.worker import Stage


class PoolExtractor:
    """Extracts and tags in a pool of processes."""

    def __init__(self, settings: Settings) -> None:
        limits = settings.extract
        self._watch = settings.watch
        self._make_pool = partial(ExtractionPool, timeout=limits.timeout, max_memory_mb=limits.max_memory_mb)
        self._pool = self._make_pool(limits.processes, prepare=jobs.prepare, prepare_args=(limits, settings.watch))

    async def __call__(self, message: bytes) -> Article | Rejected:
        """Raises Unprocessable for a page that took too long or ended its process."""
        return await self._pool.run(jobs.process_raw, message, datetime.now(UTC))

    async def start(self) -> None:
        """Returns when the processes are warm. Raises Unavailable, and Unprocessable with the faults of the watch."""
        if faults := await self._faults():
            raise Unprocessable(faults)
        await self._pool.start()

    def close(self) -> None:
        """Ends the processes."""
        self._pool.close()

    async def _faults(self) -> str:
        """Told once, by a process for that alone: those of the pool end over a wrong watch, without a word."""
        asked = self._make_pool(1)
        try:
            return await asked.run(jobs.faults_of, self._watch)
        finally:
            await asyncio.to_thread(asked.close)


def make_stage(name: str, settings: Settings, worker: str) -> Stage:
    """The stage called `name`. Raises UserError for a name not in the flow, and for rules that are wrong."""
    makers = {
        "extract": partial(_extract, settings, worker),
        "stories": partial(_stories, settings, worker),
        "alerts": partial(_alerts, settings),
    }
    if name not in makers:
        raise UserError(f"no stage is called {name}; there are {', '.join(makers)}")
    return makers[name]()


def _extract(settings: Settings, worker: str) -> Stage:
    return ExtractStage(PoolExtractor(settings), settings.extract.processes, worker)


def _stories(settings: Settings, worker: str) -> Stage:
    return StoriesStage(TopicReader(settings.kafka, Topic.STORIES, Topic.MATCHED), worker)


def _alerts(settings: Settings) -> Stage:
    rules = RulesInForce(settings.rules or settings.watch / "alerts.yaml")
    return AlertsStage(TopicReader(settings.kafka, Topic.ALERT_STATE, Topic.TRACKED), rules, settings.watch.name)
