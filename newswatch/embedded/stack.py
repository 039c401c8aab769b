"""Starts Kafka and Elasticsearch side by side on one data folder and owns them until they are stopped."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

import psutil

from newswatch.embedded import state
from newswatch.embedded.archive import making_archives
from newswatch.embedded.boot import Boot, boot_elasticsearch, boot_kafka
from newswatch.embedded.folders import cache_folder, writing
from newswatch.embedded.java import full_speed, java, quick_start
from newswatch.embedded.kafka import SecureListener, check_folder
from newswatch.embedded.ports import Ports
from newswatch.embedded.process import STOP_SECONDS, Spawner
from newswatch.embedded.server import Server

BROKER_COUNTS = (1, 3)
LOG_CHECK_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessInfo:
    """One server process; resident memory in bytes, 0 once it is gone."""

    name: str
    pid: int
    rss: int
    alive: bool


@dataclass(kw_only=True)
class RunningServers:
    """The servers of one folder. A context manager: leaving it stops them.

    `kafka` holds one Server a broker; addresses are empty strings for servers that were not asked for.
    """

    data: Path
    kafka: list[Server] = field(default_factory=list)
    elasticsearch: Server | None = None
    kafka_secure_bootstrap: str = ""
    _closing: contextlib.ExitStack = field(default_factory=contextlib.ExitStack, repr=False)

    @property
    def kafka_bootstrap(self) -> str:
        """host:port of every broker, comma separated."""
        return ",".join(broker.address for broker in self.kafka)

    @property
    def elasticsearch_url(self) -> str:
        """http://host:port."""
        return self.elasticsearch.address if self.elasticsearch else ""

    @property
    def servers(self) -> list[Server]:
        """Every server."""
        return [*self.kafka, *([self.elasticsearch] if self.elasticsearch else [])]

    @property
    def processes(self) -> list[ProcessInfo]:
        """What runs, with the memory it holds now."""
        return [process_info(server.name, server.pid, server.alive) for server in self.servers]

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Stops every server at the same time, kill -9 for those still there after `seconds`; safe to repeat."""
        servers = self.servers
        if servers:
            with ThreadPoolExecutor(len(servers)) as pool:
                list(pool.map(lambda server: server.stop(seconds), servers))
        self._closing.close()

    def __enter__(self) -> "RunningServers":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def process_info(name: str, pid: int, alive: bool) -> ProcessInfo:
    """The facts of one process now."""
    rss = 0
    with contextlib.suppress(psutil.Error):
        rss = psutil.Process(pid).memory_info().rss if alive else 0
    return ProcessInfo(name=name, pid=pid, rss=rss, alive=alive)


def start_servers(
    data: Path,
    *,
    brokers: int = 1,
    kafka: bool = True,
    elasticsearch: bool = True,
    kafka_heap: str = "512m",
    elasticsearch_heap: str = "512m",
    ports: Ports | None = None,
    security: SecureListener | None = None,
    sustained: bool = False,
    archives: bool = True,
    cache: Path | None = None,
    on_bytes: Callable[[int], None] = lambda count: None,
) -> RunningServers:
    """Starts the servers asked for and returns once each answers; on any failure nothing is left running.

    `brokers` is 1 or 3; heaps are Java sizes ("512m"); `security` adds a second Kafka listener; `sustained` trades a
    slower start for more throughput; `archives` makes missing class archives in the background, which halves later
    starts; `on_bytes` hears of downloads. Raises UserError for what a person can mend (folder in use or not writable,
    no Java, archives neither cached nor reachable) and Unavailable, with the log's tail, for a server that does not
    come up.
    """
    boot = Boot(
        data=data.absolute(),
        cache=cache or cache_folder(),
        spawner=Spawner(),
        brokers=brokers,
        kafka_heap=kafka_heap,
        elasticsearch_heap=elasticsearch_heap,
        ports=ports or Ports(),
        security=security,
        on_bytes=on_bytes,
        java_options=full_speed if sustained else quick_start,
    )
    return _bring_up(boot, kafka=kafka, elasticsearch=elasticsearch, archives=archives)


def _bring_up(boot: Boot, *, kafka: bool, elasticsearch: bool, archives: bool) -> RunningServers:
    if boot.brokers not in BROKER_COUNTS:
        raise ValueError(f"brokers must be one of {BROKER_COUNTS}")
    check_folder(boot.data)
    java()
    running = RunningServers(data=boot.data)
    with contextlib.ExitStack() as closing:
        _own(boot.data, closing)
        closing.callback(boot.spawner.close)
        closing.callback(boot.abort)
        _start_both(boot, running, kafka=kafka, elasticsearch=elasticsearch)
        _tell(running)
        closing.enter_context(_watching_logs(running))
        if archives:
            closing.enter_context(making_archives(boot.cache, kafka=kafka, elasticsearch=elasticsearch))
        running._closing = closing.pop_all()
    return running


def _own(data: Path, closing: contextlib.ExitStack) -> None:
    with writing(data, "--data"):
        data.mkdir(parents=True, exist_ok=True)
        closing.enter_context(state.owning(data))
        state.end_leftovers(state.read_state(data))
        state.write_state(data, state.ServersRecord(pid=_pid(), started=_now()))
    closing.callback(state.remove_state, data)


def _start_both(boot: Boot, running: RunningServers, *, kafka: bool, elasticsearch: bool) -> None:
    jobs: list[Future[None]] = []

    def kafka_job() -> None:
        running.kafka, running.kafka_secure_bootstrap = boot_kafka(boot)

    def elasticsearch_job() -> None:
        running.elasticsearch = boot_elasticsearch(boot)

    with ThreadPoolExecutor(2) as pool:
        try:
            jobs += [
                pool.submit(job) for job, wanted in ((kafka_job, kafka), (elasticsearch_job, elasticsearch)) if wanted
            ]
            done, _ = wait(jobs, return_when=FIRST_EXCEPTION)
            failures = [error for job in done if (error := job.exception())]
            if failures:
                raise failures[0]
        except BaseException:
            boot.abort()
            raise


def _tell(running: RunningServers) -> None:
    """Writes servers.json now and after every restart of a server."""
    started = _now()

    def write() -> None:
        records = tuple(state.process_record(server.name, server.pid) for server in running.servers)
        state.write_state(
            running.data,
            state.ServersRecord(
                pid=_pid(),
                started=started,
                ready=True,
                kafka_bootstrap=running.kafka_bootstrap,
                kafka_secure_bootstrap=running.kafka_secure_bootstrap,
                elasticsearch_url=running.elasticsearch_url,
                processes=records,
            ),
        )

    write()
    for server in running.servers:
        server.changed = write


@contextlib.contextmanager
def _watching_logs(running: RunningServers) -> Iterator[None]:
    done = threading.Event()

    def watch() -> None:
        while not done.wait(LOG_CHECK_SECONDS):
            for server in running.servers:
                server.bound_log()

    thread = threading.Thread(target=watch, name="newswatch-server-logs", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _pid() -> int:
    return psutil.Process().pid


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
