"""A poller's desk for tests: the real client and the real decisions, a fake outbox, a clock that is set by hand."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from ingest.fetch import Fetcher
from ingest.hosts import Hosts
from ingest.outbox import Message
from ingest.poll import FeedPolls, Polled
from ingest.ssrf import parse_networks
from newswatch import wire
from newswatch.records.alert import Alert
from newswatch.records.feed import FeedRecord, FeedSettings
from newswatch.records.raw import RawArticle
from newswatch.topics import Topic
from tests.contracts.feeds.site import Behaviour, Site, serving


@dataclass
class FakeOutbox:
    """Keeps what is sent; `broken` makes the next sends fail for good, as a crash would."""

    messages: list[Message] = field(default_factory=list)
    broken: bool = False

    async def send(self, messages: Sequence[Message]) -> list[int]:
        """See ingest.outbox.Outbox."""
        if self.broken:
            raise ConnectionError("killed before the acknowledgement")
        self.messages.extend(messages)
        return list(range(len(self.messages) - len(messages), len(self.messages)))

    def articles(self) -> list[RawArticle]:
        """Articles sent so far."""
        return [wire.decode(one.value, RawArticle) for one in self.messages if one.topic is Topic.RAW]

    def alerts(self) -> list[Alert]:
        """Alerts sent so far."""
        return [wire.decode(one.value, Alert) for one in self.messages if one.topic is Topic.ALERTS]


@dataclass
class Desk:
    """One feed on one site, polled by hand."""

    site: Site
    polls: FeedPolls
    outbox: FakeOutbox
    record: FeedRecord
    now: datetime = datetime(2026, 1, 5, 12, tzinfo=UTC)
    kept: list[FeedRecord] = field(default_factory=list)

    async def poll(self, *, after: timedelta = timedelta(0), outage: bool = False) -> Polled:
        """Polls once, `after` later, and remembers the outcome as the poller would."""
        self.now += after
        polled = await self.polls.poll(self.record, self._keep, outage=outage)
        self.record = polled.record
        return polled

    async def _keep(self, record: FeedRecord) -> None:
        self.kept.append(record)

    def serve(self, path: str, behaviour: Behaviour) -> None:
        """What the site does at `path` from now on."""
        self.site.pages[path] = behaviour


@contextlib.asynccontextmanager
async def desk(pages: dict[str, Behaviour], **settings: Any) -> AsyncIterator[Desk]:
    """A desk whose feed is /feed of a site with these pages."""
    outbox = FakeOutbox()
    async with serving(pages) as site, Fetcher("newswatch/test", parse_networks("127.0.0.0/8")) as fetcher:
        made: Desk

        def clock() -> datetime:
            return made.now

        hosts = Hosts(0.0, 16, clock)
        polls = FeedPolls(
            fetcher, hosts, outbox, least=300, most=21_600, watch="test", clock=clock  # type: ignore[arg-type]
        )  # fmt: skip
        made = Desk(site, polls, outbox, FeedRecord(settings=FeedSettings(url=site.url("/feed"), **settings)))
        yield made
