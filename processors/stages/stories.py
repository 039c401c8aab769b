"""news.matched → news.tracked: joins each article to its story; memory in news.stories."""

from collections.abc import Sequence
from datetime import datetime

from newswatch import wire
from newswatch.records.article import Article, Hop
from newswatch.records.story import Story
from newswatch.topics import Topic
from processors.stages.hops import with_hop
from processors.storytelling.book import Joined, StoryBook
from processors.streaming.outbox import Output
from processors.streaming.stage_memory import PartitionMemory, StageMemory, StateReader
from processors.streaming.worker import Handled, Incoming


class StoriesStage:
    """Stateful, one message at a time: the order of a partition decides."""

    name = "stories"
    input = Topic.MATCHED
    concurrency = 1

    def __init__(self, reader: StateReader, worker: str) -> None:
        self._memory: StageMemory[Story] = StageMemory(self.name, reader, lambda data: wire.decode(data, Story))
        self._books: dict[int, StoryBook] = {}
        self._worker = worker

    async def handle(self, message: Incoming) -> Handled:
        """The tracked article and the changed stories. Raises Unprocessable for what is not an Article."""
        article = wire.decode(message.value, Article)
        memory, book = await self._of(message)
        if message.offset <= memory.applied:
            return Handled(discarded="already-applied")
        watch = (message.key or b"").decode()
        joined = book.join(article, watch, offset=message.offset, generation=memory.generation)
        hop = Hop(stage=self.name, at=message.now, worker=self._worker)
        return Handled(
            outputs=(self._tracked(joined, message, hop),),
            state=_state(joined, message.partition),
            remember=lambda: _remember(memory, book, joined, watch, message.offset),
            first_seen=article.first_seen,
        )

    async def start(self) -> None:
        """Nothing to warm."""

    async def tick(self, partitions: Sequence[int], generation: int, now: datetime) -> Handled:
        """Time alone changes nothing here."""
        return Handled()

    def assignment_changed(self) -> None:
        """Partitions came or went: read them back."""
        self._memory.forget()
        self._books.clear()

    def close(self) -> None:
        """Nothing to free."""

    async def _of(self, message: Incoming) -> tuple[PartitionMemory[Story], StoryBook]:
        memory = await self._memory.of(message.partition, message.generation)
        book = self._books.get(message.partition)
        if book is None:
            book = self._books[message.partition] = StoryBook(memory.records.values())
            memory.records.clear()
        return memory, book

    @staticmethod
    def _tracked(joined: Joined, message: Incoming, hop: Hop) -> Output:
        value = wire.encode(with_hop(joined.tracked, hop))
        return Output(topic=Topic.TRACKED, key=message.key, value=value, partition=message.partition)


def _state(joined: Joined, partition: int) -> tuple[Output, ...]:
    """Deletions first, the record that puts the change in force last."""
    gone = [Output(topic=Topic.STORIES, key=one.encode(), value=None, partition=partition) for one in joined.forgotten]
    changed = [
        Output(topic=Topic.STORIES, key=story.story_id.encode(), value=wire.encode(story), partition=partition)
        for story in joined.changed
    ]
    return (*gone, *changed)


def _remember(memory: PartitionMemory[Story], book: StoryBook, joined: Joined, watch: str, offset: int) -> None:
    for story_id in joined.forgotten:
        book.forget(watch, story_id)
    for story in joined.changed:
        book.remember(story)
    memory.applied = max(memory.applied, offset)
