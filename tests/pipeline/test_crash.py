"""kill -9 of anything loses nothing and duplicates nothing visible."""

import json
import os
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from newswatch import kafka_clients
from newswatch.topics import Topic
from tests.pipeline.generated import RULES, Expected, article
from tests.pipeline.harness import Pipeline, pipeline, wait_for

ARTICLES = int(os.environ.get("NEWSWATCH_CRASH_ARTICLES", "2000"))
RATE = 40.0
"""Articles published a second: slower than the pipeline, so that every kill falls into flowing articles."""

RULES_FILE = "rules.yaml"


class Publisher(threading.Thread):
    """Publishes the articles at an even pace; a broker that is away delays it, nothing more."""

    def __init__(self, running: Pipeline, expected: list[Expected], rate: float) -> None:
        super().__init__(name="publisher", daemon=True)
        self._running, self._expected, self._rate = running, expected, rate
        self.sent = 0

    def run(self) -> None:
        producer = kafka_clients.producer(self._running.settings.kafka, delivery_timeout_ms=300_000)
        began = time.monotonic()
        for number, one in enumerate(self._expected):
            producer.send(Topic.RAW.value, key=one.raw.article_id.encode(), value=one.message)
            self.sent = number + 1
            time.sleep(max(0.0, began + number / self._rate - time.monotonic()))
        producer.flush(timeout=300)
        producer.close()


def run_down_the_list(running: Pipeline, publisher: Publisher) -> None:
    """Each part is killed while articles flow; a second extract worker joins and leaves."""

    def flowed(share: float) -> None:
        wait_for(lambda: publisher.sent >= share * ARTICLES, 300, f"{share:.0%} of the articles to be published")

    flowed(0.05)
    running.kill("process-extract")
    second = running.join_worker("process-extract")
    flowed(0.20)
    running.kill("process-stories")
    flowed(0.30)
    running.kill("process-alerts")
    flowed(0.40)
    running.kill("index")
    flowed(0.50)
    running.kill("notify")
    flowed(0.60)
    second.stop()
    running.servers.kafka[0].kill()
    time.sleep(1)
    running.servers.kafka[0].restart()
    flowed(0.80)
    assert running.servers.elasticsearch
    running.servers.elasticsearch.kill()
    time.sleep(1)
    running.servers.elasticsearch.restart()
    running.kill("process-extract")


def check_everything(running: Pipeline, expected: list[Expected]) -> None:
    """Every article indexed exactly once or rejected with a reason; every alert delivered, and indexed once."""
    good = {one.raw.article_id for one in expected if not one.rejected}
    bad = {one.raw.article_id for one in expected if one.rejected}
    indexed = Counter(hit["_source"]["article_id"] for hit in running.search("articles"))
    rejected = {hit["_source"].get("article_id"): hit["_source"] for hit in running.search("rejected")}
    assert set(indexed) == good
    assert set(indexed.values()) == {1}
    assert set(rejected) == bad
    alerted = {one.raw.article_id for one in expected if one.alert}
    alerts = [hit["_source"] for hit in running.search("alerts")]
    assert Counter(alert["article_id"] for alert in alerts) == Counter(alerted)
    ids = {hit["_id"] for hit in running.search("alerts")}
    assert ids <= set(running.delivered()), "alerts that no channel has"
    assert running.waiting() is None


@pytest.mark.servers
@pytest.mark.crash
@pytest.mark.timeout(900)
def test_killing_every_part_in_turn_loses_and_doubles_nothing(tmp_path: Path) -> None:
    rules = tmp_path / RULES_FILE
    rules.write_text(RULES, encoding="utf-8")
    expected = [article(number, seed=int(os.environ.get("NEWSWATCH_CRASH_SEED", "0"))) for number in range(ARTICLES)]
    with pipeline(tmp_path, rules) as running:
        publisher = Publisher(running, expected, RATE)
        publisher.start()
        began = time.monotonic()
        run_down_the_list(running, publisher)
        publisher.join(300)
        assert not publisher.is_alive()
        running.wait_until_done()
        check_everything(running, expected)
        report = {
            "articles": len(expected),
            "restarts": running.supervisor.restarts(),
            "seconds": round(time.monotonic() - began),
        }
        (tmp_path / "report.json").write_text(json.dumps(report), encoding="utf-8")
        print(json.dumps(report))  # noqa: T201
