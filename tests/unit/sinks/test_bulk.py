"""Bulk bodies, the sorting of answers, and the trimming of documents that are too large."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from sinks.bulk import MAX_DOCUMENT_BYTES, Action, Outcome, classify, describe, encode, trimmed
from sinks.documents import Document
from sinks.index_names import Family

DOCUMENT = Document(family=Family.STORIES, id="s", time=datetime(2026, 1, 1, tzinfo=UTC), version=4, body={"a": 1})


def action(source: bytes | None = b"{}") -> Action:
    return Action(index="n-stories", id="s", version=4, source=source, document=DOCUMENT)


def failed(status: int, kind: str) -> dict[str, Any]:
    return {"status": status, "error": {"type": kind, "reason": "because"}}


@pytest.mark.parametrize(
    ("source", "item", "outcome"),
    [
        pytest.param(b"{}", {"status": 201}, Outcome.WRITTEN, id="created"),
        pytest.param(b"{}", {"status": 200}, Outcome.WRITTEN, id="replaced"),
        pytest.param(None, {"status": 200}, Outcome.REMOVED, id="removed"),
        pytest.param(None, {"status": 404}, Outcome.REMOVED, id="nothing to remove"),
        pytest.param(b"{}", failed(409, "version_conflict_engine_exception"), Outcome.STALE, id="newer one held"),
        pytest.param(b"{}", failed(429, "es_rejected_execution_exception"), Outcome.RETRY, id="no room"),
        pytest.param(b"{}", failed(503, "unavailable_shards_exception"), Outcome.RETRY, id="shard away"),
        pytest.param(
            b"{}", failed(403, "cluster_block_exception"), Outcome.RETRY, id="write block, such as a full disk"
        ),
        pytest.param(b"{}", failed(404, "index_not_found_exception"), Outcome.RETRY, id="index being made"),
        pytest.param(b"{}", failed(400, "strict_dynamic_mapping_exception"), Outcome.REFUSED, id="field not mapped"),
        pytest.param(b"{}", failed(400, "document_parsing_exception"), Outcome.REFUSED, id="bad value"),
        pytest.param(b"{}", {}, Outcome.RETRY, id="an answer without a status"),
    ],
)
def test_answers_are_sorted(source: bytes | None, item: dict[str, Any], outcome: Outcome) -> None:
    assert classify(action(source), item).outcome is outcome


def test_an_action_is_two_lines_with_its_external_version() -> None:
    head, body = action(b'{"a":1}').lines().splitlines()

    assert json.loads(head) == {
        "index": {"_index": "n-stories", "_id": "s", "version": 4, "version_type": "external_gte"}
    }
    assert json.loads(body) == {"a": 1}


def test_a_removal_is_one_line() -> None:
    assert len(action(None).lines().splitlines()) == 1


def test_causes_are_named_down_to_the_last() -> None:
    error = {"type": "a", "reason": "x", "caused_by": {"type": "b", "reason": "y"}}

    assert describe(error) == "a: x; b: y"


def test_a_document_of_usual_size_is_left_as_it_is() -> None:
    assert "trimmed" not in json.loads(encode({"text": "x" * 10_000}))


def test_a_document_too_large_is_cut_and_says_so() -> None:
    body = {"title": "t", "text": "x" * (MAX_DOCUMENT_BYTES + 1), "hops": [{"stage": "s"}]}
    source = encode(body)

    assert len(source) <= MAX_DOCUMENT_BYTES
    assert json.loads(source)["trimmed"] == ["text"]
    assert json.loads(source)["title"] == "t"


def test_trimming_shortens_lists_and_leaves_objects_out() -> None:
    body = {"entities": [{"n": number} for number in range(100)], "original": {"content": "x" * 5000}, "title": "t"}
    cut = trimmed(body, 1_000)

    assert cut == {"entities": [{"n": 0}], "title": "t", "trimmed": ["entities", "original"]}
