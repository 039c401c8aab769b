"""Days are copied in spans."""

from sinks.reindexing import SPAN_DOCUMENTS, spans


def test_days_are_put_together_until_they_hold_enough() -> None:
    days = [("d1", 10), ("d2", SPAN_DOCUMENTS), ("d3", 5), ("d4", 5)]

    assert list(spans(days)) == [("d1", "d2"), ("d3", "d4")]


def test_a_day_with_more_than_enough_is_a_span_of_its_own() -> None:
    assert list(spans([("d1", SPAN_DOCUMENTS * 3), ("d2", 1)])) == [("d1", "d1"), ("d2", "d2")]


def test_no_days_are_no_spans() -> None:
    assert list(spans([])) == []
