"""One article: its text with the evidence marked, its events, entities, and what the pipeline did with it."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from sinks.board import queries
from sinks.board.cards import alert_of_document, article_of_document
from sinks.board.marking import Piece, Span, in_context, paragraphs, pieces, spans_of
from sinks.board.pages.common import board_of, not_found, page
from sinks.index_names import Family
from sinks.tracing.from_index import steps_in_index, subject_of
from sinks.tracing.steps import durations, in_order


def article_page(request: Request) -> Response:
    """GET /article/{id}: an article's id; #event-ID leads to an event's evidence."""
    board = board_of(request)
    ident = request.path_params["ident"]
    found = board.index.search(Family.ARTICLES, queries.by_field("article_id", ident, size=5))
    if not found.hits:
        return not_found(request, ident)
    source = next((doc for doc in found.documents if doc.get("relevant")), found.documents[0])
    alerts = board.index.search(Family.ALERTS, queries.by_field("article_id", ident, size=20, sort="fired_at"))
    events = coded_events(source)
    title, text = str(source.get("title") or ""), str(source.get("text") or "")
    return page(
        request,
        "article.html",
        card=article_of_document(source),
        source=source,
        events=events,
        title_pieces=pieces(title, evidence_spans(source, events, "title")),
        paragraphs=text_paragraphs(source, events, text),
        alerts=[alert_of_document(document) for document in alerts.documents],
    )


def trace_page(request: Request) -> Response:
    """GET /trace/{id}, or /trace?id=… for an address: every hop of one article, as the index tells it."""
    board = board_of(request)
    ident = request.path_params.get("ident") or request.query_params.get("id", "").strip()
    if not ident:
        return not_found(request, ident)
    subject = subject_of(board.index.client, board.index.prefix, ident)
    steps = in_order(steps_in_index(board.index.client, board.index.prefix, subject))
    if not steps:
        return not_found(request, ident)
    return page(request, "trace.html", ident=subject.article_id, steps=list(zip(steps, durations(steps), strict=True)))


def evidence_spans(source: dict[str, Any], events: list[dict[str, Any]], field: str) -> list[Span]:
    """Where `field` proves an event."""
    return [
        span
        for event in events
        for span in spans_of(event.get("evidence"), field, str(event.get("type", "")), f"event-{event.get('id', '')}")
    ]


def text_paragraphs(source: dict[str, Any], events: list[dict[str, Any]], text: str) -> list[list[Piece]]:
    """The body in paragraphs, evidence marked."""
    return paragraphs(pieces(text, evidence_spans(source, events, "text")))


def with_context(event: dict[str, Any], article: dict[str, Any]) -> dict[str, Any]:
    """The event with its evidence's words in their sentence."""
    evidence = event.get("evidence") or {}
    text = article.get("title" if evidence.get("field") == "title" else "text")
    return event | {"context": in_context(str(text or ""), evidence)}


def coded_events(article: dict[str, Any]) -> list[dict[str, Any]]:
    """The events of an article document, each with its context."""
    return [with_context(event, article) for event in listed(article.get("events")) if isinstance(event, dict)]


def listed(value: Any) -> list[Any]:
    """A document's value as a list: Elasticsearch keeps one value and a list of one apart as they were written."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
