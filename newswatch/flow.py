"""The flow in one place: which stage reads and writes which topics, under which consumer group."""

from dataclasses import dataclass

from newswatch.topics import Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class StageSpec:
    """One stage; its consumer group is `group`. `role` is the command that runs it."""

    name: str
    role: str
    reads: tuple[Topic, ...]
    writes: tuple[Topic, ...]

    @property
    def group(self) -> str:
        """The consumer group whose commits say how far the stage is."""
        return f"newswatch-{self.name}"


FLOW: tuple[StageSpec, ...] = (
    StageSpec(
        name="extract", role="process", reads=(Topic.RAW,), writes=(Topic.ARTICLES, Topic.MATCHED, Topic.REJECTED)
    ),
    StageSpec(
        name="stories", role="process", reads=(Topic.MATCHED,), writes=(Topic.TRACKED, Topic.STORIES, Topic.REJECTED)
    ),
    StageSpec(
        name="alerts", role="process", reads=(Topic.TRACKED,), writes=(Topic.ALERTS, Topic.ALERT_STATE, Topic.REJECTED)
    ),
    StageSpec(
        name="notify", role="notify", reads=(Topic.ALERTS,), writes=(Topic.DELIVERIES, Topic.ALERTS, Topic.REJECTED)
    ),
    StageSpec(
        name="index",
        role="index",
        reads=(
            Topic.ARTICLES,
            Topic.TRACKED,
            Topic.STORIES,
            Topic.ALERTS,
            Topic.DELIVERIES,
            Topic.FEEDS,
            Topic.REJECTED,
        ),
        writes=(Topic.REJECTED,),
    ),
)
"""Upstream first: a stage that has committed all it read has written all that its successors will get."""

STAGES: dict[str, StageSpec] = {stage.name: stage for stage in FLOW}
PROCESS_STAGES: tuple[str, ...] = tuple(stage.name for stage in FLOW if stage.role == "process")
