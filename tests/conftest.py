"""Real servers for each test module: given addresses, else Docker through testcontainers, else the embedded ones."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings as properties

from newswatch.settings import Settings
from tests.servers import Servers, start

FOLDER = Path(__file__).parent
UNIT = FOLDER / "unit"
LONGEST_FIRST = ("pipeline", "contracts", "browser")
"""Folders begun first, so that no worker is left alone with a long test at the end."""

# properties are about answers; how long one takes on a busy machine says nothing of the code (benchmarks time it)
properties.register_profile("newswatch", deadline=None)
properties.load_profile("newswatch")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Unit tests run last, in any order; tests on servers share what they wrote, so a module's run as they stand."""
    places: dict[Path, list[int]] = {}
    for place, item in enumerate(items):
        if UNIT not in item.path.parents:
            places.setdefault(item.path, []).append(place)
    for taken in places.values():
        ordered = sorted((items[place] for place in taken), key=_line)
        for place, item in zip(taken, ordered, strict=True):
            items[place] = item
    items.sort(key=_rank)


def _rank(item: pytest.Item) -> int:
    folder = item.path.relative_to(FOLDER).parts[0]
    return LONGEST_FIRST.index(folder) if folder in LONGEST_FIRST else len(LONGEST_FIRST)


def _line(item: pytest.Item) -> int:
    return item.reportinfo()[1] or 0


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
