"""Inputs = outputs + rejected + what is missing, for every stage."""

from newswatch.flow import FLOW
from newswatch.group_lag import PartitionLag
from newswatch.topics import Topic
from sinks.account import Balance, Seen, balances, stage_counts


def by_stage(seen: Seen) -> dict[str, Balance]:
    return {one.stage: one for one in balances(seen)}


def test_nothing_is_missing_when_every_input_came_out_or_was_rejected() -> None:
    seen = Seen(
        raw={"a", "b", "c"},
        extracted={"a", "b"},
        matched={"a"},
        tracked={"a"},
        off_watch={"b"},
        indexed={"a", "b"},
        rejected={"extract": {"c"}},
    )
    found = by_stage(seen)

    assert [found[stage].difference for stage in ("extract", "stories", "index")] == [0, 0, 0]
    assert (found["extract"].inputs, found["extract"].outputs, found["extract"].rejected) == (3, 2, 1)


def test_what_is_missing_is_named() -> None:
    seen = Seen(raw={f"id{number}" for number in range(9)}, extracted={"id0"})

    assert by_stage(seen)["extract"].difference == 8
    assert len(by_stage(seen)["extract"].examples) == 5


def test_a_message_that_is_no_record_counts_by_its_place() -> None:
    place = "news.articles[0]@7"
    seen = Seen(unreadable={Topic.ARTICLES: {place}}, rejected={"index": {place}})

    assert by_stage(seen)["index"] == Balance(stage="index", inputs=1, outputs=0, rejected=1, difference=0)


def test_an_input_redriven_with_success_counts_as_an_output() -> None:
    seen = Seen(raw={"a"}, extracted={"a"}, rejected={"extract": {"a"}})

    assert (by_stage(seen)["extract"].outputs, by_stage(seen)["extract"].rejected) == (1, 0)


def test_messages_are_counted_for_every_stage_of_the_flow() -> None:
    lags = {
        stage.name: [PartitionLag(stage=stage.name, topic="t", partition=0, start=2, done=5, end=9)] for stage in FLOW
    }
    rows = stage_counts(lags, {"news.articles": 4}, {"extract": {"no-text": 1}}, {"alerts": {"no-rule": 3}})

    assert [row.stage for row in rows] == [stage.name for stage in FLOW]
    assert (rows[0].read, rows[0].waiting, rows[0].gone) == (5, 4, 2)
    assert rows[0].written["news.articles"] == 4
    assert rows[0].rejected == {"no-text": 1}
    assert {row.stage: row.discarded for row in rows}["alerts"] == {"no-rule": 3}
