"""Mappings and templates: well-formed, strict, and honest about what differs from a live index."""

import hashlib
import json

import pytest

from sinks.index_names import Family
from sinks.indices.catalogue import CATALOGUE, DEFAULT_FIELDS
from sinks.indices.fields import Kind, properties, searchable_paths
from sinks.indices.install import MappingDifference, mapping_difference
from sinks.indices.templates import VERSION, IndexOptions, component_templates, index_templates, mapping_digest

SAID = (1, "2fb5298f")
"""The version of the templates and a digest of what they say with the default options."""

OPTIONS = IndexOptions(prefix="nw", replicas=1, refresh_interval="5s")


def test_every_part_an_index_template_is_composed_of_exists() -> None:
    components = component_templates(OPTIONS)

    for body in index_templates(OPTIONS).values():
        assert set(body["composed_of"]) <= set(components)


@pytest.mark.parametrize("family", Family)
def test_mappings_are_strict(family: Family) -> None:
    mapping = component_templates(OPTIONS)[f"nw-{family}@mappings"]["template"]["mappings"]

    assert mapping["dynamic"] == "strict"


@pytest.mark.parametrize("family", Family)
def test_every_field_says_what_it_is(family: Family) -> None:
    assert all(len(field.about) > 3 for field in CATALOGUE[family].values())


@pytest.mark.parametrize("family", Family)
def test_what_a_search_looks_at_by_default_is_text(family: Family) -> None:
    types = searchable_paths(CATALOGUE[family])

    assert {types[path] for path in DEFAULT_FIELDS[family]} <= {"text", "keyword"}


def test_one_path_has_one_meaning_in_every_index() -> None:
    kinds: dict[str, set[Kind]] = {}
    for fields in CATALOGUE.values():
        for path, field in fields.items():
            kinds.setdefault(path, set()).add(field.kind)
    different = {path for path, found in kinds.items() if len(found) > 1}

    assert different == {"events"}  # nested in articles; in stories they are shown, not searched


def test_settings_reach_the_templates() -> None:
    index = component_templates(OPTIONS)["nw@settings"]["template"]["settings"]["index"]

    assert (index["number_of_replicas"], index["refresh_interval"]) == (1, "5s")
    assert "lifecycle" not in index


def test_a_template_whose_content_changes_has_another_digest() -> None:
    other = IndexOptions(prefix="nw", replicas=2)

    assert component_templates(OPTIONS)["nw@settings"]["_meta"] != component_templates(other)["nw@settings"]["_meta"]
    assert mapping_digest(Family.ARTICLES) != mapping_digest(Family.EVENTS)


def test_templates_that_say_something_else_have_another_version() -> None:
    whole = component_templates(IndexOptions()) | index_templates(IndexOptions())
    said = {name: {part: body[part] for part in body.keys() - {"version", "_meta"}} for name, body in whole.items()}
    digest = hashlib.blake2b(json.dumps(said, sort_keys=True).encode(), digest_size=4).hexdigest()

    assert (VERSION, digest) == SAID, "the templates changed: raise their VERSION, and note it here with the digest"


def test_a_field_more_can_be_added_and_a_field_otherwise_cannot() -> None:
    ours = {"a": {"type": "keyword"}, "b": {"properties": {"c": {"type": "long"}, "d": {"type": "date"}}}}
    live = {"a": {"type": "text"}, "b": {"properties": {"c": {"type": "long"}}}, "z": {"type": "long"}}

    assert mapping_difference(live, ours) == MappingDifference(added=("b.d",), conflicting=("a",))


@pytest.mark.parametrize("family", Family)
def test_a_mapping_does_not_differ_from_itself(family: Family) -> None:
    own = properties(CATALOGUE[family])

    assert mapping_difference(own, own) == MappingDifference(added=(), conflicting=())
