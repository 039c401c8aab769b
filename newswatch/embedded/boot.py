"""Brings up each kind of server on its folder: home, ports, settings, format, process, first answer."""

import contextlib
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from newswatch.embedded.elasticsearch import Node, node_command
from newswatch.embedded.folders import writing
from newswatch.embedded.homes import elasticsearch_home, kafka_home
from newswatch.embedded.java import java_environment, quick_start
from newswatch.embedded.kafka import (
    Broker,
    SecureListener,
    broker_properties,
    kafka_command,
    new_cluster_id,
    render_properties,
)
from newswatch.embedded.ports import LOOPBACK, Ports, free_ports
from newswatch.embedded.process import ServerProcess, Spawner
from newswatch.embedded.readiness import brokers_at, elasticsearch_ready
from newswatch.embedded.server import PortTaken, Server
from newswatch.errors import Unavailable, UserError

PORT_ATTEMPTS = 3
FORMAT_SECONDS = 60


@dataclass(kw_only=True)
class Boot:
    """What both kinds of server need to come up, and the processes started so far, so that a failure can end them."""

    data: Path
    cache: Path
    spawner: Spawner
    brokers: int = 1
    kafka_heap: str = "512m"
    elasticsearch_heap: str = "512m"
    ports: Ports = Ports()  # noqa: RUF009
    security: SecureListener | None = None
    on_bytes: Callable[[int], None] = lambda count: None
    java_options: Callable[[Path], Sequence[str]] = quick_start
    _started: list[Server] = field(default_factory=list)
    _starting: threading.Lock = field(default_factory=threading.Lock)
    _aborted: threading.Event = field(default_factory=threading.Event)

    def downloaded(self, count: int) -> None:
        """Passes download progress on; raises Unavailable once the start was given up, which ends the download."""
        if self._aborted.is_set():
            raise Unavailable("start given up")
        self.on_bytes(count)

    def launch(self, server: Server) -> Server:
        """Starts a server and remembers it."""
        with self._starting:
            if self._aborted.is_set():
                raise Unavailable(f"{server.name}: start given up")
            self._started.append(server)
            server.launch()
        return server

    def abort(self) -> None:
        """Ends everything started, without ceremony; waits under way give up."""
        with self._starting:
            self._aborted.set()
        for server in self._started:
            server.stop(0)

    def process(self, name: str, folder: Path) -> ServerProcess:
        """A process that logs beside its folder."""
        return ServerProcess(name, self.spawner, folder, self.data / f"{name}.log")


def boot_kafka(boot: Boot) -> tuple[list[Server], str]:
    """Every broker, answering, and the bootstrap address of the secure listener ("" when none was asked for)."""
    _check_broker_count(boot.data, boot.brokers)
    home = kafka_home(boot.cache, boot.downloaded)
    for last in _attempts(fixed=bool(boot.ports.kafka)):
        brokers = plan_brokers(boot.data, boot.brokers, boot.ports.kafka, secure=boot.security is not None)
        with writing(boot.data, "--data"):
            for broker in brokers:
                broker.folder.mkdir(parents=True, exist_ok=True)
                properties = broker_properties(broker, brokers, boot.security)
                broker.properties_file.write_text(render_properties(properties), encoding="ascii")
            format_brokers(brokers, home)
        servers = [_broker_server(boot, broker, brokers, home) for broker in brokers]
        if _all_ready(boot, servers, last):
            secure = ",".join(f"{LOOPBACK}:{broker.secure_port}" for broker in brokers if broker.secure_port)
            return servers, secure
    raise AssertionError("the last attempt returns or raises")


