"""Hops told from index documents, in the order they happened."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sinks.tracing.steps import (
    Step,
    alert_steps,
    article_steps,
    delivery_steps,
    durations,
    in_order,
    moment,
    rejected_steps,
)

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def hit(**source: Any) -> dict[str, Any]:
    return {"_index": "i", "_id": "d", "_version": 3, "_source": source}


def test_an_article_on_a_watch_tells_all_its_hops() -> None:
    steps = article_steps(
        hit(
            **{"@timestamp": AT.isoformat()},
            fetched_at=(AT + timedelta(seconds=1)).isoformat(),
            feed={"url": "f", "entry_id": "e"},
            http={"response": {"status_code": 200}},
            hops=[{"stage": "extract", "at": (AT + timedelta(seconds=2)).isoformat(), "worker": "w", "millis": 40.0}],
            watch="x",
            story_id="s",
            copy_of="other",
            event={"ingested": (AT + timedelta(seconds=4)).isoformat()},
        )
    )

    assert [step.stage for step in in_order(steps)] == ["feed", "fetch", "story", "extract", "match", "index"]
    told = {step.stage: step for step in steps}
    assert told["feed"].reason == "entry e of f"
    assert told["fetch"].decision == "fetched (200)"
    assert (told["extract"].worker, told["extract"].millis) == ("w", 40.0)
    assert told["match"].decision == "on watch x"
    assert told["story"].reason.startswith("repeats other")
    assert told["index"].kept == "i/d"


def test_an_article_off_every_watch_says_so() -> None:
    steps = article_steps(hit(origin="replay", relevance="no country of the watch"))

    (match,) = (step for step in steps if step.stage == "match")
    assert (match.decision, match.reason) == ("off every watch", "no country of the watch")


def test_a_rejection_and_its_redrives_are_told() -> None:
    source = {
        "@timestamp": AT.isoformat(),
        "stage": "extract",
        "error": {"type": "bug", "message": "Traceback (most recent call last):\n  File\nKeyError: 'x'"},
        "input": {"topic": "news.raw", "partition": 1, "offset": 2},
        "redrives": [{"at": AT.isoformat(), "by": "ana", "topic": "news.raw"}],
    }
    first, second = rejected_steps(hit(**source))

    assert (first.decision, first.reason, first.kept) == ("rejected by extract: bug", "KeyError: 'x'", "news.raw[1]@2")
    assert (second.decision, second.reason) == ("sent again to news.raw", "by ana")


def test_alerts_and_deliveries_are_told() -> None:
    (fired,) = alert_steps(hit(severity="warning", rule={"name": "R"}, reason="why", fired_at=AT.isoformat()))
    (sent,) = delivery_steps(hit(outcome="dead", channel="mail", error={"message": "refused"}))

    assert (fired.decision, fired.reason, fired.at) == ("warning alert by rule R", "why", AT)
    assert (sent.decision, sent.reason) == ("dead on mail", "refused")


def test_steps_are_in_the_order_of_time_then_of_the_flow() -> None:
    late = Step(stage="index", at=AT + timedelta(seconds=1), decision="d")
    steps = [late, Step(stage="story", at=AT, decision="d"), Step(stage="extract", at=AT, decision="d"), late]

    ordered = in_order(steps)
    assert [step.stage for step in ordered] == ["extract", "story", "index"]
    assert durations(ordered) == [None, 0.0, 1000.0]


def test_dates_that_are_none_stay_none() -> None:
    assert moment(None) is None
    assert moment("yesterday") is None
    assert moment("2026-01-02T03:04:05") == AT
