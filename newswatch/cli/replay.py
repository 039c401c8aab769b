"""`newswatch replay`: files to a running pipeline."""

import json
import os
import signal
import socket
import sys
import time
from types import FrameType
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from ingest.replay import Progress, replay_to_kafka
from newswatch import tracing
from newswatch.errors import UserError
from newswatch.kafka_clients import ensure_topics
from newswatch.logs import logger, set_up_logs
from newswatch.settings import load_settings

LOG_EVERY = 5.0
"""Seconds between two log lines where there is no terminal."""

log = logger(__name__)


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--speed", default="max", show_default=True, help="Articles a second, or max.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON on stdout.")
def command(paths: tuple[str, ...], speed: str, as_json: bool) -> None:
    """Publish files as raw articles: JSON lines, HTML, plain-text page dumps, feeds, WARC(.gz), folders, - for stdin.

    The same document has the same id however often it is replayed. A file that cannot be read is laid aside with its
    reason (`newswatch rejected list`) and the rest goes on. Exit code 1 when something could not be published.
    Ctrl-C stops reading and waits for what was sent.

    \b
    Examples:
      newswatch replay seeds/                          the documents that come with newswatch
      newswatch replay crawl.warc.gz --speed 20        twenty articles a second
      zcat articles.jsonl.gz | newswatch replay - --json
    """
    settings = load_settings()
    set_up_logs(settings.log.level, settings.log.format, role="replay")
    tracing.set_up(settings.tracing, "replay", f"{socket.gethostname()}-{os.getpid()}")
    ensure_topics(settings.kafka)
    with _Interrupt() as stopped, _display() as display:
        progress = replay_to_kafka(
            settings.kafka, paths, per_second=_per_second(speed), stop=stopped.is_set, on_step=display.show
        )
    tracing.shut_down()
    _report(progress, as_json)
    sys.exit(130 if progress.stopped else 0 if progress.ok else 1)


def _per_second(speed: str) -> float | None:
    if speed == "max":
        return None
    try:
        value = float(speed)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise UserError(f"--speed {speed} is neither max nor a number of articles a second above 0")
    return value


def _report(progress: Progress, as_json: bool) -> None:
    summary = progress.summary()
    if as_json:
        click.echo(json.dumps(summary))
        return
    refusals = ", ".join(f"{count} {reason}" for reason, count in summary["rejected"].items()) or "none"
    click.echo(
        f"{summary['published']} of {summary['documents']} documents of {summary['files']} files published in "
        f"{summary['seconds']:.1f} s ({summary['per_second']:.0f}/s); rejected: {refusals}"
        + (f"; NOT published: {summary['failed']}" if progress.failed else "")
        + ("; stopped early" if progress.stopped else "")
    )


class _Interrupt:
    """Ctrl-C and SIGTERM ask for an end; the second one ends at once."""

    def __init__(self) -> None:
        self._asked = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> "_Interrupt":
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before[number] = signal.signal(number, self._ask)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def is_set(self) -> bool:
        """Whether an end was asked for."""
        return self._asked

    def _ask(self, number: int, _: FrameType | None) -> None:
        if self._asked:
            raise KeyboardInterrupt
        self._asked = True


class _Logged:
    """Progress as log lines."""

    def __init__(self) -> None:
        self._began = self._last = time.monotonic()

    def __enter__(self) -> "_Logged":
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is left open."""

    def show(self, progress: Progress) -> None:
        """One line every LOG_EVERY seconds."""
        now = time.monotonic()
        if now - self._last < LOG_EVERY:
            return
        self._last = now
        share = progress.bytes_read / progress.bytes_total if progress.bytes_total else 0.0
        log.info(
            "replaying",
            documents=progress.documents,
            rejected=progress.rejected.total(),
            per_second=round(progress.documents / (now - self._began), 1),
            percent=round(100 * share, 1),
            seconds_left=round((now - self._began) * (1 / share - 1)) if share else None,
        )


class _Drawn:
    """Progress as a bar with rate and time left."""

    def __init__(self, console: Console) -> None:
        self._bar = Bar(
            TextColumn("replay"),
            BarColumn(),
            DownloadColumn(),
            TextColumn("{task.fields[documents]} articles, {task.fields[rate]:.0f}/s"),
            TimeRemainingColumn(),
            console=console,
        )
        self._task = self._bar.add_task("replay", total=None, documents=0, rate=0.0)
        self._began = time.monotonic()

    def __enter__(self) -> "_Drawn":
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def show(self, progress: Progress) -> None:
        """Moves the bar."""
        rate = progress.documents / max(time.monotonic() - self._began, 0.001)
        total = progress.bytes_total or None
        self._bar.update(
            self._task, completed=progress.bytes_read, total=total, documents=progress.documents, rate=rate
        )


def _display() -> _Logged | _Drawn:
    console = Console(stderr=True)
    return _Drawn(console) if console.is_terminal else _Logged()
