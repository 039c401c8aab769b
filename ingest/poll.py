"""One poll of one feed, carried out: fetch, parse, publish, and only then remember, so that nothing is lost."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import msgspec

from ingest.answers import Failed, Fetched
from ingest.articles import id_of, raw_article
from ingest.entries import FeedParse, NotAFeed
from ingest.failures import NETWORK, Failure
from ingest.feed import parse
from ingest.fetch import Fetcher
from ingest.health import alert_for, assess
from ingest.hosts import Hosts
from ingest.identity import Judged, Kind
from ingest.links import host_of
from ingest.outbox import Message, Outbox
from ingest.pagefetch import Page, PageFetcher, without_page
from ingest.polling import address, ask_for, body_hash, bounds_of, changed, failed, partly, unchanged
from ingest.publish import LARGEST_MESSAGE
from newswatch import metric_names as metrics
from newswatch import tracing, wire
from newswatch.records.feed import FeedRecord, PollState
from newswatch.records.raw import BodySource, RawArticle
from newswatch.topics import Topic

AT_ONCE = 4
"""Pages of one feed fetched before their articles are published and remembered."""
UNREAD_AT_ONCE = 200
"""The same for a feed whose pages are not fetched."""
INLINE_BYTES = 64 * 1024
"""Feeds up to this size are parsed on the event loop; larger ones would hold it up and go to a thread."""

Keep = Callable[[FeedRecord], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """A poll's end: the feed as it is now, and the outcome as the metric names it."""

    record: FeedRecord
    outcome: str
    failure: Failure | None = None
    published: int = 0


