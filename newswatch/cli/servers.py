"""`newswatch servers`: the embedded Kafka and Elasticsearch alone."""

import contextlib
import os
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import click
import msgspec

from newswatch.embedded import jars, state
from newswatch.embedded.archive import ARCHIVED, make_archive
from newswatch.embedded.folders import cache_folder, writing
from newswatch.embedded.homes import elasticsearch_home, kafka_home
from newswatch.embedded.ports import Ports
from newswatch.embedded.stack import BROKER_COUNTS, RunningServers, process_info, start_servers
from newswatch.errors import Unavailable, UserError

DETACH_SECONDS = 300.0  # for a first start that downloads
DOWN_SECONDS = 45.0
POLL_SECONDS = 0.1
WATCH_SECONDS = 1.0
DETACHED_LOG = "servers.log"
MIB = 1024 * 1024

data_option = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("var"),
    show_default=True,
    help="Folder that holds the servers' data, logs and state.",
)


@click.group()
def command() -> None:
    """The embedded Kafka and Elasticsearch alone: real servers, no Docker, no root.

    \b
    Examples:
      newswatch servers up                  run until Ctrl-C, data in ./var
      newswatch servers up --detach         leave them running in the background
      eval "$(newswatch servers env)"       let the other commands find them
    """


@command.command()
@data_option
@click.option("--brokers", type=click.Choice([str(n) for n in BROKER_COUNTS]), default="1", show_default=True)
@click.option("--kafka-port", type=click.IntRange(0, 65535), default=0, help="Port of the first broker; 0: a free one.")
@click.option("--elasticsearch-port", type=click.IntRange(0, 65535), default=0, help="0: a free one.")
@click.option("--heap", default="512m", show_default=True, help="Java heap of each server.")
@click.option("--detach", is_flag=True, help="Return once they answer and leave them running.")
@click.option("--json", "as_json", is_flag=True, help="Print the addresses as JSON.")
def up(
    data: Path, brokers: str, kafka_port: int, elasticsearch_port: int, heap: str, detach: bool, as_json: bool
) -> None:
    """Start both servers and wait until they answer.

    \b
    Examples:
      newswatch servers up --data /tmp/news
      newswatch servers up --brokers 3 --detach
    """
    data = data.absolute()
    with _terminating():
        if detach:
            _detached(data, brokers, kafka_port, elasticsearch_port, heap)
            _print_addresses(_ready_state(data), as_json)
            return
        ports = Ports(kafka=(kafka_port,) if kafka_port else (), elasticsearch=elasticsearch_port)
        with (
            download_progress() as on_bytes,
            start_servers(
                data,
                brokers=int(brokers),
                kafka_heap=heap,
                elasticsearch_heap=heap,
                ports=ports,
                sustained=True,
                on_bytes=on_bytes,
            ) as running,
        ):
            _print_addresses(_ready_state(data), as_json)
            _stay(running)


@command.command()
@data_option
def down(data: Path) -> None:
    """Stop the servers of a data folder; their data stays.

    \b
    Example:
      newswatch servers down --data ./var
    """
    pid = state.owner(data)
    if not pid:
        click.echo(f"no servers run on {data}")
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    if not _wait(lambda: not state.owner(data), DOWN_SECONDS):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        state.end_leftovers(state.read_state(data))
    click.echo(f"stopped the servers of {data}")


@command.command()
@data_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def status(data: Path, as_json: bool) -> None:
    """Say what runs on a data folder; exit 0 when the servers answer, else 1.

    \b
    Example:
      newswatch servers status --json
    """
    report = _status(data)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(report)).decode())
    elif not report["running"]:
        click.echo(f"no servers run on {data}: start them with `newswatch servers up --data {data}`")
    else:
        click.echo(f"{'ready' if report['ready'] else 'starting'}, owned by pid {report['pid']}")
        click.echo(f"kafka          {report['kafka_bootstrap']}")
        click.echo(f"elasticsearch  {report['elasticsearch_url']}")
        for one in report["processes"]:
            click.echo(f"  {one['name']:<14} pid {one['pid']:<8} {one['rss'] // MIB:>5} MiB  {_life(one['alive'])}")
    sys.exit(0 if report["ready"] else 1)


@command.command()
@data_option
def env(data: Path) -> None:
    """Print the lines that let other commands find the servers.

    \b
    Example:
      eval "$(newswatch servers env)"
    """
    record = _ready_state(data)
    for key, value in (
        ("NEWSWATCH_KAFKA__BOOTSTRAP", record.kafka_bootstrap),
        ("NEWSWATCH_ELASTICSEARCH__URL", record.elasticsearch_url),
    ):
        click.echo(f"export {key}={shlex.quote(value)}")


