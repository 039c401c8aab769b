"""An index written anew on a real Elasticsearch: exact while others write to it, and after it was stopped half-way."""

from collections.abc import Iterator
from typing import Any

import pytest
from elasticsearch import Elasticsearch, helpers

from newswatch.elastic_client import HitsAsBytes, elasticsearch_client
from newswatch.settings import Settings
from sinks import copying
from sinks.indices.install import install_templates
from sinks.reindexing import Clients, Rebuild, rebuild, rebuilds

pytestmark = pytest.mark.servers

DOCUMENTS = 600


@pytest.fixture
def clients(es: Elasticsearch, settings: Settings) -> Iterator[Clients]:
    reader = elasticsearch_client(settings.elasticsearch, HitsAsBytes())
    yield Clients(es=es, reader=reader)
    reader.close()


@pytest.fixture
def old(clients: Clients, prefix: str, monkeypatch: pytest.MonkeyPatch) -> Rebuild:
    """An index of feeds to write anew, in small pages and with a note after every other."""
    monkeypatch.setattr(copying, "FIRST_PAGE", 50)
    monkeypatch.setattr(copying, "MOST_DOCUMENTS", 50)
    monkeypatch.setattr(copying, "NOTE_EVERY", 100)
    install_templates(clients.es, prefix)
    index = f"{prefix}-feeds"
    helpers.bulk(clients.es, (action(index, number, 1) for number in range(DOCUMENTS)), refresh=True)
    (one,) = rebuilds(clients.es, prefix)
    return one


def action(index: str, number: int, version: int) -> dict[str, Any]:
    body = {"@timestamp": "2026-01-01", "health_reason": f"feed {number} in form {version}"}
    return {"_index": index, "_id": str(number), "_version": version, "_version_type": "external_gte", "_source": body}


def held(es: Elasticsearch, index: str) -> dict[str, tuple[int, dict[str, Any]]]:
    """Id → version and document."""
    es.indices.refresh(index=index)
    found = helpers.scan(es, index=index, query={"version": True})
    return {hit["_id"]: (hit["_version"], hit["_source"]) for hit in found}


def test_what_is_written_changed_and_removed_meanwhile_is_followed(clients: Clients, old: Rebuild) -> None:
    es, seen = clients.es, 0
    before = held(es, old.source)

    def meddle(count: int) -> None:
        nonlocal seen
        seen += count
        if seen == count:  # an old document changed, one without a version of ours noted upon, a new one, one removed
            helpers.bulk(es, [action(old.source, 3, 7), action(old.source, DOCUMENTS, 1)])
            es.update(index=old.source, id="5", doc={"health_reason": "noted upon"})
            es.delete(index=old.source, id="7")

    rebuild(clients, old, meddle)
    after = held(es, old.name)

    assert after.keys() == before.keys() - {"7"} | {str(DOCUMENTS)}
    assert (after["3"][0], after["3"][1]["health_reason"]) == (7, "feed 3 in form 7")
    assert after["5"][1]["health_reason"] == "noted upon"
    changed = {"3", "5", str(DOCUMENTS)}
    assert {key: after[key] for key in after if key not in changed} == {
        key: before[key] for key in before if key not in changed | {"7"}
    }


def test_a_run_that_was_stopped_goes_on_behind_the_last_note(clients: Clients, old: Rebuild) -> None:
    before, left = held(clients.es, old.source), DOCUMENTS // 2

    def stop(count: int) -> None:
        nonlocal left
        left -= count
        if left < 0:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild(clients, old, stop)
    assert held(clients.es, old.name) == before, "the index in use was touched"
    (again,) = rebuilds(clients.es, old.name.partition("-")[0])
    copied = rebuild(clients, again, lambda count: None)

    assert again.target == old.target
    assert copied < DOCUMENTS * 0.6
    assert held(clients.es, old.name) == before


def test_the_beginning_of_a_copy_of_another_index_is_not_gone_on_with(clients: Clients, old: Rebuild) -> None:
    clients.es.indices.create(
        index=old.target, mappings={"_meta": {"copy_of": "another", "copied_until": {"0": 10**6}}}
    )
    copied = rebuild(clients, old, lambda count: None)

    assert copied == DOCUMENTS
    assert len(held(clients.es, old.name)) == DOCUMENTS


def test_a_cluster_short_of_room_is_waited_for(clients: Clients, old: Rebuild, monkeypatch: pytest.MonkeyPatch) -> None:
    send, refused = copying._send, 0

    def refuse_at_first(es: Elasticsearch, target: str, page: list[copying.Hit]) -> list[copying.Hit]:
        nonlocal refused
        refused += 1
        return page if refused <= 3 else send(es, target, page)

    monkeypatch.setattr(copying, "_send", refuse_at_first)

    assert rebuild(clients, old, lambda count: None) == DOCUMENTS
    assert len(held(clients.es, old.name)) == DOCUMENTS
