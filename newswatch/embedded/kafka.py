"""Apache Kafka: the settings of each broker (pure), the format of a new folder, the command line."""

import base64
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from newswatch.embedded.java import class_path, java
from newswatch.embedded.ports import LOOPBACK
from newswatch.errors import UserError

REPLICATION = 3  # of every topic and of Kafka's own, with three brokers
MIN_IN_SYNC = 2
CLIENTS, CONTROLLER, SECURE = "PLAINTEXT", "CONTROLLER", "SECURE"
MIB = 1024 * 1024

# Sized for a laptop: few threads, small segments so that compaction and retention act within hours, small own topics.
LAPTOP: Mapping[str, str] = {
    "auto.create.topics.enable": "false",
    "num.network.threads": "2",
    "num.io.threads": "4",
    "num.recovery.threads.per.data.dir": "2",
    "background.threads": "2",
    "group.initial.rebalance.delay.ms": "0",
    "group.min.session.timeout.ms": "1000",
    "offsets.topic.num.partitions": "5",
    "offsets.topic.segment.bytes": str(8 * MIB),
    "transaction.state.log.num.partitions": "5",
    "transaction.state.log.segment.bytes": str(8 * MIB),
    "log.segment.bytes": str(64 * MIB),
    "log.index.size.max.bytes": str(MIB),
    "log.cleaner.threads": "1",
    "log.cleaner.dedupe.buffer.size": str(32 * MIB),
    "log.cleaner.backoff.ms": "5000",
    "message.max.bytes": str(8 * MIB),
    "replica.fetch.max.bytes": str(8 * MIB),
    # a broker that was killed may register again once its former session has ended
    "broker.heartbeat.interval.ms": "500",
    "broker.session.timeout.ms": "6000",
    "controlled.shutdown.enable": "true",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SecureListener:
    """A second listener for clients: protocol SSL, SASL_PLAINTEXT or SASL_SSL, and its broker properties.

    Property names are given without the listener prefix, for example {"ssl.keystore.type": "PEM"}; those of the whole
    broker are in `broker`, for example {"authorizer.class.name": …}.
    """

    protocol: str
    properties: Mapping[str, str] = field(default_factory=dict)
    broker: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Broker:
    """One broker and controller in one process: its node id from 1, folder, ports (secure 0: none)."""

    node: int
    folder: Path
    port: int
    controller_port: int
    secure_port: int = 0

    @property
    def properties_file(self) -> Path:
        """Where its settings are written."""
        return self.folder / "server.properties"

    @property
    def data(self) -> Path:
        """The folder of its log segments."""
        return self.folder / "data"


def broker_properties(
    broker: Broker, brokers: Sequence[Broker], secure: SecureListener | None = None
) -> dict[str, str]:
    """Every setting of one broker among `brokers`."""
    copies = str(min(REPLICATION, len(brokers)))
    in_sync = str(MIN_IN_SYNC if len(brokers) >= REPLICATION else 1)
    listeners = {CLIENTS: broker.port, CONTROLLER: broker.controller_port}
    protocols = {CLIENTS: "PLAINTEXT", CONTROLLER: "PLAINTEXT"}
    properties = dict(LAPTOP)
    if secure is not None:
        listeners[SECURE], protocols[SECURE] = broker.secure_port, secure.protocol
        properties |= {f"listener.name.{SECURE.lower()}.{key}": value for key, value in secure.properties.items()}
        properties |= secure.broker
    addresses = {name: f"{name}://{LOOPBACK}:{port}" for name, port in listeners.items()}
    return properties | {
        "process.roles": "broker,controller",
        "node.id": str(broker.node),
        "controller.quorum.voters": ",".join(f"{one.node}@{LOOPBACK}:{one.controller_port}" for one in brokers),
        "listeners": ",".join(addresses.values()),
        "advertised.listeners": ",".join(address for name, address in addresses.items() if name != CONTROLLER),
        "listener.security.protocol.map": ",".join(f"{name}:{protocol}" for name, protocol in protocols.items()),
        "controller.listener.names": CONTROLLER,
        "inter.broker.listener.name": CLIENTS,
        "log.dirs": str(broker.data),
        "default.replication.factor": copies,
        "min.insync.replicas": in_sync,
        "offsets.topic.replication.factor": copies,
        "transaction.state.log.replication.factor": copies,
        "transaction.state.log.min.isr": in_sync,
        "share.coordinator.state.topic.replication.factor": copies,
        "share.coordinator.state.topic.min.isr": in_sync,
    }


def render_properties(properties: Mapping[str, str]) -> str:
    """A Java properties file: backslashes, line ends and letters beyond ASCII escaped."""
    return "".join(f"{key}={_escape(value)}\n" for key, value in properties.items())


def _escape(value: str) -> str:
    safe = value.replace("\\", "\\\\").replace("\n", "\\n\\\n")
    units = safe.encode("utf-16-be")
    codes = (int.from_bytes(units[at : at + 2], "big") for at in range(0, len(units), 2))
    return "".join(chr(code) if code < 128 else f"\\u{code:04x}" for code in codes)


def check_folder(folder: Path) -> None:
    """Raises UserError for a path that Kafka cannot take: it splits `log.dirs` at commas."""
    if "," in str(folder):
        raise UserError(f"Kafka takes no data folder with a comma in its path ({folder}): choose another with --data")


def new_cluster_id() -> str:
    """A random id in the form Kafka's own tool makes: 16 bytes in base64 for addresses, never starting with a dash."""
    while (made := base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")).startswith("-"):
        pass
    return made


def kafka_command(home: Path, heap: str, *arguments: str, options: Sequence[str] = ()) -> list[str]:
    """A command line of Kafka's code: the main class, then its arguments."""
    return [
        str(java()),
        f"-Xmx{heap}",
        "-XX:+UseSerialGC",
        "-XX:+ExitOnOutOfMemoryError",
        *options,
        "--sun-misc-unsafe-memory-access=allow",  # Kafka unmaps its files by it; the warning says nothing new
        "-Djava.awt.headless=true",
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
        "-Dorg.slf4j.simpleLogger.showDateTime=true",
        "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSS",
        "-cp",
        class_path(list((home / "lib").glob("*.jar"))),
        *arguments,
    ]
