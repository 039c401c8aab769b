"""`newswatch topics`: Kafka's topics to files and back."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from newswatch.settings import KafkaSettings, load_settings
from newswatch.topic_export import Step, export
from newswatch.topic_files import parts, read_index
from newswatch.topic_restore import restore
from newswatch.topic_scan import bounds
from newswatch.topics import BY_NAME, SPECS, Topic, TopicSpec

FOLDER = click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print the counts by topic as JSON.")


@click.group()
def command() -> None:
    """Export topics to files, and restore them into new ones.

    \b
    Examples:
      newswatch topics export /backup/kafka
      newswatch topics restore /backup/kafka
    """


@command.command("export")
@FOLDER
@click.option("--topic", "names", multiple=True, type=click.Choice(list(BY_NAME)), help="Only this one; repeatable.")
@AS_JSON
def export_command(folder: Path, names: tuple[str, ...], as_json: bool) -> None:
    """Write topics to compressed JSON lines: offset, time, key, value and headers of each message.

    Run it daily with the same folder: only what is new is written; compacted topics, which are the stages' memory, are
    written whole. Roles may run meanwhile. `zcat` shows the files; delete old ones of topics that are not compacted as
    you like.

    \b
    Examples:
      newswatch topics export /backup/kafka
      newswatch topics export --topic news.feeds --topic news.stories /backup/memory
    """
    settings = load_settings().kafka
    specs = [spec for spec in SPECS if not names or spec.name.value in names]
    with _bar("export", lambda: _to_export(settings, specs)) as step:
        written = export(settings, folder, specs, step)
    _report("exported", written, as_json)


@command.command("restore")
@FOLDER
@AS_JSON
def restore_command(folder: Path, as_json: bool) -> None:
    """Write an export into topics that are new and empty, and set every stage to where it was.

    Run `newswatch setup` first, and start the roles after. A restore that was stopped goes on when run again; run once
    more it writes nothing. Topics that hold anything else are refused.

    \b
    Examples:
      newswatch setup
      newswatch topics restore /backup/kafka
    """
    settings = load_settings().kafka
    with _bar("restore", lambda: _to_restore(folder)) as step:
        written = restore(settings, folder, step)
    _report("restored", written, as_json)


def _to_export(settings: KafkaSettings, specs: list[TopicSpec]) -> int:
    """Messages there are at most."""
    return sum(end - start for spec in specs for start, end in bounds(settings, Topic(spec.name)).values())


def _to_restore(folder: Path) -> int:
    """Messages there are at most: compacted ones have gaps."""
    names = read_index(folder).partitions
    return sum(part.last - part.first + 1 for name in names for part in parts(folder / name))


@contextmanager
def _bar(what: str, total: Callable[[], int]) -> Iterator[Step]:
    """A bar on a terminal, nothing elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda topic, count: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(what, total=total())

        def step(topic: str, count: int) -> None:
            bar.update(task, advance=count, description=f"{what} {topic}")

        yield step


def _report(done: str, written: dict[str, int], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({done: written, "messages": sum(written.values())}))
        return
    for topic, count in written.items():
        click.echo(f"{topic:18} {count}")
    click.echo(f"{sum(written.values())} messages {done}")