@command.command()
def fetch() -> None:
    """Download and build everything the servers need, so that later starts work without a network.

    \b
    Example:
      newswatch servers fetch
    """
    cache = cache_folder()
    with download_progress() as on_bytes, ThreadPoolExecutor(2) as pool:
        homes = list(pool.map(lambda build: build(cache, on_bytes), (kafka_home, elasticsearch_home)))
    for home in homes:
        click.echo(f"ready: {home}")
    for name in ARCHIVED:
        make_archive(name, cache, threading.Event())
        click.echo(f"ready: {name}'s class archive")


def _life(alive: bool) -> str:
    return "running" if alive else "gone"


def _status(data: Path) -> dict[str, Any]:
    pid = state.owner(data)
    record = state.read_state(data) if pid else None
    report: dict[str, Any] = {"running": bool(pid), "ready": False, "pid": pid, "data": str(data.absolute())}
    if record is None:
        return report
    alive = [(one, state.is_running(one)) for one in record.processes]
    infos = [process_info(one.name, one.pid, running) for one, running in alive]
    return report | {
        "ready": record.ready and all(running for _, running in alive),
        "started": record.started,
        "kafka_bootstrap": record.kafka_bootstrap,
        "elasticsearch_url": record.elasticsearch_url,
        "processes": [{"name": one.name, "pid": one.pid, "rss": one.rss, "alive": one.alive} for one in infos],
    }


def _ready_state(data: Path) -> state.ServersRecord:
    """Of servers alone, or of those `newswatch up` keeps one folder below."""
    for folder in (data / "servers", data):
        record = state.read_state(folder) if state.owner(folder) else None
        if record is not None and record.ready:
            return record
    raise UserError(f"no servers are ready on {data}: start them with `newswatch servers up --data {data}`")


def _print_addresses(record: state.ServersRecord, as_json: bool) -> None:
    if as_json:
        click.echo(msgspec.json.encode(record).decode())
        return
    click.echo(f"kafka          {record.kafka_bootstrap}")
    click.echo(f"elasticsearch  {record.elasticsearch_url}")


def _stay(running: RunningServers) -> None:
    """Waits until a signal ends the process. Raises Unavailable when a server dies."""
    click.echo("running until Ctrl-C", err=True)
    while all(server.alive for server in running.servers):
        time.sleep(WATCH_SECONDS)
    gone = next(server for server in running.servers if not server.alive)
    raise Unavailable(f"{gone.name} ended by itself, so everything stops; the end of {gone.log}:\n{gone.tail()}")


@contextlib.contextmanager
def _terminating() -> Iterator[None]:
    """Inside, SIGTERM, SIGHUP and Ctrl-C leave the block as an ordinary end: servers stop, exit 0."""

    def end(number: int, frame: object) -> None:
        sys.exit(0)

    numbers = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
    former = {number: signal.signal(number, end) for number in numbers}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def _detached(data: Path, brokers: str, kafka_port: int, elasticsearch_port: int, heap: str) -> None:
    """Starts a supervisor of its own session for the servers and waits until they answer."""
    if pid := state.owner(data):
        raise state.in_use(data, str(pid))
    options = ["--brokers", brokers, "--kafka-port", str(kafka_port)]
    options += ["--elasticsearch-port", str(elasticsearch_port), "--heap", heap]
    with writing(data, "--data"):
        data.mkdir(parents=True, exist_ok=True)
        log = (data / DETACHED_LOG).open("w+b")
    with log:
        supervisor = subprocess.Popen(
            [sys.executable, "-m", "newswatch.cli.app", "servers", "up", "--data", str(data), *options],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            done = _wait(lambda: supervisor.poll() is not None or _is_ready(data, supervisor.pid), DETACH_SECONDS)
        except BaseException:
            supervisor.terminate()
            raise
        if supervisor.poll() is not None:
            log.seek(0)
            said = log.read().decode("utf-8", "replace").strip() or f"see {data / DETACHED_LOG}"
            raise UserError(said.removeprefix("newswatch: "))
        if not done:
            supervisor.terminate()
            raise Unavailable(f"the servers did not answer within {DETACH_SECONDS:.0f} s; see the logs in {data}")
        supervisor.returncode = 0  # it outlives this command on purpose


def _is_ready(data: Path, pid: int) -> bool:
    record = state.read_state(data)
    return record is not None and record.ready and record.pid == pid


def _wait(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


@contextlib.contextmanager
def download_progress() -> Iterator[Callable[[int], None]]:
    """A download display on stderr: a bar with rate and time left on a terminal, a line each quarter elsewhere."""
    total = sum(jar.bytes for jar in jars.pinned(*jars.GROUPS))
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
            TransferSpeedColumn,
        )

        columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
        with Progress(TextColumn("servers"), *columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("servers", total=total, visible=False)
            yield lambda count: bar.update(task, advance=count, visible=True)
        return
    done = [0]

    def line(count: int) -> None:
        before, done[0] = done[0], done[0] + count
        if before * 4 // total != done[0] * 4 // total:
            click.echo(f"servers: {done[0] // MIB} of {total // MIB} MiB fetched", err=True)

    yield line
