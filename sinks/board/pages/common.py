"""What all pages share: the request's board, rendering with the page's frame, forms, and faults as pages."""

import time
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from urllib.parse import parse_qs

import elasticsearch
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from newswatch.errors import Unavailable, Unprocessable, UserError
from sinks.board.access import Forged, forged
from sinks.board.board import Board
from sinks.board.gate import FORM_COOKIE
from sinks.board.rendering import render

MOST_FORM = 256 * 1024
"""Bytes of a form."""

MOST_FIELDS = 100

BACK_MS = 5_000
"""Milliseconds of live items a new page reads again: they may not be in the index yet when it is written."""

Page = Callable[[Request], Response]
Action = Callable[[Request, Mapping[str, str]], Response]


def board_of(request: Request) -> Board:
    """The board this request came to."""
    board: Board = request.state.board
    return board


def page(request: Request, template: str, status: int = 200, live: str = "", **values: Any) -> HTMLResponse:
    """A whole page. `live` names the channels it listens to, separated by spaces."""
    state = request.state
    board = board_of(request)
    frame = {
        "path": request.url.path,
        "address": request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        "user": state.user,
        "guarded": board.guarded,
        "theme": state.theme if state.theme in ("light", "dark") else "auto",
        "form_token": state.form_token,
        "live": live,
        "live_mark": board.ring.mark(int(time.time() * 1000) - BACK_MS),
        "flash": request.query_params.get("done", ""),
    }
    return HTMLResponse(render(template, state.language, **frame, **values), status)


def answering(answer: Page) -> Callable[[Request], Any]:
    """A page as an endpoint: runs in a worker thread; faults become pages that say what to do."""

    @wraps(answer)
    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(_guarded, request, lambda: answer(request))

    return endpoint


def acting(act: Action) -> Callable[[Request], Any]:
    """An action as an endpoint: takes a form that only our own pages can send."""

    @wraps(act)
    async def endpoint(request: Request) -> Response:
        fields = await _fields(request)
        if fields is None:
            return page(request, "fault.html", 413, title_key="fault.large", detail="")
        verdict = forged(
            request.state.cookies.get(FORM_COOKIE, ""),
            fields.get("form_token", ""),
            request.headers.get("origin"),
            request.headers.get("sec-fetch-site"),
            request.headers.get("host", ""),
        )
        if verdict is not Forged.NO:
            return page(request, "fault.html", 403, title_key="fault.forged", detail=verdict.value)
        return await run_in_threadpool(_guarded, request, lambda: act(request, fields))

    return endpoint


def not_found(request: Request, what: str) -> Response:
    """A page that says `what` is not there."""
    return page(request, "fault.html", 404, title_key="fault.missing", detail=what)


def back(fields: Mapping[str, str], otherwise: str, done: str = "") -> Response:
    """Back to the page the form was on, saying what was done. Only paths of this board are gone to."""
    target = fields.get("back", "")
    if not target.startswith("/") or target.startswith(("//", "/\\")):
        target = otherwise
    if done:
        target += ("&" if "?" in target else "?") + f"done={done}"
    return RedirectResponse(target, 303)


async def _fields(request: Request) -> dict[str, str] | None:
    """The form's fields, the last value of each; None when it is too large or has too many."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_FORM:
            return None
    try:
        parsed = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return None
    return {name: values[-1] for name, values in parsed.items()}


def _guarded(request: Request, answer: Callable[[], Response]) -> Response:
    try:
        return answer()
    except (UserError, Unprocessable) as error:
        return page(request, "fault.html", 400, title_key="fault.request", detail=str(error))
    except (Unavailable, elasticsearch.ApiError, elasticsearch.TransportError) as error:
        return page(request, "fault.html", 503, title_key="fault.away", detail=str(error))
