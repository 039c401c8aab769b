"""Rights in Kafka: each role's own, complete, and any one that is missing is named."""

from collections.abc import Iterator

import pytest

from newswatch.flow import FLOW
from newswatch.rights import RIGHTS, acl_commands, needed
from newswatch.rights_held import missing
from newswatch.topics import SPECS


def single_losses() -> Iterator[tuple[str, str, str, str]]:
    """Every operation of every role, taken away alone."""
    for role in RIGHTS:
        for (kind, name), operations in needed(role).items():
            for operation in operations:
                yield role, kind, name, operation


def test_a_stage_reads_its_inputs_and_writes_its_outputs_and_no_other() -> None:
    for stage in FLOW:
        wanted = needed(stage.name)
        assert {topic for topic in stage.reads if "READ" not in wanted["topic", topic.value]} == set()
        writable = {name for (kind, name), held in wanted.items() if kind == "topic" and "WRITE" in held}
        assert writable == {topic.value for topic in stage.writes}
        assert "READ" in wanted["group", stage.group]


def test_only_setup_may_make_topics_and_only_people_may_touch_everything() -> None:
    for role in RIGHTS:
        held = [operations for (kind, _), operations in needed(role).items() if kind == "topic"]
        assert len(held) == len(SPECS), "a topic nobody may see looks like one that is missing"
        assert all("DESCRIBE" in operations for operations in held)
        assert any("CREATE" in operations for operations in held) == (role == "setup")
        assert all("WRITE" in operations for operations in held) == (role == "operator")


def test_any_one_missing_right_is_named() -> None:
    for role, kind, name, operation in single_losses():
        held = dict(needed(role))
        held[kind, name] -= {operation}
        (said,) = missing(needed(role), held)
        assert name in said or kind == "cluster"
        assert said.replace(" ", "").lower().startswith(operation.replace("_", "").lower())


@pytest.mark.parametrize("told", [None, frozenset(RIGHTS)])
def test_what_the_broker_does_not_tell_is_not_missing(told: frozenset[str] | None) -> None:
    assert missing({("topic", "news.raw"): frozenset()}, {("topic", "news.raw"): told}) == []
    assert missing(needed("index"), {}) == []


def test_commands_give_what_the_role_needs() -> None:
    lines = acl_commands("alerts", "User:newswatch-alerts", "kafka:9093")
    assert (
        "kafka-acls.sh --bootstrap-server kafka:9093 --add --allow-principal User:newswatch-alerts "
        "--operation Read --operation Write --topic news.alert-state"
    ) in lines
    assert any(line.endswith("--operation Read --group newswatch-alerts") for line in lines)
    assert any(line.endswith("--topic news. --resource-pattern-type prefixed") for line in lines)
