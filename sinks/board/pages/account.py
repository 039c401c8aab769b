"""Logging in and out, and what a reader chooses: language and theme."""

import time
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from sinks.board.access import SESSION_SECONDS
from sinks.board.gate import SESSION_COOKIE, over_tls
from sinks.board.pages.common import back, board_of, page
from sinks.board.rendering import LANGUAGES

YEAR = 365 * 24 * 3600
THEMES = ("auto", "light", "dark")


def login_page(request: Request) -> Response:
    """GET /login?next=/…"""
    return page(request, "login.html", next=request.query_params.get("next", "/"), wrong=False)


def login(request: Request, fields: Mapping[str, str]) -> Response:
    """POST /login: token, name, back."""
    sessions = board_of(request).sessions
    if not sessions.right(fields.get("token", "")):
        return page(request, "login.html", 403, next=fields.get("back", "/"), wrong=True)
    answer = back(fields, "/")
    name = fields.get("name", "").strip()[:40] or "board"
    answer.set_cookie(
        SESSION_COOKIE,
        sessions.make(name, time.time()),
        max_age=SESSION_SECONDS,
        httponly=True,
        samesite="strict",
        secure=over_tls(request),
    )
    return answer


def logout(request: Request, fields: Mapping[str, str]) -> Response:
    """POST /logout"""
    answer = back({}, "/login")
    answer.delete_cookie(SESSION_COOKIE)
    return answer


def choose(request: Request, fields: Mapping[str, str]) -> Response:
    """POST /choose: language and theme, kept in cookies."""
    answer = back(fields, "/")
    for name, allowed in (("language", LANGUAGES), ("theme", THEMES)):
        if fields.get(name) in allowed:
            answer.set_cookie(f"newswatch-{name}", fields[name], max_age=YEAR, samesite="strict", httponly=True)
    return answer
