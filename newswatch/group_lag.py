"""How far each stage is: committed offsets against log ends, asked of the broker."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kafka import errors as kafka_errors
from kafka.structs import TopicPartition

from newswatch import kafka_clients
from newswatch.errors import Unavailable
from newswatch.flow import StageSpec
from newswatch.settings import KafkaSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class PartitionLag:
    """One partition a stage reads: `done` messages are committed or gone, `end` is the next to be written."""

    stage: str
    topic: str
    partition: int
    start: int
    done: int
    end: int

    @property
    def lag(self) -> int:
        """Messages not yet committed."""
        return self.end - self.done


class LagReader:
    """Asks one broker again and again over the same connections. Raises Unavailable when it does not answer."""

    def __init__(self, settings: KafkaSettings) -> None:
        self._admin = kafka_clients.admin(settings)
        self._consumer: Any = kafka_clients.consumer(settings)

    def of(self, stage: StageSpec) -> tuple[PartitionLag, ...]:
        """Every partition the stage reads, committed offsets read before the log ends' (lag is never understated)."""
        try:
            tps = self._partitions([topic.value for topic in stage.reads])
            committed = self._admin.list_group_offsets({stage.group: None}).get(stage.group, {})
            starts = self._consumer.beginning_offsets(tps)
            ends = self._consumer.end_offsets(tps)
        except kafka_errors.KafkaError as error:
            again = "; try again in a moment" if error.retriable else ""
            raise Unavailable(f"Kafka does not tell how far {stage.name} is: {error}{again}") from error
        return tuple(
            PartitionLag(
                stage=stage.name,
                topic=tp.topic,
                partition=tp.partition,
                start=starts[tp],
                done=max(starts[tp], committed[tp].offset if tp in committed else 0),
                end=ends[tp],
            )
            for tp in tps
        )

    def lag(self, stage: StageSpec) -> int:
        """Messages the stage has not committed yet."""
        return sum(partition.lag for partition in self.of(stage))

    def close(self) -> None:
        """Closes both connections."""
        self._admin.close()
        self._consumer.close()

    def _partitions(self, names: Sequence[str]) -> list[TopicPartition]:
        return [
            TopicPartition(name, number)
            for name in names
            for number in sorted(self._consumer.partitions_for_topic(name) or ())
        ]
