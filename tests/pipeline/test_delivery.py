"""A running pipeline: replays change nothing, an absent Elasticsearch loses nothing, signals drain."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import msgspec
import psutil
import pytest

from tests.pipeline.generated import RULES, Expected, article
from tests.pipeline.harness import Pipeline, pipeline, publish, wait_for

pytestmark = [pytest.mark.servers, pytest.mark.timeout(600)]

OUTAGE_SECONDS = 60.0
MEMORY_LIMIT = 350 * 1024 * 1024
"""Bytes the index sink may hold while Elasticsearch is away."""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    folder = tmp_path_factory.mktemp("delivery")
    rules = folder / "rules.yaml"
    rules.write_text(RULES, encoding="utf-8")
    with pipeline(folder, rules) as made:
        yield made


def snapshot(running: Pipeline, ids: set[str]) -> dict[str, Counter[str]]:
    """Document ids by family, of the articles named."""
    families = ("articles", "events", "alerts")
    return {
        family: Counter(hit["_id"] for hit in running.search(family) if hit["_source"]["article_id"] in ids)
        for family in families
    }


def test_replaying_everything_twice_changes_nothing(running: Pipeline) -> None:
    articles = [article(number, seed=11) for number in range(100)]
    ids = {one.raw.article_id for one in articles}
    publish(running, articles)
    running.wait_until_done()
    before, stories = snapshot(running, ids), {hit["_id"] for hit in running.search("stories")}
    delivered = running.delivered()
    assert before["articles"].total() == sum(not one.rejected for one in articles)
    assert before["alerts"].total() == sum(one.alert for one in articles)
    assert set(before["alerts"]) <= set(delivered)
    publish(running, articles)
    running.wait_until_done()
    assert snapshot(running, ids) == before
    assert {hit["_id"] for hit in running.search("stories")} == stories
    assert running.delivered() == delivered
    assert set(delivered.values()) == {1}


def test_pages_near_the_limit_go_through_among_small_ones(running: Pipeline) -> None:
    articles = [article(number, seed=13) for number in range(60)]
    padded = [padded_to(4_900_000, one) if number % 6 == 0 else one for number, one in enumerate(articles)]
    publish(running, padded)
    running.wait_until_done()
    indexed = {hit["_source"]["article_id"] for hit in running.search("articles")}
    assert {one.raw.article_id for one in padded if not one.rejected} <= indexed


def padded_to(characters: int, one: Expected) -> Expected:
    """The article with a script in its page that is megabytes even when compressed."""
    html = one.raw.html or ""
    script = f"<script>/* {random.Random(characters).randbytes(characters // 2).hex()} */</script>"
    return replace(one, raw=msgspec.structs.replace(one.raw, html=html.replace("</body>", script + "</body>")))


def test_elasticsearch_away_for_a_minute_loses_nothing_and_holds_little(running: Pipeline) -> None:
    articles = [article(number, seed=12) for number in range(600)]
    elasticsearch = running.servers.elasticsearch
    assert elasticsearch
    wait_for(running.ready, 60, "every role")
    elasticsearch.kill()
    try:
        began = time.monotonic()
        publish(running, articles)
        wait_for(lambda: running.metric("index", "newswatch_consumer_lag") > 0, 60, "the lag metric to rise")
        time.sleep(max(0.0, began + OUTAGE_SECONDS - time.monotonic()))
        resident = psutil.Process(running.supervisor.pids()["index"]).memory_info().rss
        assert resident < MEMORY_LIMIT, f"{resident / 2**20:.0f} MiB"
        assert running.supervisor.restarts() == {}, running.log_tails()
    finally:
        elasticsearch.restart()
    running.wait_until_done()
    indexed = Counter(hit["_source"]["article_id"] for hit in running.search("articles"))
    assert {one.raw.article_id: 1 for one in articles if not one.rejected}.items() <= indexed.items()
    wait_for(lambda: running.metric("index", "newswatch_consumer_lag") == 0, 60, "the lag metric to fall")
    for role in ("process-extract", "process-stories", "index"):
        assert running.metric(role, "newswatch_latency_seconds_count") > 0, f"{role} tells no latency"


def test_an_article_can_be_found_with_and_without_its_accents(running: Pipeline) -> None:
    publish(running, [article(number, seed=14) for number in range(60)])
    running.wait_until_done()
    es = running.elasticsearch()
    pattern = f"{running.settings.elasticsearch.prefix}-articles-*"
    counts = {
        words: int(es.count(index=pattern, q=words, default_operator="AND")["count"])
        for words in ("Díaz-Canel", "Diaz-Canel", "prisoners", "prisoner", "Ciego de Ávila", "ciego avila")
    }
    assert counts["Díaz-Canel"] == counts["Diaz-Canel"] > 0
    assert counts["prisoners"] == counts["prisoner"] > 0
    assert counts["Ciego de Ávila"] > 0
    assert counts["ciego avila"] > 0
