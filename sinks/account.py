"""The account of the pipeline: what went into each stage, what came out, what was laid aside and what still waits."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from newswatch.flow import FLOW, StageSpec
from newswatch.group_lag import PartitionLag
from newswatch.topics import Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class StageCount:
    """One stage in messages: read and committed, still waiting, and what its output topics and rejects hold.

    `gone` are messages retention has removed; they count as read. At least once means that a stage may write an output
    twice: `written` may exceed what distinct inputs gave.
    """

    stage: str
    read: int
    waiting: int
    gone: int
    written: dict[str, int]
    rejected: dict[str, int]
    discarded: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """One stage in distinct inputs: `difference` names at most a few inputs that are in none of the other places."""

    stage: str
    inputs: int
    outputs: int
    rejected: int
    difference: int
    examples: tuple[str, ...] = ()


MOST_EXAMPLES = 5


@dataclass(slots=True)
class Seen:
    """Distinct inputs found in Kafka and in the index. An input that is no record stands under its position."""

    raw: set[str] = field(default_factory=set)
    extracted: set[str] = field(default_factory=set)
    matched: set[str] = field(default_factory=set)
    tracked: set[str] = field(default_factory=set)
    off_watch: set[str] = field(default_factory=set)
    unreadable: dict[Topic, set[str]] = field(default_factory=dict)
    indexed: set[str] = field(default_factory=set)
    rejected: dict[str, set[str]] = field(default_factory=dict)


def stage_counts(
    lags: Mapping[str, Iterable[PartitionLag]],
    topic_ends: Mapping[str, int],
    rejected: Mapping[str, Mapping[str, int]],
    discarded: Mapping[str, Mapping[str, int]],
) -> tuple[StageCount, ...]:
    """One row a stage, in the order of the flow. `rejected` and `discarded`: stage → reason → inputs."""
    return tuple(
        StageCount(
            stage=stage.name,
            read=sum(one.done for one in lags[stage.name]),
            waiting=sum(one.lag for one in lags[stage.name]),
            gone=sum(one.start for one in lags[stage.name]),
            written={topic.value: topic_ends.get(topic.value, 0) for topic in _own_outputs(stage)},
            rejected=dict(rejected.get(stage.name, {})),
            discarded=dict(discarded.get(stage.name, {})),
        )
        for stage in FLOW
    )


def balances(seen: Seen) -> tuple[Balance, ...]:
    """Extract, stories and index, each: inputs less outputs less rejected, as sets of ids; zero once nothing waits."""
    readable = {
        "extract": seen.raw,
        "stories": seen.matched,
        "index": seen.off_watch | seen.tracked,
    }
    outputs = {"extract": seen.extracted, "stories": seen.tracked, "index": seen.indexed}
    reads = {
        "extract": (Topic.RAW,),
        "stories": (Topic.MATCHED,),
        "index": (Topic.ARTICLES, Topic.TRACKED),
    }
    found = []
    for stage, ids in readable.items():
        broken = set().union(*(seen.unreadable.get(topic, set()) for topic in reads[stage]))
        rejected = seen.rejected.get(stage, set())
        inputs = ids | broken
        left = inputs - outputs[stage] - rejected
        found.append(
            Balance(
                stage=stage,
                inputs=len(inputs),
                outputs=len(inputs & outputs[stage]),
                rejected=len((inputs & rejected) - outputs[stage]),
                difference=len(left),
                examples=tuple(sorted(left)[:MOST_EXAMPLES]),
            )
        )
    return tuple(found)


def _own_outputs(stage: StageSpec) -> tuple[Topic, ...]:
    return tuple(topic for topic in stage.writes if topic is not Topic.REJECTED)
