"""Elasticsearch: its settings (pure) and command line."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from newswatch.embedded.java import java
from newswatch.embedded.ports import LOOPBACK

MAIN = "newswatch.local.launch.Launcher"
_NATIVE = "ALL-UNNAMED,org.elasticsearch.nativeaccess,org.elasticsearch.foreign,org.apache.lucene.core"


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One Elasticsearch: its folder and ports."""

    folder: Path
    port: int
    transport_port: int

    @property
    def url(self) -> str:
        """The address for clients."""
        return f"http://{LOOPBACK}:{self.port}"


def node_settings(node: Node, home: Path) -> dict[str, str]:
    """Every setting of the node. A setting of a module this build lacks would be fatal."""
    return {
        "path.home": str(home),
        "path.data": str(node.folder / "data"),
        "path.logs": str(node.folder / "logs"),
        "path.repo": str(node.folder / "snapshots"),
        "cluster.name": "newswatch-local",
        "node.name": "local",
        "discovery.type": "single-node",
        "network.host": LOOPBACK,
        "http.port": str(node.port),
        "transport.port": str(node.transport_port),
        "http.max_content_length": "200mb",
        # a laptop's disk is often nearly full: writing goes on until it really is
        "cluster.routing.allocation.disk.threshold_enabled": "false",
        "cluster.routing.allocation.node_initial_primaries_recoveries": "8",
    }


def node_command(node: Node, home: Path, heap: str, options: Sequence[str] = ()) -> list[str]:
    """The command line of the node."""
    return [
        str(java()),
        "-Xms128m",
        f"-Xmx{heap}",
        "-XX:+UseSerialGC",
        "-XX:+ExitOnOutOfMemoryError",
        *options,
        "-Djava.awt.headless=true",
        "-Djava.locale.providers=CLDR",
        "-Djna.nosys=true",
        "-Dlog4j2.disable.jmx=true",
        "-Dlog4j2.formatMsgNoLookups=true",
        "-Dio.netty.noUnsafe=true",
        "-Dio.netty.noKeySetOptimization=true",
        "-Dio.netty.recycler.maxCapacityPerThread=0",
        f"-Des.path.home={home}",
        "-Des.distribution.type=zip",
        "-Dorg.elasticsearch.nativeaccess.enableVectorLibrary=false",
        f"--enable-native-access={_NATIVE}",
        f"--module-path={home / 'lib'}",
        "--add-modules=jdk.net,jdk.management.agent,ALL-MODULE-PATH",
        "-cp",
        str(home / "launcher" / "launcher.jar"),
        MAIN,
        str(home / "config"),
        *(f"{key}={value}" for key, value in node_settings(node, home).items()),
    ]
