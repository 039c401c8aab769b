"""Real servers for each test module: given addresses, else Docker through testcontainers, else the embedded ones."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from newswatch.settings import Settings
from tests.servers import Servers, start


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Kafka and Elasticsearch of one module, so that none sees what another wrote; crash tests start their own."""
    with start(tmp_path_factory.mktemp("servers")) as running:
        yield running


@pytest.fixture(scope="module")
def kafka_bootstrap(servers: Servers) -> str:
    """host:port of the module's Kafka."""
    return servers.kafka


@pytest.fixture(scope="module")
def elasticsearch_url(servers: Servers) -> str:
    """Address of the module's Elasticsearch."""
    return servers.elasticsearch


@pytest.fixture
def settings(servers: Servers, tmp_path: Path) -> Settings:
    """Settings that point at the module's servers, with a data folder and an index prefix of the test's own."""
    return servers.settings(tmp_path)
