"""The poller: holds the feeds Kafka assigns to it, polls each when due, remembers after publishing."""

import asyncio
import heapq
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from ingest.answers import Fetched
from ingest.failures import NETWORK
from ingest.health import outage_alert
from ingest.holding import Effect, Held, apply, health_counts, worth_saving
from ingest.hosts import PER_HOST
from ingest.outage import Outage
from ingest.outbox import Message, Outbox
from ingest.ownership import HAND_OVER_SECONDS, StateMessage
from ingest.poll import FeedPolls, Polled
from ingest.schedule import due_at_start
from newswatch import metric_names as metrics
from newswatch import wire
from newswatch.errors import Unprocessable
from newswatch.logs import logger
from newswatch.records.feed import FeedRecord
from newswatch.topics import Topic

MAX_RUNNING = 1_500
"""Polls under way at once, slow ones included."""
AFTER_BUG = 900.0
"""Seconds until a feed whose poll ended in an unexpected error is polled again."""
SUMMARY_EVERY = 300.0
TICK = 0.5
FINISH_SECONDS = 4.0
"""How long polls under way may take to end when their partition moves on."""

UNTOUCHED_BY_PUSH = (
    "etag", "last_modified", "body_hash", "interval", "interval_reason", "next_poll", "last_full", "validators_lie",
    "entries_in_feed", "hub", "hub_topic",
)  # a push may hold the new entries alone; it says nothing of the feed's own copy  # fmt: skip

SUBSCRIPTION = ("hub_secret", "hub_lease_until", "hub_callback")

log = logger(__name__)


