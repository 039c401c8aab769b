"""Topics to files: what is new since the last export, or, of a compacted topic, all of it anew."""

from collections.abc import Callable, Iterable
from pathlib import Path

from kafka import errors as kafka_errors

from newswatch import kafka_clients
from newswatch.errors import Unavailable, UserError
from newswatch.flow import FLOW
from newswatch.settings import KafkaSettings
from newswatch.topic_files import INDEX_FILE, Index, Part, Writer, parts, read_index, record_of, write_index
from newswatch.topic_scan import bounds, scan
from newswatch.topics import TopicSpec

Step = Callable[[str, int], None]
"""Told the topic and how many more of its messages were written."""


def export(
    settings: KafkaSettings, folder: Path, specs: Iterable[TopicSpec], on_step: Step = lambda topic, count: None
) -> dict[str, int]:
    """Writes each topic; gives how many messages were new by topic. A second run writes only what came since.

    Consumer groups are noted first: whatever is exported, a restore makes nobody skip a message. Raises Unavailable,
    and UserError for a folder that holds the export of other topics.
    """
    chosen = tuple(specs)
    known = read_index(folder).partitions if (folder / INDEX_FILE).exists() else {}
    index = Index(partitions=known, groups=_groups(settings))
    written = {}
    for spec in chosen:
        ends = bounds(settings, spec.name)
        if not ends:
            continue
        index.partitions[spec.name.value] = len(ends)
        written[spec.name.value] = sum(
            _partition(settings, folder / spec.name.value, spec, number, end, on_step)
            for number, (_, end) in sorted(ends.items())
        )
    write_index(folder, index)
    return written


def _partition(settings: KafkaSettings, folder: Path, spec: TopicSpec, number: int, end: int, on_step: Step) -> int:
    present = [part for part in parts(folder) if part.partition == number]
    if present and present[-1].last >= end:
        raise UserError(
            f"{folder} holds messages up to offset {present[-1].last} of partition {number}, which now ends at {end}: "
            "the topic was made anew; choose an empty folder"
        )
    first = 0 if spec.compacted or not present else present[-1].last + 1
    writer, count = Writer(folder, number), 0
    try:
        for record in scan(settings, spec.name, partitions=[number], first=first):
            writer.write(record_of(record.offset, record.timestamp, record.key, record.value, record.headers))
            count += 1
            on_step(spec.name.value, 1)
    except BaseException:
        writer.drop()
        raise
    made = writer.finish()
    if spec.compacted:
        _replace(present, made)
    return count


def _replace(old: Iterable[Part], new: Part | None) -> None:
    """A compacted partition is exported whole each time: deletions would be missed otherwise."""
    for part in old:
        if new is None or part.path != new.path:
            part.path.unlink()


def _groups(settings: KafkaSettings) -> dict[str, dict[str, dict[int, int]]]:
    client = kafka_clients.admin(settings)
    try:
        asked = kafka_clients.coordinated(lambda: client.list_group_offsets({stage.group: None for stage in FLOW}))
    except kafka_errors.KafkaError as error:
        raise Unavailable(f"Kafka does not tell how far the stages are: {error}") from error
    finally:
        client.close()
    groups: dict[str, dict[str, dict[int, int]]] = {}
    for group, offsets in asked.items():
        for place, committed in offsets.items():
            groups.setdefault(group, {}).setdefault(place.topic, {})[place.partition] = committed.offset
    return groups
