"""Which servers a test run uses (first that applies): given addresses, a Docker engine, the embedded ones."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from newswatch.embedded.stack import start_servers
from newswatch.settings import ElasticsearchSettings, KafkaSettings, Settings

KAFKA_IMAGE = "apache/kafka:4.1.0"
ELASTICSEARCH_IMAGE = "elasticsearch:9.5.3"
KAFKA_VARIABLE = "NEWSWATCH_KAFKA__BOOTSTRAP"
ELASTICSEARCH_VARIABLE = "NEWSWATCH_ELASTICSEARCH__URL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    """Addresses of running servers and where they came from: given, docker or embedded."""

    kafka: str
    elasticsearch: str
    source: str

    def settings(self, data: Path) -> Settings:
        """Settings for one test: these servers, an index prefix nobody else uses."""
        return Settings(
            data=data,
            kafka=KafkaSettings(bootstrap=self.kafka),
            elasticsearch=ElasticsearchSettings(url=self.elasticsearch, prefix=f"t{uuid4().hex[:12]}"),
        )


@contextlib.contextmanager
def start(data: Path) -> Iterator[Servers]:
    """Servers that stop when the block ends (given ones are left alone)."""
    given = os.environ.get(KAFKA_VARIABLE), os.environ.get(ELASTICSEARCH_VARIABLE)
    if given[0] and given[1]:
        yield Servers(kafka=given[0], elasticsearch=given[1], source="given")
    elif docker_answers():
        with _docker() as running:
            yield running
    else:
        with start_servers(data) as embedded:
            yield Servers(kafka=embedded.kafka_bootstrap, elasticsearch=embedded.elasticsearch_url, source="embedded")


def docker_answers() -> bool:
    """Whether a Docker engine (not only its client) is here."""
    program = shutil.which("docker")
    if not program:
        return False
    asked = subprocess.run(
        [program, "version", "--format", "{{.Server.Version}}"], capture_output=True, timeout=20, check=False
    )
    return asked.returncode == 0


@contextlib.contextmanager
def _docker() -> Iterator[Servers]:
    from testcontainers.elasticsearch import ElasticSearchContainer
    from testcontainers.kafka import KafkaContainer

    with (
        KafkaContainer(KAFKA_IMAGE).with_kraft() as kafka,
        ElasticSearchContainer(ELASTICSEARCH_IMAGE, mem_limit="1g") as elasticsearch,
    ):
        yield Servers(
            kafka=kafka.get_bootstrap_server(),
            elasticsearch=f"http://{elasticsearch.get_container_host_ip()}:{elasticsearch.get_exposed_port(9200)}",
            source="docker",
        )
