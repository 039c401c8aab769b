"""Search: words in the rules' query language, filters, facets, a permanent link, and the way to an alert rule."""

import json

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from newswatch.errors import UserError
from sinks.board import queries
from sinks.board.cards import ArticleCard, article_of_document
from sinks.board.pages.common import board_of, page
from sinks.board.query_language import KNOWN
from sinks.board.reading import Found
from sinks.index_names import Family

MOST_VALUES = 12
"""Values one filter takes from a link."""


def search_of(parameters: QueryParams) -> queries.Search:
    """The search a link stands for; what it cannot mean is left out."""

    def values(name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(part for part in parameters.getlist(name) if part))[:MOST_VALUES]

    number = parameters.get("page", "1")
    return queries.Search(
        words=parameters.get("q", ""),
        countries=values("country"),
        types=values("type"),
        outlets=values("outlet"),
        languages=values("lang"),
        since=parameters.get("from", ""),
        until=parameters.get("to", ""),
        everything=parameters.get("all") == "1",
        sort="date" if parameters.get("sort") == "date" else "relevance",
        page=min(int(number), queries.DEEPEST) if number.isdecimal() and int(number) else 1,
    )


def search_page(request: Request) -> Response:
    """GET /search?q=…&country=…&type=…&outlet=…&lang=…&from=…&to=…&all=1&sort=date&page=2"""
    search = search_of(request.query_params)
    index = board_of(request).index
    fault, bars = "", Found((), 0, {})
    try:
        found = index.search(Family.ARTICLES, queries.search_body(search))
        first, last = (found.aggregations.get(name, {}).get("value") for name in ("first", "last"))
        if first is not None and last is not None:
            bars = index.search(Family.ARTICLES, queries.bars_body(search, first, last))
    except UserError as error:
        found, fault = Found((), 0, {}), str(error)
    return page(
        request,
        "search.html",
        400 if fault else 200,
        search=search,
        fault=fault,
        fields=sorted(KNOWN),
        articles=cards(found),
        total=found.total,
        pages=min(queries.DEEPEST, -(-found.total // queries.PAGE)),
        facets=facets(found),
        series=json.dumps(_over_time(bars)),
    )


def cards(found: Found) -> list[ArticleCard]:
    """The articles found, their words marked."""
    return [article_of_document(hit["_source"], hit.get("highlight")) for hit in found.hits]


def facets(found: Found) -> dict[str, list[tuple[str, int]]]:
    """Filter name → its commonest values with their counts."""
    result = {
        name: [(str(bucket["key"]), int(bucket["doc_count"])) for bucket in found.buckets(name)]
        for name in ("country", "outlet", "lang")
    }
    result["type"] = [(str(b["key"]), int(b["articles"]["doc_count"])) for b in found.buckets("type", "of")]
    return result


def _over_time(found: Found) -> dict[str, object]:
    bars = found.buckets("time")
    counts = [int(bar["doc_count"]) for bar in bars]
    return {"x": [int(bar["key"]) // 1000 for bar in bars], "all": [{"name": "", "values": counts}]}
