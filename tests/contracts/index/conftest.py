"""A client and an index prefix of the test's own on the session's Elasticsearch."""

from collections.abc import Iterator

import pytest
from elasticsearch import Elasticsearch

from newswatch.elastic_client import elasticsearch_client
from newswatch.settings import Settings


@pytest.fixture
def es(settings: Settings) -> Iterator[Elasticsearch]:
    """A client of the session's Elasticsearch."""
    client = elasticsearch_client(settings.elasticsearch)
    yield client
    client.close()


@pytest.fixture
def prefix(settings: Settings, es: Elasticsearch) -> Iterator[str]:
    """First part of the test's index names; its indices are removed afterwards."""
    name = settings.elasticsearch.prefix
    yield name
    found = es.indices.get(index=f"{name}-*,rebuilt-{name}-*", allow_no_indices=True, features="aliases")
    for index in found:
        es.indices.delete(index=index)
