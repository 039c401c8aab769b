"""`newswatch up`: servers, every role and the seeds, on this machine, in one command."""

import contextlib
import json
import signal
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import click
from rich.console import Console
from rich.status import Status

from ingest.publish import KafkaPublisher
from ingest.replay import Pace, Progress, replay
from ingest.walk import sources
from newswatch import kafka_clients
from newswatch.cli.pipeline import Plan, environment, roles, wait_until_done
from newswatch.cli.servers import download_progress
from newswatch.cli.up_summary import Ledger, summarize
from newswatch.elastic_client import elasticsearch_client
from newswatch.embedded.stack import start_servers
from newswatch.errors import UserError
from newswatch.logs import set_up_logs
from newswatch.service import running_services
from newswatch.settings import Settings, load_settings
from newswatch.supervisor import Supervisor
from sinks.indices.install import install_templates

PATIENCE = 120.0
"""Seconds `--once` waits without any progress before it says what is stuck."""

BOARD_PATIENCE = 30.0
PACKAGED_SEEDS = Path(__file__).parent.parent / "seeds"
CHECKOUT_SEEDS = Path(__file__).parent.parent.parent / "seeds"


@click.command()
@click.option("--once", is_flag=True, help="Replay the seeds, wait until all is done, print a JSON summary, end.")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Data and logs. [default: ./var]")
@click.option("--no-board", is_flag=True, help="Leave the board out.")
@click.option("--seeds", type=click.Path(exists=True, path_type=Path), help="Replay this instead.")
def command(once: bool, data: Path | None, no_board: bool, seeds: Path | None) -> None:
    """Start Kafka, Elasticsearch and every role, replay the seeds, poll the watch's feeds; Ctrl-C drains and stops.

    Addresses set with NEWSWATCH_KAFKA__BOOTSTRAP and NEWSWATCH_ELASTICSEARCH__URL are used instead of servers of our
    own. With --once the exit code is 1 when a document is neither indexed nor rejected, or a stage failed on it.

    \b
    Examples:
      newswatch up                      everything, until Ctrl-C
      newswatch up --once               one run over the seeds, summary on standard output
      newswatch up --data /tmp/news --no-board
    """
    began = time.monotonic()
    settings = load_settings(find_servers=False, **({"data": data} if data else {}))
    set_up_logs("warning", settings.log.format, role="up")
    plan = Plan(once=once, board=not no_board)
    with _stopping() as stop, _servers(settings, plan) as ready, _running(ready, plan) as supervisor:
        console = Console(stderr=True)
        ledger = _replay(ready, seeds or _shipped_seeds(), console)
        if once:
            sys.exit(_finish(ready, supervisor, ledger, began, console))
        _tell(ready, plan, supervisor, console)
        while not stop():
            supervisor.look()
            time.sleep(0.5)
        console.print("draining …")


def _shipped_seeds() -> Path:
    for folder in (PACKAGED_SEEDS, CHECKOUT_SEEDS):
        if folder.is_dir():
            return folder
    raise UserError("no seeds are installed; name a file or folder with --seeds")


@contextlib.contextmanager
def _servers(settings: Settings, plan: Plan) -> Iterator[Settings]:
    """The settings with addresses: given ones, or those of servers started here and stopped at the end."""
    given = bool(settings.kafka.bootstrap), bool(settings.elasticsearch.url)
    if all(given):
        click.echo("servers: as given in the settings", err=True)
        yield settings
        return
    with (
        download_progress() as on_bytes,
        start_servers(
            settings.data / "servers",
            kafka=not given[0],
            elasticsearch=not given[1],
            sustained=not plan.once,
            on_bytes=on_bytes,
        ) as running,
    ):
        click.echo(f"servers: embedded, data in {settings.data}", err=True)
        kafka = running.kafka_bootstrap or settings.kafka.bootstrap
        elasticsearch = running.elasticsearch_url or settings.elasticsearch.url
        yield settings.model_copy(
            update={
                "kafka": settings.kafka.model_copy(update={"bootstrap": kafka}),
                "elasticsearch": settings.elasticsearch.model_copy(update={"url": elasticsearch}),
            }
        )


@contextlib.contextmanager
def _running(settings: Settings, plan: Plan) -> Iterator[Supervisor]:
    kafka_clients.ensure_topics(settings.kafka)
    supervisor = Supervisor(roles(plan), environment(settings, plan), settings.data / "logs")
    supervisor.start()
    try:
        es = elasticsearch_client(settings.elasticsearch)
        install_templates(
            es,
            settings.elasticsearch.prefix,
            replicas=settings.elasticsearch.replicas,
            refresh_interval=settings.index.refresh_interval,
        )
        yield supervisor
    finally:
        supervisor.stop()


def _replay(settings: Settings, seeds: Path, console: Console) -> Ledger:
    publisher = KafkaPublisher(kafka_clients.producer(settings.kafka))
    ledger = Ledger(publisher)
    try:
        with console.status("replaying seeds") as status:
            replay(
                sources([str(seeds)]),
                ledger,
                pace=Pace(),
                now=lambda: datetime.now(UTC),
                on_step=lambda progress: _show(status, progress),
            )
    finally:
        publisher.close()
    return ledger


def _show(status: Status, progress: Progress) -> None:
    status.update(f"replaying seeds: {progress.documents} documents")


def _finish(settings: Settings, supervisor: Supervisor, ledger: Ledger, began: float, console: Console) -> int:
    with console.status("waiting for the pipeline") as status:
        left = wait_until_done(
            settings, supervisor, PATIENCE, lambda waiting: status.update(f"{waiting.stage}: {waiting.lag} to do")
        )
    es = elasticsearch_client(settings.elasticsearch)
    summary = summarize(es, settings.elasticsearch.prefix, ledger, began)
    summary |= {"elasticsearch": settings.elasticsearch.url, "restarts": supervisor.restarts()}
    if left:
        summary["stuck"] = {"stage": left.stage, "lag": left.lag, "logs": str(settings.data / "logs")}
    click.echo(json.dumps(summary, indent=2))
    return 1 if left or summary["missing"] or summary["halfway"] else 0


def _tell(settings: Settings, plan: Plan, supervisor: Supervisor, console: Console) -> None:
    console.print(f"kafka          {settings.kafka.bootstrap}", highlight=False)
    console.print(f"elasticsearch  {settings.elasticsearch.url}", highlight=False)
    if plan.board and (address := _board_address(settings, supervisor)):
        console.print(f"board          {address}", highlight=False, style="bold")
    console.print(f"logs           {settings.data / 'logs'}", highlight=False)
    console.print("Ctrl-C stops everything; the data stays.")


def _board_address(settings: Settings, supervisor: Supervisor) -> str | None:
    deadline = time.monotonic() + BOARD_PATIENCE
    while time.monotonic() < deadline:
        supervisor.look()
        for service in running_services(settings.data):
            if service["role"] == "board" and service.get("board"):
                return str(service["board"])
        time.sleep(0.2)
    return None


@contextlib.contextmanager
def _stopping() -> Iterator[Callable[[], bool]]:
    """Ctrl-C and SIGTERM ask for an end; a second one ends at once."""
    asked: list[int] = []

    def ask(number: int, _: FrameType | None) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(number)

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
