"""What the doctor says of Kafka."""

from dataclasses import replace

import pytest

from newswatch.doctor.findings import Level, worst
from newswatch.doctor.kafka_judging import (
    LiveTopic,
    judge_cluster,
    judge_offset_retention,
    judge_rights,
    judge_topic,
    judge_topics,
)
from newswatch.topics import BY_NAME, SPECS, Topic

RAW = BY_NAME[Topic.RAW.value]


def live(name: str = Topic.RAW.value, replication: int = 3) -> LiveTopic:
    spec = BY_NAME[name]
    return LiveTopic(
        name=name,
        partitions=spec.partitions,
        replicas=replication,
        under_replicated=0,
        leaderless=0,
        config=spec.settings(replication),
    )


def test_topics_as_setup_makes_them_are_well() -> None:
    found = list(judge_topics({spec.name.value: live(spec.name.value) for spec in SPECS}, 3))
    assert [finding.level for finding in found] == [Level.OK] * len(SPECS)


def test_a_missing_topic_is_a_problem_that_setup_mends() -> None:
    (finding,) = judge_topic(RAW, None, 3)
    assert finding.level is Level.PROBLEM
    assert "newswatch setup" in finding.advice


@pytest.mark.parametrize(
    ("change", "level", "advice"),
    [
        pytest.param({"partitions": 6}, Level.PROBLEM, "--partitions 12", id="too few partitions"),
        pytest.param({"partitions": 24}, Level.OK, "", id="more partitions than ours are fine"),
        pytest.param({"leaderless": 2}, Level.PROBLEM, "missing brokers", id="no leader"),
        pytest.param({"under_replicated": 2}, Level.WARNING, "missing broker", id="a copy is missing"),
    ],
)
def test_topic(change: dict[str, object], level: Level, advice: str) -> None:
    found = list(judge_topic(RAW, replace(live(), **change), 3))  # type: ignore[arg-type]
    assert worst(found) is level
    assert not advice or any(advice in finding.advice for finding in found)


@pytest.mark.parametrize(
    ("name", "value", "level"),
    [
        pytest.param("max.message.bytes", "1048588", Level.PROBLEM, id="articles would not fit"),
        pytest.param("cleanup.policy", "compact", Level.PROBLEM, id="a stream that is compacted"),
        pytest.param("min.insync.replicas", "1", Level.PROBLEM, id="acknowledged by one broker alone"),
        pytest.param("retention.ms", "3600000", Level.WARNING, id="kept an hour"),
        pytest.param("retention.ms", "-1", Level.OK, id="kept for ever"),
        pytest.param("retention.ms", "604800000", Level.OK, id="kept a week"),
    ],
)
def test_setting(name: str, value: str, level: Level) -> None:
    topic = live()
    assert worst(judge_topic(RAW, replace(topic, config={**topic.config, name: value}), 3)) is level


def test_fewer_copies_than_set_is_a_warning_with_the_way_out() -> None:
    (finding,) = judge_topic(RAW, live(replication=1), 3)
    assert finding.level is Level.WARNING
    assert "reassign" in finding.advice


def test_memory_on_other_partitions_than_its_input_is_a_problem() -> None:
    spec = BY_NAME[Topic.STORIES.value]
    assert worst(judge_topic(spec, replace(live(spec.name.value), partitions=12), 3)) is Level.PROBLEM


@pytest.mark.parametrize(
    ("version", "brokers", "replication", "level"),
    [
        pytest.param((4, 1), 3, 3, Level.OK, id="well"),
        pytest.param((3, 3), 3, 3, Level.PROBLEM, id="old broker"),
        pytest.param((4, 1), 2, 3, Level.PROBLEM, id="too few brokers"),
        pytest.param((4, 1), 1, 1, Level.WARNING, id="one copy"),
    ],
)
def test_cluster(version: tuple[int, int], brokers: int, replication: int, level: Level) -> None:
    assert worst(judge_cluster(version, brokers, replication)) is level


def test_rights_that_are_missing_are_named_with_the_way_to_get_them() -> None:
    finding = judge_rights(["Write on topic news.matched"], "extract")
    assert finding.level is Level.PROBLEM
    assert finding.found == "extract lacks Write on topic news.matched"
    assert "newswatch setup --acls" in finding.advice
    assert judge_rights([], None).level is Level.OK


def test_offsets_kept_for_a_day_are_a_warning() -> None:
    assert judge_offset_retention(24 * 60).level is Level.WARNING
    assert judge_offset_retention(129_600).level is Level.OK
