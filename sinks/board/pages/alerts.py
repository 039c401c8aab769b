"""Alerts: the list, one alert with why it fired, and the actions: acknowledge, resolve, silence."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from newswatch.durations import parse_duration
from newswatch.errors import UserError
from sinks.board import queries
from sinks.board.cards import alert_of_document
from sinks.board.marking import Piece, Span, paragraphs, pieces, spans_of
from sinks.board.pages.articles import coded_events, listed
from sinks.board.pages.common import back, board_of, not_found, page
from sinks.index_names import Family

DURATIONS = ("1h", "6h", "1d", "7d")
LONGEST = timedelta(days=366)
MOST_NOTE = 500


def alerts_page(request: Request) -> Response:
    """GET /alerts?status=open&severity=warning&rule=…"""
    wanted = {name: request.query_params.get(name, "") for name in ("status", "severity", "rule")}
    found = board_of(request).index.search(
        Family.ALERTS, queries.alerts_body(wanted["status"], wanted["severity"], wanted["rule"])
    )
    facets = {
        name: [(str(bucket["key"]), int(bucket["doc_count"])) for bucket in found.buckets(name)] for name in wanted
    }
    return page(
        request,
        "alerts.html",
        live="" if any(wanted.values()) else "alerts",
        alerts=[alert_of_document(document) for document in found.documents],
        total=found.total,
        wanted=wanted,
        facets=facets,
    )


def alert_page(request: Request) -> Response:
    """GET /alert/{id}"""
    index = board_of(request).index
    ident = request.path_params["ident"]
    source = index.one(Family.ALERTS, queries.by_field("alert_id", ident, sort="fired_at"))
    if source is None:
        return not_found(request, ident)
    article = index.one(Family.ARTICLES, queries.by_field("article_id", str(source.get("article_id") or "")))
    deliveries = index.search(Family.DELIVERIES, queries.by_field("alert_id", ident, size=20))
    return page(
        request,
        "alert.html",
        live=f"alert:{ident}",
        card=alert_of_document(source),
        source=source,
        article=article,
        title_pieces=proof(source, article, "title"),
        paragraphs=paragraphs(proof(source, article, "text")),
        events=proving(source, article),
        deliveries=deliveries.documents,
        durations=DURATIONS,
    )


def proof(source: Mapping[str, Any], article: Mapping[str, Any] | None, field: str) -> list[Piece]:
    """The article's field with what made the rule fire marked: its terms and its events."""
    spans: list[Span] = []
    for match in listed(source.get("matches")):
        spans += spans_of(match.get("evidence"), field, str(match.get("term", "")), kind="term")
    for event in proving(source, article):
        spans += spans_of(event.get("evidence"), field, str(event.get("type", "")), f"event-{event.get('id', '')}")
    return pieces(str((article or {}).get(field) or ""), spans)


def proving(source: Mapping[str, Any], article: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """The article's events the alert names; all of them when it names none."""
    events = coded_events(dict(article)) if article else []
    named = set(listed(source.get("event_ids")))
    return [event for event in events if event.get("id") in named] or events


def acknowledge(request: Request, fields: Mapping[str, str]) -> Response:
    """POST /alert/{id}/acknowledge: note."""
    ident = request.path_params["ident"]
    board_of(request).actions.acknowledge(ident, request.state.user, fields.get("note", "")[:MOST_NOTE])
    return back(fields, f"/alert/{ident}", "acknowledged")


def resolve(request: Request, fields: Mapping[str, str]) -> Response:
    """POST /alert/{id}/resolve: note."""
    ident = request.path_params["ident"]
    board_of(request).actions.resolve(ident, request.state.user, fields.get("note", "")[:MOST_NOTE])
    return back(fields, f"/alert/{ident}", "resolved")


def silence(request: Request, fields: Mapping[str, str]) -> Response:
    """POST /alert/{id}/silence: what (rule, story or alert), for (a duration), note."""
    board = board_of(request)
    ident = request.path_params["ident"]
    source = board.index.one(Family.ALERTS, queries.by_field("alert_id", ident, sort="fired_at"))
    if source is None:
        return not_found(request, ident)
    matchers = matchers_of(fields.get("what", ""), source)
    board.actions.silence(
        matchers, silence_length(fields.get("for", "")), request.state.user, fields.get("note", "")[:MOST_NOTE]
    )
    return back(fields, f"/alert/{ident}", "silenced")


def matchers_of(what: str, source: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Which alerts a silence from this alert's page means. Raises UserError for a kind it does not have."""
    rule = str((source.get("rule") or {}).get("id") or "")
    kinds: dict[str, dict[str, tuple[str, ...]]] = {"rule": {"rule": (rule,)}}
    if story := source.get("story_id"):
        kinds["story"] = {"story": (str(story),)}
        kinds["rule-story"] = kinds["rule"] | kinds["story"]
    if what not in kinds:
        raise UserError(f"{what!r} cannot be silenced from here; choose one of {', '.join(kinds)}")
    return kinds[what]


def silence_length(text: str) -> timedelta:
    """How long. Raises UserError for what is no duration, or longer than a year."""
    try:
        length = parse_duration(text)
    except ValueError as error:
        raise UserError(f"{text!r} is no duration: {error}") from error
    if length > LONGEST:
        raise UserError("a silence lasts a year at most")
    return length
