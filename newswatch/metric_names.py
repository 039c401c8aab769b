"""The metric catalogue: every metric with its type, labels, unit and meaning; documentation and dashboards read it."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from prometheus_client import Counter, Gauge, Histogram

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
"""Histogram buckets for durations, in seconds."""


@dataclass(frozen=True, slots=True)
class MetricSpec:
    """One metric; counters get the suffix _total from the client library."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    help: str
    labels: tuple[str, ...] = ()


RECORDS_IN = MetricSpec("newswatch_records_in", "counter", "Records a stage has read.", ("stage",))
RECORDS_OUT = MetricSpec("newswatch_records_out", "counter", "Records a stage has written.", ("stage", "topic"))
REJECTED = MetricSpec("newswatch_rejected", "counter", "Inputs laid aside, by reason.", ("stage", "reason"))
DISCARDED = MetricSpec(
    "newswatch_discarded", "counter", "Inputs that rightly had no output, by reason.", ("stage", "reason")
)
STAGE_SECONDS = MetricSpec("newswatch_stage_seconds", "histogram", "Seconds a stage spent on one record.", ("stage",))
LATENCY_SECONDS = MetricSpec(
    "newswatch_latency_seconds",
    "histogram",
    "Seconds from first_seen to the end of a stage: output acknowledged, document accepted, alert delivered.",
    ("stage",),
)
RETRIES = MetricSpec("newswatch_retries", "counter", "Attempts repeated because a server was away.", ("stage", "cause"))
CONSUMER_LAG = MetricSpec(
    "newswatch_consumer_lag", "gauge", "Messages not yet committed.", ("stage", "topic", "partition")
)
STUCK_PARTITIONS = MetricSpec(
    "newswatch_stuck_partitions", "gauge", "Partitions with lag whose commit has not moved for a minute.", ("stage",)
)
OFFSET_GAPS = MetricSpec(
    "newswatch_offset_gaps",
    "counter",
    "Jumps past the next expected offset, by whether retention explains them.",
    ("stage", "cause"),
)
LOST_TO_RETENTION = MetricSpec(
    "newswatch_lost_to_retention", "counter", "Messages that retention removed before they were read.", ("stage",)
)
HEARTBEAT_AGE = MetricSpec(
    "newswatch_heartbeat_age_seconds", "gauge", "Seconds since the processing loop last moved.", ("stage",)
)
STATE_RECORDS = MetricSpec("newswatch_state_records", "gauge", "Records in a stage's memory.", ("stage",))
STATE_LOAD_SECONDS = MetricSpec(
    "newswatch_state_load_seconds", "histogram", "Seconds to read a partition's memory back.", ("stage",)
)
STATE_FOREIGN_WRITES = MetricSpec(
    "newswatch_state_foreign_writes",
    "counter",
    "State records ignored because a former owner wrote them late.",
    ("stage",),
)
EXTRACT_KILLS = MetricSpec("newswatch_extract_kills", "counter", "Extraction processes ended, by cause.", ("cause",))
INDEX_DOCUMENTS = MetricSpec(
    "newswatch_index_documents", "counter", "Documents sent to Elasticsearch, by outcome.", ("index", "outcome")
)
INDEX_BATCH_SECONDS = MetricSpec("newswatch_index_batch_seconds", "histogram", "Seconds a bulk request took.")
DELIVERIES = MetricSpec(
    "newswatch_deliveries", "counter", "Alert deliveries, by channel and outcome.", ("channel", "outcome")
)
DELIVERY_SECONDS = MetricSpec(
    "newswatch_delivery_seconds", "histogram", "Seconds from an alert's firing to its delivery.", ("channel",)
)
ALERTS_FIRED = MetricSpec("newswatch_alerts_fired", "counter", "Alerts fired, by rule.", ("rule",))
ALERTS_SUPPRESSED = MetricSpec(
    "newswatch_alerts_suppressed", "counter", "Matches held back, by rule and reason.", ("rule", "reason")
)
FEED_POLLS = MetricSpec("newswatch_feed_polls", "counter", "Feed polls, by outcome.", ("outcome",))
FEED_ENTRIES = MetricSpec(
    "newswatch_feed_entries", "counter", "Entries found in feeds, by what became of them.", ("outcome",)
)
FEED_LATENESS_SECONDS = MetricSpec(
    "newswatch_feed_lateness_seconds", "histogram", "Seconds a poll began after it was due."
)
FEEDS_UNHEALTHY = MetricSpec("newswatch_feeds_unhealthy", "gauge", "Feeds in trouble, by health.", ("health",))
REPLAYED = MetricSpec("newswatch_replayed", "counter", "Documents read by the replayer, by outcome.", ("outcome",))

CATALOGUE: tuple[MetricSpec, ...] = tuple(value for value in list(globals().values()) if isinstance(value, MetricSpec))


@cache
def counter(spec: MetricSpec) -> Counter:
    """The process's counter of this spec."""
    return Counter(spec.name, spec.help, spec.labels)


@cache
def gauge(spec: MetricSpec) -> Gauge:
    """The process's gauge of this spec."""
    return Gauge(spec.name, spec.help, spec.labels)


@cache
def histogram(spec: MetricSpec) -> Histogram:
    """The process's histogram of this spec, with the buckets SECONDS."""
    return Histogram(spec.name, spec.help, spec.labels, buckets=SECONDS)
