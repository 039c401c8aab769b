"""SIGTERM under load: every role drains, commits and exits with 0, and nothing is lost."""

import time
from collections import Counter
from pathlib import Path

import pytest

from tests.pipeline.generated import RULES, article
from tests.pipeline.harness import pipeline, publish, wait_for

DRAIN_LIMIT = 20.0


@pytest.mark.servers
@pytest.mark.timeout(300)
def test_a_signal_drains_every_role_within_twenty_seconds(tmp_path: Path) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text(RULES, encoding="utf-8")
    articles = [article(number, seed=13) for number in range(400)]
    with pipeline(tmp_path, rules) as running:
        wait_for(lambda: running.metric("index", "newswatch_heartbeat") >= 0 and running.ready(), 60, "every role")
        publish(running, articles)
        wait_for(lambda: running.metric("process-extract", "newswatch_records_in_total") > 20, 60, "articles to flow")
        began = time.monotonic()
        codes = running.pause()
        assert time.monotonic() - began < DRAIN_LIMIT
        assert set(codes.values()) == {0}, codes
        running.resume()
        running.wait_until_done()
        indexed = Counter(hit["_source"]["article_id"] for hit in running.search("articles"))
        assert indexed == Counter(one.raw.article_id for one in articles if not one.rejected)
