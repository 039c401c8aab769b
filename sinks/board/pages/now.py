"""Now: the live stream of relevant articles and alerts, counts over time, the map, the sources' health."""

import json
import re
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from sinks.board import queries
from sinks.board.board import Board
from sinks.board.cards import alert_of_document, article_of_document
from sinks.board.overview import Numbers, frame_of
from sinks.board.pages.common import board_of, page
from sinks.board.rendering import LANGUAGES, render, utc_now
from sinks.index_names import Family

ARTICLES = 40
ALERTS = 12
REGIONS = ("totals", "map")
COUNTRY = re.compile(r"^[A-Z]{3}$")


def now_page(request: Request) -> Response:
    """GET /?span=24h&country=VEN"""
    board, now = board_of(request), utc_now()
    span = request.query_params.get("span", "")
    span = span if span in queries.RANGES else board.overview.first_span(now)
    asked = request.query_params.get("country", "")
    country = asked if COUNTRY.match(asked) else ""
    latest = board.index.search(Family.ARTICLES, queries.latest_body(ARTICLES, (country,) if country else ()))
    alerts = board.index.search(Family.ALERTS, queries.alerts_body(size=ALERTS))
    numbers = board.overview.numbers(span, country, now)
    return page(
        request,
        "now.html",
        live=f"{f'articles:{country}' if country else 'articles'} alerts now:{span}:{country}",
        articles=[article_of_document(source) for source in latest.documents],
        alerts=[alert_of_document(source) for source in alerts.documents],
        span=span,
        spans=tuple(queries.RANGES),
        country=country,
        series=json.dumps(numbers.series),
        regions=summary(summary_values(board, numbers), request.state.language),
    )


def summary(values: dict[str, Any], language: str) -> dict[str, str]:
    """The parts of the page that numbers decide, by region: totals with the sources' health, the map."""
    return {region: render(f"_{region}.html", language, **values) for region in REGIONS}


def summary_values(board: Board, numbers: Numbers) -> dict[str, Any]:
    """What the summary shows."""
    health = board.index.search(Family.FEEDS, queries.feeds_body(0))
    opened = board.index.search(Family.ALERTS, queries.alerts_body(status="open", size=0))
    feeds = {str(bucket["key"]): int(bucket["doc_count"]) for bucket in health.buckets("health")}
    return {"numbers": numbers, "frame": frame_of(numbers.places), "feeds": feeds, "open_alerts": opened.total}


def live_now(board: Board, channel: str, now: datetime) -> tuple[dict[str, Any], dict[str, dict[str, str]]]:
    """The series and the regions (by name and language) for the channel now:SPAN:COUNTRY."""
    _, span, country = channel.split(":")
    numbers = board.overview.numbers(span, country, now)
    values = summary_values(board, numbers)
    rendered = {language: summary(values, language) for language in LANGUAGES}
    return numbers.series, {name: {lang: parts[name] for lang, parts in rendered.items()} for name in REGIONS}
