"""news.raw → news.articles or news.matched: extraction and tagging in a pool of processes; no memory."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from newswatch import wire
from newswatch.records.article import Article, Hop
from newswatch.records.rejected import Rejected
from newswatch.topics import Topic
from processors.stages.hops import with_hop
from processors.streaming.outbox import Output
from processors.streaming.worker import Handled, Incoming


class Extractor(Protocol):
    """Makes an article of a raw message in another process; killed and rejected when it takes too long or too much."""

    async def __call__(self, message: bytes) -> Article | Rejected:
        """Raises Unprocessable for what is not a RawArticle."""
        ...

    async def start(self) -> None:
        """Returns when the processes are warm. Raises Unavailable."""
        ...

    def close(self) -> None:
        """Ends the processes."""
        ...


class ExtractStage:
    """Stateless; as many messages in hand as keep the pool busy."""

    name = "extract"
    input = Topic.RAW

    def __init__(self, extractor: Extractor, processes: int, worker: str) -> None:
        self.concurrency = processes * 2
        self._extractor, self._worker = extractor, worker

    async def handle(self, message: Incoming) -> Handled:
        """One output a watch the article is on; one to news.articles when it is on none."""
        outcome = await self._extractor(message.value)
        if isinstance(outcome, Rejected):
            return Handled(rejected=outcome)
        article = with_hop(outcome, Hop(stage=self.name, at=message.now, worker=self._worker))
        value = wire.encode(article)
        outputs = tuple(Output(topic=Topic.MATCHED, key=watch.encode(), value=value) for watch in article.watches)
        off_watch = Output(topic=Topic.ARTICLES, key=article.article_id.encode(), value=value)
        return Handled(outputs=outputs or (off_watch,), first_seen=article.first_seen)

    async def start(self) -> None:
        """Warms the pool. Raises Unavailable when no process starts."""
        await self._extractor.start()

    async def tick(self, partitions: Sequence[int], generation: int, now: datetime) -> Handled:
        """Time alone changes nothing here."""
        return Handled()

    def assignment_changed(self) -> None:
        """Nothing is held between messages."""

    def close(self) -> None:
        """Ends the pool."""
        self._extractor.close()