def boot_elasticsearch(boot: Boot) -> Server:
    """Elasticsearch, answering."""
    home = elasticsearch_home(boot.cache, boot.downloaded)
    folder = boot.data / "elasticsearch"
    with writing(boot.data, "--data"):
        for part in ("data", "logs", "snapshots"):
            (folder / part).mkdir(parents=True, exist_ok=True)
    for last in _attempts(fixed=bool(boot.ports.elasticsearch)):
        port, transport = free_ports(2)
        node = Node(folder=folder, port=boot.ports.elasticsearch or port, transport_port=transport)
        command = node_command(node, home, boot.elasticsearch_heap, boot.java_options(home))
        process = boot.process("elasticsearch", folder)
        server = Server(node.url, process, command, lambda at=node.port: elasticsearch_ready(at))  # type: ignore[misc]
        if _all_ready(boot, [server], last):
            return server
    raise AssertionError("the last attempt returns or raises")


def _attempts(*, fixed: bool) -> Iterator[bool]:
    """One item an attempt, True for the last: a fixed port is tried once, chosen ports again."""
    count = 1 if fixed else PORT_ATTEMPTS
    yield from (number == count for number in range(1, count + 1))


def _all_ready(boot: Boot, servers: Sequence[Server], last: bool) -> bool:
    """Launches and waits for all; False when a port was taken meanwhile and there is another attempt."""
    for server in servers:
        boot.launch(server)
    try:
        for server in servers:
            server.wait_ready()
    except PortTaken:
        for server in servers:
            server.stop(0)
        if last:
            raise
        return False
    return True


def plan_brokers(data: Path, count: int, fixed: Sequence[int], *, secure: bool) -> list[Broker]:
    """Folder and ports of each broker. `fixed` client ports are used in order; free ones fill the rest."""
    free = iter(free_ports(count * 3))
    ports = [*fixed, *(next(free) for _ in range(count - len(fixed)))]
    return [
        Broker(
            node=node,
            folder=data / f"kafka-{node}",
            port=ports[node - 1],
            controller_port=next(free),
            secure_port=next(free) if secure else 0,
        )
        for node in range(1, count + 1)
    ]


def _broker_server(boot: Boot, broker: Broker, brokers: Sequence[Broker], home: Path) -> Server:
    command = kafka_command(
        home, boot.kafka_heap, "kafka.Kafka", str(broker.properties_file), options=boot.java_options(home)
    )
    process = boot.process(f"kafka-{broker.node}", broker.folder)
    return Server(f"{LOOPBACK}:{broker.port}", process, command, lambda: broker.node in brokers_at(broker.port))


def format_brokers(brokers: Sequence[Broker], home: Path) -> None:
    """Writes Kafka's folder format where it is missing, one cluster id for all; Unavailable when it is refused."""
    fresh = [broker for broker in brokers if not (broker.data / "meta.properties").exists()]
    if not fresh:
        return
    cluster = next((found for broker in brokers if (found := _cluster_id(broker))), "") or new_cluster_id()

    def run(broker: Broker) -> None:
        arguments = ("kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(broker.properties_file))
        command = kafka_command(home, "128m", *arguments, options=quick_start(home))
        done = subprocess.run(
            command, capture_output=True, text=True, env=java_environment(), timeout=FORMAT_SECONDS, check=False
        )
        if done.returncode != 0:
            last = (done.stderr or done.stdout).strip().splitlines()[-1:]
            raise Unavailable(f"Kafka could not format {broker.data}: {' '.join(last)}")

    with ThreadPoolExecutor(len(fresh)) as pool:
        list(pool.map(run, fresh))


def _cluster_id(broker: Broker) -> str:
    with contextlib.suppress(FileNotFoundError):
        for line in (broker.data / "meta.properties").read_text().splitlines():
            key, _, value = line.partition("=")
            if key == "cluster.id":
                return value
    return ""


def _check_broker_count(data: Path, wanted: int) -> None:
    found = len(list(data.glob("kafka-[0-9]*/data/meta.properties")))
    if found not in (0, wanted):
        raise UserError(
            f"{data} holds the data of {found} Kafka broker(s) and {wanted} were asked for: "
            f"start with --brokers {found}, or choose another folder with --data"
        )
