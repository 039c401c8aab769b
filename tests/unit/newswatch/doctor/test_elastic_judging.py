"""What the doctor says of Elasticsearch, clocks and disks."""

from typing import Any

import pytest

from newswatch.doctor.elastic_judging import judge_clock, judge_disk, judge_health, judge_privileges, judge_version
from newswatch.doctor.findings import Level

HEALTH = {"status": "green", "number_of_data_nodes": 3, "unassigned_shards": 0, "unassigned_primary_shards": 0}


@pytest.mark.parametrize(
    ("number", "level"), [("9.5.3", Level.OK), ("8.19.0", Level.PROBLEM), ("10.0.0", Level.PROBLEM)]
)
def test_version(number: str, level: Level) -> None:
    assert judge_version(number).level is level


@pytest.mark.parametrize(
    ("change", "replicas", "level"),
    [
        pytest.param({}, 1, Level.OK, id="green"),
        pytest.param({"status": "yellow", "unassigned_shards": 4}, 1, Level.WARNING, id="yellow"),
        pytest.param({"status": "red", "unassigned_primary_shards": 1}, 1, Level.PROBLEM, id="red"),
        pytest.param({"number_of_data_nodes": 1}, 1, Level.WARNING, id="one node cannot hold a replica"),
        pytest.param({"number_of_data_nodes": 1}, 0, Level.OK, id="one node without replicas"),
    ],
)
def test_health(change: dict[str, Any], replicas: int, level: Level) -> None:
    assert judge_health({**HEALTH, **change}, replicas).level is level


@pytest.mark.parametrize(
    ("free", "level"), [(50, Level.OK), (20, Level.OK), (19, Level.WARNING), (9, Level.PROBLEM), (0, Level.PROBLEM)]
)
def test_disk(free: int, level: Level) -> None:
    assert judge_disk("disk", free, 100).level is level


@pytest.mark.parametrize(
    ("skew", "level", "words"),
    [
        pytest.param(0.4, Level.OK, "within", id="well"),
        pytest.param(5.0, Level.WARNING, "5.0 s ahead", id="ahead"),
        pytest.param(-5.0, Level.WARNING, "5.0 s behind", id="behind"),
        pytest.param(-3600.0, Level.PROBLEM, "3600.0 s behind", id="an hour: a wrong time zone"),
    ],
)
def test_clock(skew: float, level: Level, words: str) -> None:
    finding = judge_clock("clock", 1000.0 + skew, 1000.0)
    assert finding.level is level
    assert words in finding.found


def test_security_switched_off_is_a_warning_unless_the_cluster_is_on_this_machine() -> None:
    assert judge_privileges(None, "http://127.0.0.1:9200").level is Level.OK
    assert judge_privileges(None, "http://search.internal:9200").level is Level.WARNING


def test_a_missing_privilege_is_named() -> None:
    answer = {
        "username": "newswatch",
        "cluster": {"monitor": True},
        "index": {"newswatch-*": {"read": True, "index": False}},
    }
    finding = judge_privileges(answer, "https://search:9200")
    assert finding.level is Level.PROBLEM
    assert "lacks index" in finding.found
    answer["index"]["newswatch-*"]["index"] = True  # type: ignore[index]
    assert judge_privileges(answer, "https://search:9200").level is Level.OK
