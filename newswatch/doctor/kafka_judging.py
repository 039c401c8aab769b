"""What Kafka tells, judged. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from newswatch.doctor.findings import Finding, problem, warning, well
from newswatch.topics import SPECS, Topic, TopicSpec

OLDEST_BROKER = (3, 7)
"""The oldest broker these clients are used with; older ones lack parts of the consumer protocol they speak."""

LEAST_OFFSET_DAYS = 7
"""A stage that was away longer than its offsets are kept begins at the start of its topics again."""

MATCHING = ("cleanup.policy", "max.message.bytes", "min.insync.replicas")
"""Topic settings that must be as the catalogue says; retention is the operator's, within bounds."""

MISSING_TOPIC = "run `newswatch setup`"
"""The advice for a topic that does not exist."""

LEAST_RETENTION_MS = 24 * 3600 * 1000
NEEDED_ON_CLUSTER = frozenset({"IDEMPOTENT_WRITE", "CREATE"})
NEEDED_ON_TOPIC = frozenset({"READ", "WRITE", "DESCRIBE"})


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveTopic:
    """A topic as the broker describes it; `operations` is empty when the broker does not tell them."""

    name: str
    partitions: int
    replicas: int
    under_replicated: int
    leaderless: int
    config: Mapping[str, str]
    operations: frozenset[str]


def judge_cluster(
    version: Sequence[int], brokers: int, replication: int, operations: Collection[str]
) -> Iterator[Finding]:
    """The broker's version, enough brokers for the replication asked for, and what we may do on the cluster."""
    shown = ".".join(map(str, version))
    if tuple(version) < OLDEST_BROKER:
        yield problem("kafka version", f"the broker is {shown}", "upgrade to Kafka 3.7 or newer")
    else:
        yield well("kafka version", shown)
    if brokers < replication:
        yield problem(
            "kafka brokers",
            f"{brokers} brokers for a replication of {replication}",
            f"start more brokers, or set kafka.replication to {brokers} at most",
        )
    elif replication == 1:
        yield warning(
            "kafka brokers",
            f"{brokers} brokers, one copy of every message",
            "a lost disk loses messages: three brokers and kafka.replication=3 survive one",
        )
    else:
        yield well("kafka brokers", f"{brokers} brokers, {replication} copies")
    missing = NEEDED_ON_CLUSTER - set(operations)
    if operations and missing:
        yield problem("kafka rights", f"not allowed on the cluster: {', '.join(sorted(missing))}", _grant(missing))
    else:
        yield well("kafka rights", "may write idempotently and create topics")


def judge_offset_retention(minutes: int) -> Finding:
    """How long a group that is away keeps its place."""
    days = minutes / (24 * 60)
    if days < LEAST_OFFSET_DAYS:
        return warning(
            "kafka offsets",
            f"a stopped stage's place is forgotten after {days:.1f} days",
            "raise offsets.retention.minutes on the brokers to 129600 (90 days, the longest retention of our topics)",
        )
    return well("kafka offsets", f"a stopped stage keeps its place for {days:.0f} days")


def judge_topics(live: Mapping[str, LiveTopic], replication: int) -> Iterator[Finding]:
    """Every topic of the catalogue."""
    for spec in SPECS:
        found = list(judge_topic(spec, live.get(spec.name.value), replication))
        yield from found or [well(f"topic {spec.name}", f"{spec.partitions} partitions, settings as they should be")]


def judge_topic(spec: TopicSpec, live: LiveTopic | None, replication: int) -> Iterator[Finding]:
    """What is not well with one topic; nothing when all is."""
    check = f"topic {spec.name}"
    if live is None:
        yield problem(check, "does not exist", MISSING_TOPIC)
        return
    yield from _partitions(check, spec, live)
    if live.leaderless:
        yield problem(check, f"{live.leaderless} partitions without a leader", "start the missing brokers")
    elif live.under_replicated:
        yield warning(check, f"{live.under_replicated} partitions lack a copy", "start the missing broker, or wait")
    if live.replicas < replication:
        yield warning(
            check,
            f"{live.replicas} copies, {replication} are set",
            "reassign its partitions with kafka-reassign-partitions.sh; newswatch does not change topics that exist",
        )
    yield from _settings(check, spec, live, replication)
    missing = NEEDED_ON_TOPIC - live.operations
    if live.operations and missing:
        yield problem(check, f"not allowed: {', '.join(sorted(missing))}", _grant(missing, f"--topic {spec.name}"))


def _partitions(check: str, spec: TopicSpec, live: LiveTopic) -> Iterator[Finding]:
    if live.partitions < spec.partitions:
        yield problem(
            check,
            f"{live.partitions} partitions, {spec.partitions} are needed",
            f"let its readers finish, then: kafka-topics.sh --alter --topic {spec.name} --partitions {spec.partitions}",
        )
    elif live.partitions > spec.partitions and spec.name in (Topic.STORIES, Topic.ALERT_STATE):
        yield problem(
            check,
            f"{live.partitions} partitions, its stage's input has {spec.partitions}",
            "a stage's memory lies on the partition of its input: make the topic anew with the same number",
        )


def _settings(check: str, spec: TopicSpec, live: LiveTopic, replication: int) -> Iterator[Finding]:
    wanted = spec.settings(min(replication, live.replicas))
    for name in MATCHING:
        if name in wanted and live.config.get(name, wanted[name]) != wanted[name]:
            yield problem(
                check,
                f"{name} is {live.config[name]}, not {wanted[name]}",
                f"kafka-configs.sh --alter --entity-type topics --entity-name {spec.name} "
                f"--add-config {name}={wanted[name]}",
            )
    kept = int(live.config.get("retention.ms", "-1"))
    if not spec.compacted and 0 <= kept < LEAST_RETENTION_MS:
        yield warning(
            check,
            f"keeps messages for {kept / 3_600_000:.1f} hours",
            "an outage of a reader longer than that loses messages: raise retention.ms",
        )


def _grant(operations: Collection[str], on: str = "--cluster") -> str:
    words = " ".join(f"--operation {one.title().replace('_', '')}" for one in sorted(operations))
    return f"kafka-acls.sh --add --allow-principal User:… {words} {on}"
