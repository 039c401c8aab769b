"""What Kafka tells, judged. Pure."""

from collections.abc import Iterator, Mapping, Sequence
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


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveTopic:
    """A topic as the broker describes it."""

    name: str
    partitions: int
    replicas: int
    under_replicated: int
    leaderless: int
    config: Mapping[str, str]


def judge_cluster(version: Sequence[int], brokers: int, replication: int) -> Iterator[Finding]:
    """The broker's version, and enough brokers for the replication asked for."""
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


def judge_rights(lacking: Sequence[str], role: str | None) -> Finding:
    """What the user may not do and `role` (None: every role) has to."""
    who = role or "one user for every role"
    if lacking:
        return problem(
            "kafka rights",
            f"{who} lacks {'; '.join(lacking)}",
            "`newswatch setup --acls` prints the commands to give it",
        )
    return well("kafka rights", f"{who} may do all it has to")


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
