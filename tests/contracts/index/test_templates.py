"""Setup on a real Elasticsearch: created once, unchanged the second time, upgraded when fields are added."""

from typing import Any

import pytest
from elasticsearch import BadRequestError, Elasticsearch

from sinks.index_names import Family
from sinks.indices import templates
from sinks.indices.catalogue import CATALOGUE
from sinks.indices.install import Change, Verdict, install_templates
from sinks.indices.templates import IndexOptions, component_templates

pytestmark = pytest.mark.servers


def verdicts(changes: tuple[Change, ...]) -> dict[str, Verdict]:
    return {change.name: change.verdict for change in changes if change.kind != "lifecycle"}


def test_a_dry_run_changes_nothing(es: Elasticsearch, prefix: str) -> None:
    first = install_templates(es, prefix, dry_run=True)

    assert set(verdicts(first).values()) == {Verdict.CREATE}
    assert not es.indices.exists_index_template(name=f"{prefix}-articles")


def test_setup_can_be_repeated(es: Elasticsearch, prefix: str) -> None:
    assert set(verdicts(install_templates(es, prefix)).values()) == {Verdict.CREATE}
    assert set(verdicts(install_templates(es, prefix)).values()) == {Verdict.SAME}


def test_a_setting_that_changes_is_an_update(es: Elasticsearch, prefix: str) -> None:
    install_templates(es, prefix)
    changed = verdicts(install_templates(es, prefix, refresh_interval="7s"))

    assert [name for name, verdict in changed.items() if verdict is Verdict.UPDATE] == [f"{prefix}@settings"]


def older(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on this process is of the version before: one field less."""
    fields = {name: field for name, field in CATALOGUE[Family.DELIVERIES].items() if name != "channel"}
    monkeypatch.setitem(CATALOGUE, Family.DELIVERIES, fields)
    monkeypatch.setattr(templates, "VERSION", templates.VERSION - 1)


def test_a_role_of_an_older_version_leaves_newer_templates_alone(
    es: Elasticsearch, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_templates(es, prefix)
    es.indices.create(index=f"{prefix}-deliveries")
    with monkeypatch.context() as patched:
        older(patched)
        found = verdicts(install_templates(es, prefix, refresh_interval="7s"))

    assert set(found.values()) == {Verdict.NEWER, Verdict.SAME}
    assert [name for name, verdict in found.items() if verdict is Verdict.SAME] == [f"{prefix}-deliveries"]
    assert set(verdicts(install_templates(es, prefix)).values()) == {Verdict.SAME}


def test_templates_of_an_older_version_and_those_without_one_are_brought_up(
    es: Elasticsearch, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        older(patched)
        install_templates(es, prefix)
    unversioned = component_templates(IndexOptions(prefix=prefix))[f"{prefix}@settings"]["template"]
    es.cluster.put_component_template(name=f"{prefix}@settings", template=unversioned, meta={"digest": "of the past"})
    changes = {change.name: change for change in install_templates(es, prefix) if change.kind != "lifecycle"}

    assert {change.verdict for change in changes.values()} == {Verdict.UPDATE}
    assert changes[f"{prefix}-deliveries@mappings"].details == ("+ channel",)
    assert changes[f"{prefix}@settings"].details == (f"version {templates.VERSION}",)


def test_every_family_gets_its_strict_mapping_and_analysis(es: Elasticsearch, prefix: str) -> None:
    install_templates(es, prefix)
    for family in Family:
        index = (
            f"{prefix}-{family}"
            if family in (Family.STORIES, Family.DELIVERIES, Family.FEEDS)
            else (f"{prefix}-{family}-2026.01")
        )
        es.indices.create(index=index)
        mapping = es.indices.get_mapping(index=index)[index]["mappings"]

        assert mapping["dynamic"] == "strict"
        assert mapping["properties"]["@timestamp"]["type"] == "date"
        with pytest.raises(BadRequestError, match="strict_dynamic_mapping"):
            es.index(index=index, document={"@timestamp": "2026-01-01", "surprise": 1})


def test_new_fields_reach_a_live_index(es: Elasticsearch, prefix: str) -> None:
    index = f"{prefix}-deliveries"
    older = component_templates(IndexOptions(prefix=prefix))[f"{prefix}-deliveries@mappings"]["template"]
    properties = {name: field for name, field in older["mappings"]["properties"].items() if name != "channel"}
    es.indices.create(index=index, settings=older["settings"], mappings={"dynamic": "strict", "properties": properties})
    changes = [change for change in install_templates(es, prefix) if change.name == index and change.kind == "index"]

    assert [(change.verdict, change.details) for change in changes] == [(Verdict.UPDATE, ("+ channel",))]
    es.index(index=index, document={"@timestamp": "2026-01-01", "channel": "file"})


def test_a_field_of_another_type_is_reported_and_left_alone(es: Elasticsearch, prefix: str) -> None:
    index = f"{prefix}-deliveries"
    conflicting: dict[str, Any] = {"channel": {"type": "long"}}
    es.indices.create(index=index, mappings={"properties": conflicting})
    (change,) = (c for c in install_templates(es, prefix) if c.name == index and c.kind == "index")

    assert (change.verdict, change.details) == (Verdict.REINDEX, ("~ channel",))
    assert es.indices.get_mapping(index=index)[index]["mappings"]["properties"] == conflicting
