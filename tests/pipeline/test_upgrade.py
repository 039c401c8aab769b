"""The previous version's roles and today's side by side on the same topics while articles flow, there and back."""

import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from newswatch import kafka_clients
from newswatch.service import running_services
from newswatch.settings import KafkaSettings
from newswatch.topics import Topic
from tests.pipeline.generated import RULES, Expected, article
from tests.pipeline.harness import Pipeline, pipeline, wait_for
from tests.pipeline.previous import check_out, previous_version
from tests.pipeline.test_disaster import run

RATE = 5.0
"""Articles a second: they flow all the while, and two versions of every role start up beside them on two cores."""

ROLES = ("process-extract", "process-stories", "process-alerts", "index", "notify")


class Flow(threading.Thread):
    """Publishes articles at an even pace until it is stopped."""

    def __init__(self, settings: KafkaSettings) -> None:
        super().__init__(name="flow", daemon=True)
        self._settings = settings
        self._stop_asked = threading.Event()
        self.sent: list[Expected] = []

    def run(self) -> None:
        producer = kafka_clients.producer(self._settings)
        while not self._stop_asked.wait(1 / RATE):
            one = article(len(self.sent), seed=41)
            producer.send(Topic.RAW.value, key=one.raw.article_id.encode(), value=one.message)
            self.sent.append(one)
        try:
            producer.flush(timeout=60)
        finally:
            producer.close(timeout=5)

    def more(self, articles: int) -> None:
        """Returns when so many more were published."""
        wanted = len(self.sent) + articles
        wait_for(lambda: len(self.sent) >= wanted, 60, f"{articles} more articles")

    def stop(self) -> list[Expected]:
        """Everything published, acknowledged."""
        self._stop_asked.set()
        self.join(90)
        assert not self.is_alive()
        return self.sent


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Pipeline]:
    """A pipeline of the previous version."""
    rules = tmp_path / "rules.yaml"
    rules.write_text(RULES, encoding="utf-8")
    told = check_out(previous_version(), tmp_path / "previous")
    with pipeline(tmp_path, rules, told=told) as running:
        yield running


@pytest.fixture
def flow(old: Pipeline) -> Iterator[Flow]:
    """Articles that begin to flow with `start` and end with the test, however it ends."""
    flowing = Flow(old.settings.kafka)
    yield flowing
    if flowing.is_alive():
        flowing.stop()


def pids_of(running: Pipeline, role: str) -> set[str]:
    return {str(service["pid"]) for service in running_services(running.settings.data) if service["role"] == role}


def all_at_work(running: Pipeline, workers: int) -> bool:
    """Whether so many workers of each role are there and ready."""
    return running.ready() and all(len(pids_of(running, role)) == workers for role in ROLES)


def check(running: Pipeline, sent: list[Expected]) -> dict[str, str]:
    """Nothing lost, nothing doubled. Gives which process extracted each article."""
    articles = [hit["_source"] for hit in running.search("articles")]
    assert Counter(one["article_id"] for one in articles) == Counter(
        one.raw.article_id for one in sent if not one.rejected
    )
    rejected = Counter(hit["_source"].get("article_id") for hit in running.search("rejected"))
    assert rejected == Counter(one.raw.article_id for one in sent if one.rejected)
    alerts = running.search("alerts")
    assert Counter(hit["_source"]["article_id"] for hit in alerts) == Counter(
        one.raw.article_id for one in sent if one.alert
    )
    assert running.delivered() == Counter(hit["_id"] for hit in alerts), "each alert sent once"
    return {
        hop["stage"] + ":" + hop["worker"].rpartition("-")[2]: one["article_id"]
        for one in articles
        for hop in one["hops"]
    }


@pytest.mark.servers
@pytest.mark.timeout(600)
def test_two_versions_side_by_side_lose_and_double_nothing_there_and_back(old: Pipeline, flow: Flow) -> None:
    wait_for(lambda: all_at_work(old, 1), 180, "every role of the previous version")
    flow.start()
    old_extract = pids_of(old, "process-extract")
    flow.more(60)
    ended = run(old, ["setup"])
    assert ended.returncode == 0, ended.stderr
    new = old.join_worker(*ROLES)
    wait_for(lambda: all_at_work(old, 2), 180, "every role of both versions")
    new_extract = pids_of(old, "process-extract") - old_extract
    flow.more(60)
    assert set(old.pause().values()) == {0}
    flow.more(60)
    old.resume()
    wait_for(lambda: all_at_work(old, 2), 180, "the previous version again")
    flow.more(60)
    assert set(new.stop().values()) == {0}
    flow.more(60)
    sent = flow.stop()
    old.wait_until_done()
    workers = check(old, sent)
    assert {f"extract:{pid}" for pid in old_extract | new_extract} <= workers.keys(), "one version did nothing"