class Poller:
    """Owner (ingest.ownership) of feeds, on one event loop. `run` is its life."""

    def __init__(
        self, polls: FeedPolls, outbox: Outbox, watch: str, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._polls, self._outbox, self._watch, self._clock = polls, outbox, watch, clock
        self._loop = asyncio.get_running_loop()
        self.feeds: dict[str, Held] = {}
        self.active: dict[int, int] = {}
        self._due: list[tuple[float, str]] = []
        self._running: dict[str, asyncio.Task[None]] = {}
        self._at_host: defaultdict[str, int] = defaultdict(int)
        self._waiting: defaultdict[str, deque[str]] = defaultdict(deque)
        self._wake = asyncio.Event()
        self._outage = Outage()
        self._side: set[asyncio.Task[Any]] = set()
        self.after_poll: list[Callable[[FeedRecord], None]] = []
        self._summary_at = 0.0
        self._last_summary = ""

    def read(self, messages: Sequence[StateMessage]) -> None:
        """See Owner."""
        self._loop.call_soon_threadsafe(self._read, messages)

    def loaded(self, partition: int, generation: int) -> None:
        """See Owner."""
        self._loop.call_soon_threadsafe(self._loaded, partition, generation)

    def given_up(self, partitions: Sequence[int], *, lost: bool) -> None:
        """See Owner."""
        if self._loop.is_closed():
            return
        giving = asyncio.run_coroutine_threadsafe(self._give_up(frozenset(partitions), lost=lost), self._loop)
        try:
            giving.result(HAND_OVER_SECONDS)
        except TimeoutError:
            giving.cancel()

    async def run(self, stop: threading.Event, beat: Callable[[], None]) -> None:
        """Polls until `stop` is set; `beat` is called about twice a second."""
        self._summary_at = self._loop.time() + 30
        while not stop.is_set():
            beat()
            now = self._clock().timestamp()
            self._start_due(now)
            if self._loop.time() >= self._summary_at:
                self._summarise()
            self._wake.clear()
            wait = min(max(self._due[0][0] - now, 0.01), TICK) if self._has_room() and self._due else TICK
            try:
                await asyncio.wait_for(self._wake.wait(), wait)
            except TimeoutError:
                continue

    def hurry(self, url: str) -> None:
        """Polls the feed as soon as its host allows."""
        held = self.feeds.get(url)
        if held is not None:
            self._plan(url, held, self._clock().timestamp())

    async def save(self, url: str, record: FeedRecord) -> None:
        """Writes the feed's record down, if it is still ours."""
        held = self.feeds.get(url)
        generation = self.active.get(held.partition) if held else None
        if held is None or generation is None:
            return
        record = msgspec.structs.replace(record, generation=generation)
        message = Message(Topic.FEEDS, url.encode(), wire.encode(record), held.partition)
        (offset,) = await self._outbox.send([message])
        held.own_offset = max(held.own_offset, offset)
        held.saved_at, held.unsaved = self._clock(), False

    async def keep(self, record: FeedRecord) -> None:
        """Holds and writes down a record changed beside the polls (its subscription to a hub)."""
        held = self.feeds.get(record.settings.url)
        if held is not None:
            held.edits += 1
            held.put(record)
            await self.save(record.settings.url, record)

    async def pushed(self, record: FeedRecord, body: bytes, content_type: str | None) -> None:
        """Takes what a hub pushed of the feed, after any poll of it under way. Its schedule stays as it is."""
        url = record.settings.url
        running = self._running.get(url)
        if running is not None:
            await asyncio.wait([running])
        held = self.feeds.get(url)
        if held is None:
            return
        before = held.record()
        answer = Fetched(status=200, url=url, body=body, headers={"Content-Type": content_type or ""})
        polled = await self._polls.digest(before, answer, lambda partial: self.save(url, partial))
        if polled.failure is None and polled.published:
            state = msgspec.structs.replace(
                polled.record.state, **{name: getattr(before.state, name) for name in UNTOUCHED_BY_PUSH}
            )
            log.info("pushed", feed=url, published=polled.published)
            await self.keep(msgspec.structs.replace(polled.record, state=state))

    def held_by(self, chosen: Callable[[str], bool]) -> FeedRecord | None:
        """The first held feed whose address `chosen` accepts."""
        return next((held.record() for url, held in self.feeds.items() if chosen(url)), None)

    def side(self, work: Coroutine[Any, Any, Any]) -> None:
        """Runs `work` beside everything else."""
        task = self._loop.create_task(work)
        self._side.add(task)
        task.add_done_callback(self._side.discard)

    def _read(self, messages: Sequence[StateMessage]) -> None:
        for message in messages:
            url = message.key.decode("utf-8", "replace")
            try:
                record = wire.decode(message.value, FeedRecord) if message.value is not None else None
            except Unprocessable as error:
                log.warning("feed-record-unreadable", feed=url, error=str(error))
                continue
            active = self.active.get(message.partition)
            effect = apply(self.feeds, url, record, partition=message.partition, offset=message.offset, active=active)
            if active is not None:
                self._react(url, effect, message.partition)

    def _react(self, url: str, effect: Effect, partition: int) -> None:
        if effect in (Effect.ADDED, Effect.EDITED):
            self.hurry(url)
            if effect is Effect.EDITED:
                self.side(self.save(url, self.feeds[url].record()))
        elif effect is Effect.RESURRECTED:
            self.side(self._outbox.send([Message(Topic.FEEDS, url.encode(), None, partition)]))

    def _loaded(self, partition: int, generation: int) -> None:
        self.active[partition] = generation
        now = self._clock()
        mine = {url: held for url, held in self.feeds.items() if held.partition == partition}
        dues = {url: held.record().state.next_poll for url, held in mine.items()}
        overdue = sum(due is None or due <= now for due in dues.values())
        for url, held in mine.items():
            self._plan(url, held, due_at_start(url, dues[url], now, overdue).timestamp())
        log.info("feeds-taken", partition=partition, feeds=len(mine), overdue=overdue, generation=generation)

    async def _give_up(self, partitions: frozenset[int], *, lost: bool) -> None:
        going = {url: held for url, held in self.feeds.items() if held.partition in partitions}
        tasks = [task for url, task in self._running.items() if url in going]
        for url in going:  # nothing of theirs starts any more
            going[url].due = float("inf")
        if tasks and not lost:
            await asyncio.wait(tasks, timeout=FINISH_SECONDS)
        for task in tasks:
            task.cancel()
        unsaved = [(url, held) for url, held in going.items() if held.unsaved]
        if unsaved and not lost:
            saving = asyncio.gather(*(self.save(url, held.record()) for url, held in unsaved))
            await asyncio.wait([saving], timeout=FINISH_SECONDS / 2)
        for partition in partitions:
            self.active.pop(partition, None)
        for url in going:
            self.feeds.pop(url, None)
        if going:
            log.info("feeds-given-up", partitions=sorted(partitions), feeds=len(going), lost=lost)

    def _plan(self, url: str, held: Held, due: float) -> None:
        held.due = due
        heapq.heappush(self._due, (due, url))
        self._wake.set()

    def _has_room(self) -> bool:
        return len(self._running) < MAX_RUNNING

    def _start_due(self, now: float) -> None:
        while self._due and self._due[0][0] <= now and self._has_room():
            due, url = heapq.heappop(self._due)
            held = self.feeds.get(url)
            if held is None or held.due != due or url in self._running or held.partition not in self.active:
                continue
            if self._at_host[held.host] >= PER_HOST:
                self._waiting[held.host].append(url)
            else:
                self._start(url, held)

    def _start(self, url: str, held: Held) -> None:
        host = held.host
        self._at_host[host] += 1
        late = max(self._clock().timestamp() - held.due, 0.0)
        metrics.histogram(metrics.FEED_LATENESS_SECONDS).observe(late)
        task = self._loop.create_task(self._poll(url, held))
        self._running[url] = task
        task.add_done_callback(lambda _: self._ended(url, host))

    def _ended(self, url: str, host: str) -> None:
        self._running.pop(url, None)
        self._at_host[host] -= 1
        held = self.feeds.get(url)
        if held is not None and held.due <= self._clock().timestamp():  # it came due while its last poll went on
            self._plan(url, held, held.due)
        waiting = self._waiting.get(host)
        while waiting and self._at_host[host] < PER_HOST:
            following = waiting.popleft()
            held = self.feeds.get(following)
            if held is not None and following not in self._running and held.due <= self._clock().timestamp():
                self._start(following, held)
        if not waiting:
            self._waiting.pop(host, None)
        if not self._at_host[host]:
            del self._at_host[host]
        self._wake.set()

    async def _poll(self, url: str, held: Held) -> None:
        record, edits = held.record(), held.edits
        if not record.settings.enabled:
            return
        try:
            polled = await self._polls.poll(
                record, lambda partial: self.save(url, partial), outage=self._outage.since is not None
            )
            after = self._noted(url, held, polled, edits)
            if polled.published or worth_saving(record.state, after.state, held.saved_at, self._clock()):
                await self.save(url, after)
        except Exception as error:  # the boundary: a bug in one feed's poll must not end the others
            log.exception("poll-bug", feed=url, error=f"{type(error).__name__}: {error}")
            metrics.counter(metrics.FEED_POLLS).labels("bug").inc()
            if self.feeds.get(url) is held:
                self._plan(url, held, self._clock().timestamp() + AFTER_BUG)

    def _noted(self, url: str, held: Held, polled: Polled, edits: int) -> FeedRecord:
        after = polled.record
        if held.edits != edits:
            after = _with_edits(after, held.record())
        now = self._clock()
        self._outage.note(now, reached=polled.failure not in NETWORK)
        if self.feeds.get(url) is held and held.due != float("inf"):
            generation = self.active.get(held.partition, held.generation)
            held.put(msgspec.structs.replace(after, generation=generation))
            held.unsaved = True
            self._plan(url, held, (after.state.next_poll or now).timestamp())
        self._tell(url, polled)
        for follow in self.after_poll:
            follow(after)
        return after

    def _tell(self, url: str, polled: Polled) -> None:
        state = polled.record.state
        if polled.published:
            log.info("polled", feed=url, published=polled.published, next_in=round(state.interval or 0))
        elif polled.failure is not None:
            log.debug("poll-failed", feed=url, failure=polled.failure.value, detail=state.last_error)
        self._announce_outage()

    def _announce_outage(self) -> None:
        now = self._clock()
        news = self._outage.news(now)
        if news is None:
            return
        failing, polled = self._outage.counts()
        log.warning("feeds-unreachable" if news.opened else "feeds-reachable-again", failing=failing, polled=polled)
        alert = outage_alert(news.since, now, self._watch, failing, polled, opened=news.opened)
        self.side(self._outbox.send([Message(Topic.ALERTS, alert.alert_id.encode(), wire.encode(alert))]))

    def _summarise(self) -> None:
        self._summary_at = self._loop.time() + SUMMARY_EVERY
        self._polls.tidy()
        counts = health_counts(self.feeds)
        unhealthy = metrics.gauge(metrics.FEEDS_UNHEALTHY)
        unhealthy.clear()
        for health, count in counts.items():
            if health not in ("ok", "off"):
                unhealthy.labels(health).set(count)
        failing, polled = self._outage.counts()
        text = f"{sorted(counts.items())} {failing > 0}"
        if text != self._last_summary:  # a state that goes on is not news
            self._last_summary = text
            log.info("feeds", total=len(self.feeds), **counts, polled_lately=polled, unreachable_lately=failing)


def _with_edits(polled: FeedRecord, edited: FeedRecord) -> FeedRecord:
    """The polled record with what changed beside the poll: people's settings, the subscription to a hub."""
    state = msgspec.structs.replace(polled.state, **{name: getattr(edited.state, name) for name in SUBSCRIPTION})
    return msgspec.structs.replace(polled, settings=edited.settings, state=state)
