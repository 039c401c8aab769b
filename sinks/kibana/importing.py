"""Brings the definition into a running Kibana, through either of its two doors."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import httpx

from newswatch.errors import Unavailable
from sinks.kibana.dashboards_api import dashboards
from sinks.kibana.saved_objects import ndjson, saved_objects

SECONDS = 60.0
XSRF = {"kbn-xsrf": "newswatch"}
"""Kibana refuses a POST without this header."""


class Door(StrEnum):
    """How dashboards get in: as saved objects (every Kibana of today), or by the Dashboards API (from 9.5)."""

    SAVED_OBJECTS = "saved-objects"
    DASHBOARDS_API = "dashboards-api"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """One object that Kibana took."""

    kind: str
    id: str


def bring_in(url: str, prefix: str, door: Door, headers: dict[str, str]) -> tuple[Imported, ...]:
    """Imports everything, replacing what has the same id. `headers` carry credentials.

    By the Dashboards API only the dashboards go in that way; data views, searches and maps have no other door than
    saved objects. Raises Unavailable naming the objects Kibana refused, or that it does not answer.
    """
    try:
        with httpx.Client(base_url=url.rstrip("/"), headers=XSRF | headers, timeout=SECONDS) as client:
            taken = _import_objects(client, prefix, without_dashboards=door is Door.DASHBOARDS_API)
            if door is Door.DASHBOARDS_API:
                taken += tuple(_put_dashboards(client, prefix))
            return taken
    except httpx.HTTPError as error:
        raise Unavailable(f"Kibana does not answer at {url}: {error}") from error


def _import_objects(client: httpx.Client, prefix: str, *, without_dashboards: bool) -> tuple[Imported, ...]:
    objects = [one for one in saved_objects(prefix) if not (without_dashboards and one["type"] == "dashboard")]
    content = ndjson(objects)
    response = client.post(
        "/api/saved_objects/_import",
        params={"overwrite": "true"},
        files={"file": ("newswatch.ndjson", content.encode(), "application/ndjson")},
    )
    answer = _answer(response)
    if not answer.get("success"):
        refused = [
            f"{one.get('type')} {one.get('id')}: {one.get('error', {}).get('type')}" for one in answer.get("errors", [])
        ]
        raise Unavailable(f"Kibana refused: {'; '.join(refused) or answer}")
    return tuple(Imported(kind=one["type"], id=one["id"]) for one in answer.get("successResults", []))


def _put_dashboards(client: httpx.Client, prefix: str) -> Iterator[Imported]:
    for ident, body in dashboards(prefix).items():
        _answer(client.put(f"/api/dashboards/{ident}", json=body))
        yield Imported(kind="dashboard", id=ident)


def _answer(response: httpx.Response) -> dict[str, Any]:
    if response.status_code >= 400:
        raise Unavailable(
            f"Kibana answered {response.status_code} to {response.request.url.path}: {response.text[:300]}"
        )
    found: dict[str, Any] = response.json()
    return found
