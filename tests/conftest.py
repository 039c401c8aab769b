"""Real servers for the whole session: given addresses, else Docker through testcontainers, else the embedded ones."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from newswatch.settings import Settings
from tests.servers import Servers, start


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Kafka and Elasticsearch, started once a session; never killed by a test (crash tests start their own)."""
    with start(tmp_path_factory.mktemp("servers")) as running:
        yield running


@pytest.fixture(scope="session")
def kafka_bootstrap(servers: Servers) -> str:
    """host:port of the session's Kafka."""
    return servers.kafka


@pytest.fixture(scope="session")
def elasticsearch_url(servers: Servers) -> str:
    """Address of the session's Elasticsearch."""
    return servers.elasticsearch


@pytest.fixture
def settings(servers: Servers, tmp_path: Path) -> Settings:
    """Settings that point at the session's servers, with a data folder and an index prefix of the test's own."""
    return servers.settings(tmp_path)
