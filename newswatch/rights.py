"""What each role must be allowed in Kafka, made from the flow: no more than it uses. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from newswatch.flow import FLOW, StageSpec
from newswatch.topics import SPECS, Topic

ALL_TOPICS = "news."
ALL_GROUPS = "newswatch-"
"""Prefixes of our topics and consumer groups."""

INGEST_GROUP = ALL_GROUPS + "ingest"

READ, WRITE, CREATE, DESCRIBE = "READ", "WRITE", "CREATE", "DESCRIBE"
DESCRIBE_CONFIGS = "DESCRIBE_CONFIGS"

READ_BESIDE: Mapping[str, tuple[Topic, ...]] = {
    "stories": (Topic.STORIES,),  # its own memory
    "alerts": (Topic.ALERT_STATE,),  # its own memory
    "notify": (Topic.DELIVERIES, Topic.SILENCES),
}
"""Topics a stage reads without a consumer group, beside its inputs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """Operations on a topic, a group, or (name `kafka-cluster`) the cluster; `prefixed`: all whose name begins so."""

    kind: Literal["topic", "group", "cluster"]
    name: str
    operations: tuple[str, ...]
    prefixed: bool = False


SEE_ALL = (
    Right(kind="topic", name=ALL_TOPICS, operations=(DESCRIBE,), prefixed=True),
    Right(kind="group", name=ALL_GROUPS, operations=(DESCRIBE,), prefixed=True),
)
"""Every role sees that the topics are there and how far the stages are."""


def _of_topics(reads: Iterable[Topic], writes: Iterable[Topic]) -> tuple[Right, ...]:
    reading, writing = set(reads), set(writes)
    return tuple(
        Right(
            kind="topic",
            name=spec.name.value,
            operations=tuple(
                name for name, held in ((READ, spec.name in reading), (WRITE, spec.name in writing)) if held
            ),
        )
        for spec in SPECS
        if spec.name in reading | writing
    )


def _of_stage(stage: StageSpec) -> tuple[Right, ...]:
    reads = (*stage.reads, *READ_BESIDE.get(stage.name, ()))
    return (*SEE_ALL, *_of_topics(reads, stage.writes), Right(kind="group", name=stage.group, operations=(READ,)))


RIGHTS: Mapping[str, tuple[Right, ...]] = {
    "setup": (
        Right(kind="topic", name=ALL_TOPICS, operations=(CREATE, DESCRIBE, DESCRIBE_CONFIGS), prefixed=True),
        Right(kind="group", name=ALL_GROUPS, operations=(DESCRIBE,), prefixed=True),
        Right(kind="cluster", name="kafka-cluster", operations=(DESCRIBE, DESCRIBE_CONFIGS)),
    ),
    "ingest": (
        *SEE_ALL,
        *_of_topics((Topic.FEEDS,), (Topic.RAW, Topic.FEEDS, Topic.ALERTS, Topic.REJECTED)),
        Right(kind="group", name=INGEST_GROUP, operations=(READ,)),
    ),
    **{stage.name: _of_stage(stage) for stage in FLOW},
    "board": (
        *SEE_ALL,
        *_of_topics((Topic.TRACKED, Topic.ALERTS, Topic.DELIVERIES, Topic.SILENCES), (Topic.ALERTS, Topic.SILENCES)),
    ),
    "operator": (
        Right(kind="topic", name=ALL_TOPICS, operations=(READ, WRITE, DESCRIBE, DESCRIBE_CONFIGS), prefixed=True),
        Right(kind="group", name=ALL_GROUPS, operations=(READ, DESCRIBE), prefixed=True),
        Right(kind="cluster", name="kafka-cluster", operations=(DESCRIBE, DESCRIBE_CONFIGS)),
    ),
}
"""By role: the stages, ingest, board, setup (also doctor), and the people who run commands."""

PURPOSE: Mapping[str, str] = {
    "setup": "`newswatch setup` and `newswatch doctor`",
    "ingest": "the poller",
    "board": "the board, with its buttons",
    "operator": "people's commands: replay, feeds, alerts, stats, trace, rejected, reindex, topics",
}
"""What a role that is no stage is."""


def needed(role: str | None) -> dict[tuple[str, str], frozenset[str]]:
    """Operations by (kind, name) that `role` needs on each topic of the catalogue and on its groups.

    None: of one user for all roles. What a prefix gives is told of every topic it covers.
    """
    chosen = [right for name, rights in RIGHTS.items() if role in (None, name) for right in rights]
    wanted: dict[tuple[str, str], frozenset[str]] = {}
    for right in chosen:
        for name in _covered(right):
            wanted[right.kind, name] = wanted.get((right.kind, name), frozenset()) | set(right.operations)
    return wanted


def _covered(right: Right) -> tuple[str, ...]:
    if not right.prefixed:
        return (right.name,)
    if right.kind == "topic":
        return tuple(spec.name.value for spec in SPECS)
    return (INGEST_GROUP, *(stage.group for stage in FLOW))


def acl_commands(role: str, principal: str, bootstrap: str) -> tuple[str, ...]:
    """kafka-acls.sh lines that give `principal` what `role` needs."""
    return tuple(
        f"kafka-acls.sh --bootstrap-server {bootstrap} --add --allow-principal {principal} "
        f"{' '.join(f'--operation {operation_name(one)}' for one in right.operations)} {_on(right)}"
        for right in RIGHTS[role]
    )


def operation_name(operation: str) -> str:
    """DESCRIBE_CONFIGS as Kafka's tools write it: DescribeConfigs."""
    return operation.title().replace("_", "")


def _on(right: Right) -> str:
    if right.kind == "cluster":
        return "--cluster"
    return f"--{right.kind} {right.name}" + (" --resource-pattern-type prefixed" if right.prefixed else "")
