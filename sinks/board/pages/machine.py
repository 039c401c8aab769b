"""Pipeline, rejected inputs and feeds: whether the machine is well."""

from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from sinks.board import queries
from sinks.board.board import Board
from sinks.board.pages.common import board_of, not_found, page
from sinks.board.rendering import LANGUAGES, render, utc_now
from sinks.index_names import Family
from sinks.quarantine import RejectedInput, original_in_index, rejected_by_id

HOUR = timedelta(hours=1)
SHOWN = 100
MOST_FEEDS = 2000
MOST_ORIGINAL = 20_000
"""Characters of an original shown."""

WORST_FIRST = (
    "feed-failing", "blocked", "feed-silent", "unchanged-after-failure", "all-entries-undated", "troubled", "new", "ok",
    "off",
)  # fmt: skip


def pipeline_page(request: Request) -> Response:
    """GET /pipeline"""
    board = board_of(request)
    values = flow_values(board)
    return page(
        request, "pipeline.html", live="pipeline", region=render("_flow.html", request.state.language, **values)
    )


def flow_values(board: Board) -> dict[str, Any]:
    """What the picture of the flow shows."""
    found = board.index.search(Family.REJECTED, queries.rejected_body("", "", 0))
    rejected = {
        str(bucket["key"]): {str(part["key"]): int(part["doc_count"]) for part in bucket["reason"]["buckets"]}
        for bucket in found.buckets("stage")
    }
    state = board.flow.read({stage: sum(reasons.values()) for stage, reasons in rejected.items()})
    return {
        "latencies": latencies(board, utc_now()),
        "state": state,
        "stages": {s.name: s for s in state.stages},
        "rejected": rejected,
        "now": utc_now(),
    }


def latencies(board: Board, now: datetime) -> dict[str, dict[str, float]]:
    """From first sight to the index and to the alert: percentile ("50.0") → milliseconds, over the last hour."""
    found = {
        "index": board.index.search(Family.ARTICLES, queries.latency_body("latency.indexed_ms", now - HOUR)),
        "alert": board.index.search(Family.ALERTS, queries.latency_body("latency.alert_ms", now - HOUR)),
    }
    return {
        name: answer.aggregations["latency"]["values"]
        for name, answer in found.items()
        if answer.total and answer.aggregations
    }


def live_flow(board: Board) -> dict[str, str]:
    """The picture by language."""
    values = flow_values(board)
    return {language: render("_flow.html", language, **values) for language in LANGUAGES}


def feeds_page(request: Request) -> Response:
    """GET /feeds"""
    board = board_of(request)
    values = feeds_values(board)
    return page(request, "feeds.html", live="feeds", region=render("_feeds.html", request.state.language, **values))


def feeds_values(board: Board) -> dict[str, Any]:
    """All feeds, worst first."""
    found = board.index.search(Family.FEEDS, queries.feeds_body(MOST_FEEDS))
    feeds = sorted(found.documents, key=badness)
    counts = {str(bucket["key"]): int(bucket["doc_count"]) for bucket in found.buckets("health")}
    return {"feeds": feeds, "total": found.total, "counts": counts}


def badness(feed: dict[str, Any]) -> tuple[int, float, str]:
    """Worst first: by health, then by failures, then by name."""
    health = str(feed.get("health") or "new")
    rank = WORST_FIRST.index(health) if health in WORST_FIRST else len(WORST_FIRST) - 3
    return rank, -float(feed.get("failures") or 0), str((feed.get("outlet") or {}).get("name") or "")


def live_feeds(board: Board) -> dict[str, str]:
    """The table of feeds by language."""
    values = feeds_values(board)
    return {language: render("_feeds.html", language, **values) for language in LANGUAGES}


def rejected_page(request: Request) -> Response:
    """GET /rejected?stage=…&reason=…"""
    stage, reason = request.query_params.get("stage", ""), request.query_params.get("reason", "")
    found = board_of(request).index.search(Family.REJECTED, queries.rejected_body(stage, reason, SHOWN))
    inputs = [RejectedInput(index=hit["_index"], id=hit["_id"], source=hit["_source"]) for hit in found.hits]
    return page(request, "rejected.html", inputs=inputs, total=found.total, stage=stage, reason=reason)


def rejected_input_page(request: Request) -> Response:
    """GET /rejected/{id}"""
    board = board_of(request)
    ident = request.path_params["ident"]
    found = rejected_by_id(board.index.client, board.index.prefix, ident)
    if not found:
        return not_found(request, ident)
    original = original_in_index(found[0]).decode("utf-8", "replace")
    return page(
        request,
        "rejected_input.html",
        rejected=found[0],
        original=original[:MOST_ORIGINAL],
        cut=len(original) > MOST_ORIGINAL,
    )
