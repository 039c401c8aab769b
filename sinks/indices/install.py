"""Puts templates and mappings into Elasticsearch: first the difference, then, unless it is a dry run, the change."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any

from elasticsearch import ApiError, BadRequestError, Elasticsearch, NotFoundError, TransportError

from newswatch.errors import Unavailable
from sinks.index_names import REBUILT, Family, parse
from sinks.indices.catalogue import CATALOGUE
from sinks.indices.fields import properties
from sinks.indices.templates import VERSION, IndexOptions, component_templates, index_templates, own_mapping

LIFECYCLE = "lifecycle"


class Verdict(StrEnum):
    """What setup finds for one object of the cluster."""

    CREATE = "create"
    UPDATE = "update"
    SAME = "same"
    REINDEX = "needs-reindex"
    NEWER = "newer-kept"
    ABSENT = "not-on-this-cluster"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One object, what becomes of it, and the fields or settings that differ."""

    kind: str
    name: str
    verdict: Verdict
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingDifference:
    """How a live mapping differs from ours: fields it lacks, and fields it has otherwise."""

    added: tuple[str, ...]
    conflicting: tuple[str, ...]


def install_templates(
    es: Elasticsearch, prefix: str, *, replicas: int = 0, refresh_interval: str = "1s", dry_run: bool = False
) -> tuple[Change, ...]:
    """Creates or updates lifecycle policy, component and index templates, and adds new fields to live indices.

    Gives every object with its verdict; a live index whose fields conflict with ours is left alone and says
    needs-reindex; what a later version of newswatch installed is kept and says newer-kept. Safe to repeat. Raises
    Unavailable when the cluster cannot be reached or refuses us.
    """
    try:
        policy = _lifecycle(es, prefix, dry_run)
        options = IndexOptions(
            prefix=prefix,
            replicas=replicas,
            refresh_interval=refresh_interval,
            lifecycle=None if policy.verdict is Verdict.ABSENT else policy.name,
        )
        return (policy, *_templates(es, options, dry_run), *_live_indices(es, prefix, dry_run))
    except TransportError as error:
        raise Unavailable(f"Elasticsearch does not answer: {error}") from error
    except ApiError as error:
        raise Unavailable(f"Elasticsearch refused the templates: {error}") from error


def mapping_difference(live: dict[str, Any], ours: dict[str, Any], path: str = "") -> MappingDifference:
    """`live` and `ours` are `properties` trees; what live has beyond ours is of no interest."""
    added: list[str] = []
    conflicting: list[str] = []
    for name, mapping in ours.items():
        here = f"{path}{name}"
        if name not in live:
            added.append(here)
            continue
        if not _compatible(live[name], mapping):
            conflicting.append(here)
            continue
        for part in ("properties", "fields"):
            inner = mapping_difference(live[name].get(part, {}), mapping.get(part, {}), f"{here}.")
            added += inner.added
            conflicting += inner.conflicting
    return MappingDifference(added=tuple(added), conflicting=tuple(conflicting))


FIXED = ("type", "analyzer", "normalizer", "path", "enabled")
"""Parts of a field's mapping that a live index cannot change."""


def _compatible(live: dict[str, Any], ours: dict[str, Any]) -> bool:
    defaults = {"type": "object", "enabled": True}
    return all(live.get(part, defaults.get(part)) == ours.get(part, defaults.get(part)) for part in FIXED)


def _templates(es: Elasticsearch, options: IndexOptions, dry_run: bool) -> Iterator[Change]:
    components = es.cluster
    for name, body in component_templates(options).items():
        live = _found(partial(components.get_component_template, name=name))
        held = live["component_templates"][0]["component_template"] if live else None
        write = partial(components.put_component_template, name=name, **_named(body))
        yield _put("component-template", name, held, body, None if dry_run else write)
    for name, body in index_templates(options).items():
        live = _found(partial(es.indices.get_index_template, name=name))
        held = live["index_templates"][0]["index_template"] if live else None
        write = partial(es.indices.put_index_template, name=name, **_named(body))
        yield _put("index-template", name, held, body, None if dry_run else write)


def _named(body: dict[str, Any]) -> dict[str, Any]:
    return {"meta" if key == "_meta" else key: value for key, value in body.items()}


