"""Feeds in the real topic, and the commands people use on them."""

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result

from ingest.feedstore import FeedStore
from newswatch import wire
from newswatch.cli.feeds import command
from newswatch.kafka_clients import producer
from newswatch.records.feed import FeedRecord, FeedSettings, PollState
from newswatch.settings import Settings
from newswatch.topics import Topic

pytestmark = pytest.mark.servers


@pytest.fixture
def store(settings: Settings) -> FeedStore:
    return FeedStore(settings.kafka)


@pytest.fixture
def url() -> str:
    """An address no other test uses."""
    return f"https://{uuid4().hex}.example/feed"


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("NEWSWATCH_KAFKA__BOOTSTRAP", settings.kafka.bootstrap)

    def call(*arguments: str) -> Result:
        return CliRunner().invoke(command, arguments, catch_exceptions=False)

    return call


def written_by_poller(settings: Settings, record: FeedRecord) -> None:
    sender = producer(settings.kafka)
    sender.send(Topic.FEEDS.value, key=record.settings.url.encode(), value=wire.encode(record)).get(timeout=30)
    sender.close(timeout=5)


def test_what_people_change_keeps_what_pollers_remember(settings: Settings, store: FeedStore, url: str) -> None:
    store.put([FeedSettings(url=url)], store.load())
    polled = FeedRecord(settings=FeedSettings(url=url), state=PollState(etag="e", health="ok"), generation=3)
    written_by_poller(settings, polled)
    assert store.put([FeedSettings(url=url, outlet="Diario")], store.load()) == 1
    record = store.load()[url]
    assert (record.settings.outlet, record.state.etag) == ("Diario", "e")
    assert store.put([FeedSettings(url=url, outlet="Diario")], store.load()) == 0


def test_removed_feeds_are_gone(store: FeedStore, url: str) -> None:
    store.put([FeedSettings(url=url)], store.load())
    store.remove([url])
    assert url not in store.load()


def test_commands_from_adding_to_removing(
    run: Callable[..., Result], store: FeedStore, url: str, tmp_path: Path
) -> None:
    assert run("add", url, "--outlet", "Diario", "--tag", "prueba", "--country", "VEN").output == f"{url}: added\n"
    assert run("add", url, "--leaning", "state").output == f"{url}: changed\n"
    assert run("add", url, "--leaning", "state").output == f"{url}: nothing to change\n"
    shown = run("list", "--tag", "prueba").output
    assert "Diario" in shown
    assert url in run("list", "--json").output
    file = tmp_path / "out.opml"
    run("export", str(file))
    assert run("remove", url).output == "removed 1\n"
    assert url not in store.load()
    assert "added or changed" in run("import", str(file)).output
    assert store.load()[url].settings.leaning == "state"
    run("remove", url)
