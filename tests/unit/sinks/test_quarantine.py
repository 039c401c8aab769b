"""Which rejected inputs are meant, and how each could be sent again."""

from datetime import UTC, datetime
from typing import Any

import pytest

from sinks.quarantine import Filter, RejectedInput, Way, original_in_index, plan_redrive

WHOLE = {"content": "YWJj", "truncated": False}
PART = {"content": "YWJj", "truncated": True}
HELD = {"topic": "news.rejected", "partition": 0, "offset": 3}
FROM_RAW = {"topic": "news.raw"}


def one(**source: Any) -> RejectedInput:
    return RejectedInput(index="i", id="r", source=source)


@pytest.mark.parametrize(
    ("source", "way"),
    [
        pytest.param({"input": FROM_RAW, "original": WHOLE}, Way.FROM_INDEX, id="whole in the index"),
        pytest.param(
            {"input": FROM_RAW, "original": PART, "quarantine": HELD},
            Way.FROM_KAFKA,
            id="cut in the index",
        ),
        pytest.param({"input": FROM_RAW, "original": PART}, Way.NO_ORIGINAL, id="cut, and nowhere else"),
        pytest.param({"original": WHOLE}, Way.NO_TOPIC, id="a file, which came from no topic"),
        pytest.param({"input": {"topic": "other"}, "original": WHOLE}, Way.NO_TOPIC, id="a topic that is not ours"),
        pytest.param(
            {"input": {"topic": "news.rejected"}, "original": WHOLE}, Way.NO_TOPIC, id="what would only go round"
        ),
    ],
)
def test_how_an_input_can_be_sent_again(source: dict[str, Any], way: Way) -> None:
    planned = plan_redrive(one(**source))

    assert planned.way is way
    assert planned.possible is (way in (Way.FROM_INDEX, Way.FROM_KAFKA))


def test_the_original_comes_back_byte_for_byte() -> None:
    assert original_in_index(one(original=WHOLE)) == b"abc"
    assert original_in_index(one(original={"content": "not base64!"})) == b""


def test_a_filter_says_only_what_it_was_given() -> None:
    assert Filter().query() == {"bool": {"filter": [], "must_not": []}}
    query = Filter(stage="extract", reason="timeout", since=datetime(2026, 1, 2, tzinfo=UTC), redriven=False).query()

    assert query["bool"]["filter"] == [
        {"term": {"stage": "extract"}},
        {"term": {"error.type": "timeout"}},
        {"range": {"@timestamp": {"gte": "2026-01-02T00:00:00+00:00"}}},
    ]
    assert query["bool"]["must_not"] == [{"range": {"redriven": {"gte": 1}}}]


def test_an_input_is_known_by_whatever_it_has() -> None:
    assert one(url={"full": "u"}, title="t").what == "u"
    assert one(key="k").what == "k"
    assert one(key="k", error={"message": "pages.jsonl line 3: cut off"}).what == "pages.jsonl line 3: cut off"
    assert one(input={"topic": "t", "partition": 1, "offset": 2}).what == "t[1]@2"
