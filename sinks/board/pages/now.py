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
ALERTS = 8
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
        summary=summary(board, numbers, request.state.language, span, country),
    )


def summary(board: Board, numbers: Numbers, language: str, span: str, country: str) -> str:
    """The parts of the page that numbers decide: totals, map, health strip."""
    return render("_summary.html", language, **summary_values(board, numbers), span=span, country=country)


def summary_values(board: Board, numbers: Numbers) -> dict[str, Any]:
    """What the summary shows."""
    health = board.index.search(Family.FEEDS, queries.feeds_body(0))
    opened = board.index.search(Family.ALERTS, queries.alerts_body(status="open", size=0))
    feeds = {str(bucket["key"]): int(bucket["doc_count"]) for bucket in health.buckets("health")}
    return {"numbers": numbers, "frame": frame_of(numbers.places), "feeds": feeds, "open_alerts": opened.total}


def live_now(board: Board, channel: str, now: datetime) -> tuple[dict[str, Any], dict[str, str]]:
    """The series and the summary (by language) for the channel now:SPAN:COUNTRY."""
    _, span, country = channel.split(":")
    numbers = board.overview.numbers(span, country, now)
    values = summary_values(board, numbers) | {"span": span, "country": country}
    return numbers.series, {language: render("_summary.html", language, **values) for language in LANGUAGES}