class FeedPolls:
    """Polls feeds. `least` and `most` are the general bounds of intervals in seconds."""

    def __init__(
        self, fetcher: Fetcher, hosts: Hosts, outbox: Outbox, *, least: float, most: float, watch: str,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:  # fmt: skip
        self._fetcher = fetcher
        self._hosts = hosts
        self._outbox = outbox
        self._pages = PageFetcher(fetcher, hosts)
        self._least, self._most = least, most
        self._watch = watch
        self._clock = clock
        self._parsers = ThreadPoolExecutor(1, thread_name_prefix="parse")

    async def poll(self, record: FeedRecord, keep: Keep, *, outage: bool = False) -> Polled:
        """Polls the feed. `keep` writes a state down; it is called in between, when much is published.

        Cancelling loses nothing: what was not remembered is found again by the next poll.
        """
        answer = await self._answer(record)
        return await self.digest(record, answer, keep, outage=outage)

    async def digest(self, record: FeedRecord, answer: Fetched | Failed, keep: Keep, *, outage: bool = False) -> Polled:
        """Makes of an answer what there is in it; also for bodies a hub pushed."""
        now = self._clock()
        bounds = bounds_of(record.settings, self._least, self._most)
        if isinstance(answer, Fetched):
            if answer.status == 304 or body_hash(answer.body) == record.state.body_hash:
                return await self._end(record, unchanged(record, answer, now, bounds), "unchanged")
            parsed = await self._parsed(answer)
            if isinstance(parsed, FeedParse):
                return await self._publish(record, answer, parsed, keep)
            answer = Failed(failure=Failure.NOT_A_FEED, detail=parsed.reason, url=answer.url, status=answer.status)
        state = failed(record, answer, now, bounds, outage=outage)
        blameless = outage and answer.failure in NETWORK
        return await self._end(record, state, answer.failure.value, failure=answer.failure, blameless=blameless)

    def tidy(self) -> None:
        """Forgets hosts nobody asks any more; call it every few minutes."""
        self._hosts.forget_idle()

    async def _answer(self, record: FeedRecord) -> Fetched | Failed:
        url = address(record)
        host = host_of(url)
        paused = self._hosts.paused_for(host)
        if paused:
            return Failed(failure=Failure.HOST_PAUSED, detail="the host asked for a pause", url=url, retry_after=paused)
        async with self._hosts.turn(host):
            answer = await self._fetcher.fetch(ask_for(record, self._clock()))
        if isinstance(answer, Failed):
            self._hosts.note(host_of(answer.url) or host, answer.failure, answer.retry_after)
        return answer

    async def _parsed(self, answer: Fetched) -> FeedParse | NotAFeed:
        content_type = answer.header("Content-Type")
        if len(answer.body) <= INLINE_BYTES:
            return parse(answer.body, answer.url, content_type)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._parsers, parse, answer.body, answer.url, content_type)

    async def _publish(self, record: FeedRecord, answer: Fetched, parsed: FeedParse, keep: Keep) -> Polled:
        bounds = bounds_of(record.settings, self._least, self._most)
        plan = changed(record, answer, parsed, self._clock(), bounds)
        counts = metrics.counter(metrics.FEED_ENTRIES)
        counts.labels(Kind.KNOWN.value).inc(len(plan.judged) - len(plan.publish))
        done: dict[str, Judged] = {}
        size = AT_ONCE if record.settings.fetch_pages else UNREAD_AT_ONCE
        for start in range(0, len(plan.publish), size):
            batch = plan.publish[start : start + size]
            done |= await self._send(record, parsed.title, batch)
            for item in batch:
                counts.labels(item.kind.value).inc()
            if start + size < len(plan.publish):
                await keep(msgspec.structs.replace(record, state=partly(record.state, list(done.values()))))
        remembered = [done.get(item.article_id, item) for item in plan.judged]
        state = partly(msgspec.structs.replace(plan.state, seen=record.state.seen), remembered)
        return await self._end(record, state, "changed", published=len(done))

    async def _send(self, record: FeedRecord, title: str | None, batch: Sequence[Judged]) -> dict[str, Judged]:
        """Publishes the batch; gives what to remember, by the id each was judged under."""
        began = time.time_ns()
        pages = await asyncio.gather(*(self._page(record, item) for item in batch))
        now = self._clock()
        messages, done = [], {}
        for item, page in zip(batch, pages, strict=True):
            final = id_of(item, page.outcome.url, moved=page.moved)
            article = raw_article(record.settings, title, item, page.outcome, final, now)
            with tracing.span("ingest", began=began, article_id=final, url=article.url, feed=record.settings.url):
                messages.append(Message(Topic.RAW, final.encode(), _fitting(article), headers=tracing.headers()))
            done[item.article_id] = replace(item, seen=msgspec.structs.replace(item.seen, article=final))
        await self._outbox.send(messages)
        return done

    async def _page(self, record: FeedRecord, item: Judged) -> Page:
        if not record.settings.fetch_pages:
            return without_page(item.entry, "pages of this feed are not fetched")
        return await self._pages.get(item.entry)

    async def _end(
        self,
        record: FeedRecord,
        state: PollState,
        outcome: str,
        *,
        failure: Failure | None = None,
        published: int = 0,
        blameless: bool = False,
    ) -> Polled:
        now = self._clock()
        after = msgspec.structs.replace(record, state=state)
        if not blameless and failure is not Failure.HOST_PAUSED:
            found = assess(after, now)
            since = record.state.health_since if found.health.value == record.state.health else now
            state = msgspec.structs.replace(
                state, health=found.health.value, health_reason=found.reason, health_since=since or now
            )
            after = msgspec.structs.replace(record, state=state)
            alert = alert_for(after, record.state, self._watch, now)
            if alert is not None:
                await self._outbox.send([Message(Topic.ALERTS, alert.alert_id.encode(), wire.encode(alert))])
        metrics.counter(metrics.FEED_POLLS).labels(outcome).inc()
        return Polled(record=after, outcome=outcome, failure=failure, published=published)


def _fitting(article: RawArticle) -> bytes:
    """The article's message; a page too large for one gives way to the entry's own words."""
    value = wire.encode(article)
    if len(value) <= LARGEST_MESSAGE:
        return value
    facts = msgspec.structs.replace(article.http, error=f"too-large: a message of {len(value)} bytes")
    return wire.encode(
        msgspec.structs.replace(
            article, html=None, text=article.summary or article.title, body_source=BodySource.ENTRY, http=facts
        )
    )
