"""What the board reads from Elasticsearch: bodies in, plain documents out, faults as sentences."""

from dataclasses import dataclass
from typing import Any

import elasticsearch
from elasticsearch import Elasticsearch

from newswatch.errors import Unavailable, UserError
from sinks.index_names import Family, pattern

SECONDS = 10.0
"""Seconds a page waits for Elasticsearch."""


@dataclass(frozen=True, slots=True)
class Found:
    """An answer: documents (`_source` with its `highlight`), how many there are in all, aggregations."""

    hits: tuple[dict[str, Any], ...]
    total: int
    aggregations: dict[str, Any]

    @property
    def documents(self) -> list[dict[str, Any]]:
        """The documents alone."""
        return [hit["_source"] for hit in self.hits]

    def buckets(self, *path: str) -> list[dict[str, Any]]:
        """The buckets of an aggregation; none where the index does not exist yet."""
        level: Any = self.aggregations
        for name in path:
            level = level.get(name, {}) if isinstance(level, dict) else {}
        found = level.get("buckets", []) if isinstance(level, dict) else []
        return found if isinstance(found, list) else []


class Index:
    """Read access to the indices of one prefix. Methods raise Unavailable; safe to use from several threads."""

    def __init__(self, client: Elasticsearch, prefix: str) -> None:
        self.client = client
        self.prefix = prefix
        self._patient = client.options(request_timeout=SECONDS)

    def search(self, family: Family, body: dict[str, Any]) -> Found:
        """Runs `body`; a family without an index is empty. Raises UserError when Elasticsearch refuses the query."""
        try:
            answer = self._patient.search(
                index=pattern(self.prefix, family),
                ignore_unavailable=True,
                allow_no_indices=True,
                allow_partial_search_results=False,
                **_arguments(body),
            ).body
        except elasticsearch.BadRequestError as error:
            raise UserError(f"Elasticsearch cannot run this query: {_reason(error)}") from error
        except (elasticsearch.ApiError, elasticsearch.TransportError) as error:
            raise Unavailable(f"Elasticsearch does not answer: {_reason(error)}") from error
        found = answer.get("hits", {})
        return Found(
            hits=tuple(found.get("hits", ())),
            total=int(found.get("total", {}).get("value", 0)),
            aggregations=answer.get("aggregations", {}),
        )

    def one(self, family: Family, body: dict[str, Any]) -> dict[str, Any] | None:
        """The first document found."""
        found = self.search(family, body)
        return found.documents[0] if found.hits else None


def _arguments(body: dict[str, Any]) -> dict[str, Any]:
    """The client's names for the parts of a body."""
    renamed = {"from": "from_", "_source": "source"}
    return {renamed.get(name, name): value for name, value in body.items()}


def _reason(error: Exception) -> str:
    body = getattr(error, "body", None)
    cause = body.get("error", {}) if isinstance(body, dict) else {}
    roots = cause.get("root_cause", []) if isinstance(cause, dict) else []
    return str(roots[0].get("reason") if roots else error)[:300]
