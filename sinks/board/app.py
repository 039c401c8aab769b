"""The web application: addresses, the push connection, static files."""

import re
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from sinks.board.board import Board
from sinks.board.gate import Gate
from sinks.board.pages import account, alerts, articles, machine, now, rules, search, silences, stories
from sinks.board.pages.common import acting, answering, not_found
from sinks.board.queries import RANGES
from sinks.board.stream import MOST_STREAMS, events

STATIC = Path(__file__).parent / "static"
CHANNEL = re.compile(
    rf"articles(:[A-Z]{{3}})?|alerts|pipeline|feeds|(alert|story):[\w.:-]{{1,100}}|now:({'|'.join(RANGES)}):([A-Z]{{3}})?"
)
MOST_CHANNELS = 6


class Assets(StaticFiles):
    """Static files, kept by browsers for an hour: their names carry no version."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        """With a lifetime."""
        answer: Response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        answer.headers["cache-control"] = "public, max-age=3600"
        return answer


def application(board: Board) -> ASGIApp:
    """The board as an ASGI application behind its gate."""
    routes = [
        Route("/", answering(now.now_page)),
        Route("/search", answering(search.search_page)),
        Route("/stories", answering(stories.stories_page)),
        Route("/story/{ident}", answering(stories.story_page)),
        Route("/article/{ident}", answering(articles.article_page)),
        Route("/trace", answering(articles.trace_page)),
        Route("/trace/{ident}", answering(articles.trace_page)),
        Route("/alerts", answering(alerts.alerts_page)),
        Route("/alert/{ident}", answering(alerts.alert_page)),
        Route("/alert/{ident}/acknowledge", acting(alerts.acknowledge), methods=["POST"]),
        Route("/alert/{ident}/resolve", acting(alerts.resolve), methods=["POST"]),
        Route("/alert/{ident}/silence", acting(alerts.silence), methods=["POST"]),
        Route("/silences", answering(silences.silences_page)),
        Route("/silences/{ident}/end", acting(silences.end), methods=["POST"]),
        Route("/rules/new", answering(rules.rule_page)),
        Route("/rules/{ident}", answering(rules.rule_in_force_page), methods=["GET"]),
        Route("/rules/backtest", acting(rules.backtest), methods=["POST"]),
        Route("/pipeline", answering(machine.pipeline_page)),
        Route("/rejected", answering(machine.rejected_page)),
        Route("/rejected/{ident}", answering(machine.rejected_input_page)),
        Route("/feeds", answering(machine.feeds_page)),
        Route("/login", answering(account.login_page), methods=["GET"]),
        Route("/login", acting(account.login), methods=["POST"]),
        Route("/logout", acting(account.logout), methods=["POST"]),
        Route("/choose", acting(account.choose), methods=["POST"]),
        Route("/live", live),
        Route("/healthz", health),
        Mount("/static", Assets(directory=STATIC)),
        Route("/{path:path}", answering(lambda request: not_found(request, request.url.path))),
    ]
    return Gate(Starlette(routes=routes), board)


async def live(request: Request) -> Response:
    """GET /live?on=articles&on=alerts&after=ID: the page's push connection."""
    board: Board = request.state.board
    asked = request.query_params.getlist("on")[:MOST_CHANNELS]
    channels = frozenset(channel for channel in asked if CHANNEL.fullmatch(channel))
    if not channels:
        return PlainTextResponse("name the channels: /live?on=articles\n", 400)
    if board.audience.total >= MOST_STREAMS:
        return PlainTextResponse("too many open pages: come back later\n", 503, {"retry-after": "10"})
    mark = request.headers.get("last-event-id") or request.query_params.get("after", "")
    return StreamingResponse(
        events(board.ring, board.audience, mark, channels, request.state.language),
        media_type="text/event-stream",
        headers={"cache-control": "no-store", "x-accel-buffering": "no"},
    )


async def health(request: Request) -> Response:
    """GET /healthz: whether pages can be live; 200 while the process serves."""
    board: Board = request.state.board
    return JSONResponse({"live": board.follower.connected, "pages": board.audience.total})
