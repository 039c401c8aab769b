"""The topic catalogue: every topic with its key, record and settings; nothing relies on auto-creation."""

from dataclasses import dataclass
from enum import StrEnum

MAX_MESSAGE_BYTES = 8 * 1024 * 1024
DAY_MS = 24 * 3600 * 1000


class Topic(StrEnum):
    """Topic names."""

    RAW = "news.raw"
    ARTICLES = "news.articles"
    MATCHED = "news.matched"
    TRACKED = "news.tracked"
    STORIES = "news.stories"
    ALERTS = "news.alerts"
    ALERT_STATE = "news.alert-state"
    DELIVERIES = "news.deliveries"
    SILENCES = "news.silences"
    FEEDS = "news.feeds"
    REJECTED = "news.rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicSpec:
    """One topic: how it is keyed, what it carries, who makes it, and how the broker keeps it."""

    name: Topic
    key: str
    record: str
    made_by: str
    purpose: str
    partitions: int
    compacted: bool = False
    retention_days: int = 30

    def settings(self, replication: int) -> dict[str, str]:
        """Broker-side topic settings; `replication` is the replication factor (min.insync.replicas is one less)."""
        common = {
            "max.message.bytes": str(MAX_MESSAGE_BYTES),
            "compression.type": "producer",
            "min.insync.replicas": str(max(1, replication - 1)),
        }
        if self.compacted:
            # the compaction lag keeps a record written late by a former owner beside the newer one it follows, long
            # enough for every reader to tell them apart by their generation
            return common | {"cleanup.policy": "compact", "min.compaction.lag.ms": str(3600 * 1000)}
        return common | {"cleanup.policy": "delete", "retention.ms": str(self.retention_days * DAY_MS)}


SPECS: tuple[TopicSpec, ...] = (
    TopicSpec(
        name=Topic.RAW,
        key="article_id",
        record="RawArticle",
        made_by="ingest",
        partitions=12,
        retention_days=14,
        purpose="articles as they came in",
    ),
    TopicSpec(
        name=Topic.ARTICLES,
        key="article_id",
        record="Article",
        made_by="extract",
        partitions=12,
        retention_days=30,
        purpose="articles off every watch: indexed and searchable",
    ),
    TopicSpec(
        name=Topic.MATCHED,
        key="watch id",
        record="Article",
        made_by="extract",
        partitions=6,
        retention_days=30,
        purpose="articles on a watch, one message a watch",
    ),
    TopicSpec(
        name=Topic.TRACKED,
        key="watch id",
        record="TrackedArticle",
        made_by="stories",
        partitions=6,
        retention_days=30,
        purpose="articles with their story",
    ),
    TopicSpec(
        name=Topic.STORIES,
        key="story id",
        record="Story",
        made_by="stories",
        partitions=6,
        compacted=True,
        purpose="stories; the stories stage's own memory, on the partition of its input",
    ),
    TopicSpec(
        name=Topic.ALERTS,
        key="alert id",
        record="Alert",
        made_by="alerts",
        partitions=6,
        retention_days=90,
        purpose="alerts fired, and each change of their life",
    ),
    TopicSpec(
        name=Topic.ALERT_STATE,
        key="rule id",
        record="AlertState",
        made_by="alerts",
        partitions=6,
        compacted=True,
        purpose="fired keys and windows; the alerts stage's own memory, on the partition of its input",
    ),
    TopicSpec(
        name=Topic.DELIVERIES,
        key="alert id + channel",
        record="Delivery",
        made_by="notify",
        partitions=6,
        compacted=True,
        purpose="what became of each alert on each channel",
    ),
    TopicSpec(
        name=Topic.SILENCES,
        key="silence id",
        record="Silence",
        made_by="alerts command, board",
        partitions=1,
        compacted=True,
        purpose="silences in force: which alerts are not sent, until when",
    ),
    TopicSpec(
        name=Topic.FEEDS,
        key="feed url",
        record="FeedRecord",
        made_by="ingest",
        partitions=6,
        compacted=True,
        purpose="feed settings and poll state",
    ),
    TopicSpec(
        name=Topic.REJECTED,
        key="original key",
        record="Rejected",
        made_by="any stage",
        partitions=6,
        retention_days=90,
        purpose="inputs laid aside, with reason and original bytes",
    ),
)

BY_NAME: dict[str, TopicSpec] = {spec.name.value: spec for spec in SPECS}