def _put(
    kind: str, name: str, live: dict[str, Any] | None, body: dict[str, Any], write: Callable[[], Any] | None
) -> Change:
    if live is not None and live.get("_meta") == body["_meta"]:
        return Change(kind=kind, name=name, verdict=Verdict.SAME)
    if newer := _newer(live, body["version"]):
        return Change(kind=kind, name=name, verdict=Verdict.NEWER, details=newer)
    if write:
        write()
    if live is None:
        return Change(kind=kind, name=name, verdict=Verdict.CREATE)
    return Change(kind=kind, name=name, verdict=Verdict.UPDATE, details=_details(live, body))


def _newer(live: dict[str, Any] | None, ours: int) -> tuple[str, ...]:
    """What to say of a live object of a later version than ours; nothing of others."""
    theirs = (live or {}).get("version", 0)
    return (f"version {theirs}, ours is {ours}",) if theirs > ours else ()


def _details(live: dict[str, Any], body: dict[str, Any]) -> tuple[str, ...]:
    ours = body.get("template", {}).get("mappings", {}).get("properties", {})
    theirs = live.get("template", {}).get("mappings", {}).get("properties", {})
    difference = mapping_difference(theirs, ours)
    removed = mapping_difference(ours, theirs).added
    return (
        *(f"+ {path}" for path in difference.added),
        *(f"~ {path}" for path in difference.conflicting),
        *(f"- {path}" for path in removed),
    ) or (("settings",) if live.get("version") == body["version"] else (f"version {body['version']}",))


def _live_indices(es: Elasticsearch, prefix: str, dry_run: bool) -> Iterator[Change]:
    mappings = (
        _found(partial(es.indices.get_mapping, index=f"{prefix}-*,{REBUILT}{prefix}-*", allow_no_indices=True)) or {}
    )
    for name, found in sorted(mappings.items()):
        family = family_of(name, prefix)
        if family is None:
            continue
        difference = mapping_difference(found["mappings"].get("properties", {}), properties(CATALOGUE[family]))
        if difference.conflicting:
            details = tuple(f"~ {path}" for path in difference.conflicting)
            yield Change(kind="index", name=name, verdict=Verdict.REINDEX, details=details)
        elif difference.added:
            if not dry_run:
                ours = own_mapping(family)
                es.indices.put_mapping(index=name, properties=ours["properties"], meta=ours["_meta"])
            details = tuple(f"+ {path}" for path in difference.added)
            yield Change(kind="index", name=name, verdict=Verdict.UPDATE, details=details)
        else:
            yield Change(kind="index", name=name, verdict=Verdict.SAME)


def family_of(name: str, prefix: str) -> Family | None:
    """The family of an index of ours, rebuilt ones included; None for an index of others."""
    plain = name.removeprefix(REBUILT).rpartition("-")[0] if name.startswith(REBUILT) else name
    parsed = parse(plain, prefix)
    return parsed.family if parsed else None


def _lifecycle(es: Elasticsearch, prefix: str, dry_run: bool) -> Change:
    """A policy that moves old months to cheaper nodes and merges them; deleting stays with `newswatch retention`."""
    name = f"{prefix}-{LIFECYCLE}"
    phases = {
        "hot": {"actions": {"set_priority": {"priority": 100}}},
        "warm": {
            "min_age": "45d",
            "actions": {"forcemerge": {"max_num_segments": 1}, "set_priority": {"priority": 50}},
        },
    }
    try:
        live = es.ilm.get_lifecycle(name=name).body.get(name, {}).get("policy")
    except NotFoundError as error:
        if "no handler" in str(error):
            return Change(kind="lifecycle", name=name, verdict=Verdict.ABSENT)
        live = None
    except (BadRequestError, ApiError) as error:
        if error.status_code in (400, 405):
            return Change(kind="lifecycle", name=name, verdict=Verdict.ABSENT)
        raise
    if live and live["phases"].keys() == phases.keys():
        return Change(kind="lifecycle", name=name, verdict=Verdict.SAME)
    if newer := _newer((live or {}).get("_meta"), VERSION):
        return Change(kind="lifecycle", name=name, verdict=Verdict.NEWER, details=newer)
    if not dry_run:
        es.ilm.put_lifecycle(name=name, policy={"phases": phases, "_meta": {"version": VERSION}})
    return Change(kind="lifecycle", name=name, verdict=Verdict.UPDATE if live else Verdict.CREATE)


def _found(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except NotFoundError:
        return None
