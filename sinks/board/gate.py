"""Every request passes here: host, rate, login, forged forms; every answer leaves with the security headers."""

import re
import time
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from typing import Any

from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sinks.board import access
from sinks.board.board import Board
from sinks.board.rendering import LANGUAGES

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "font-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types newswatch",
    )
)
"""Nothing inline, nothing from elsewhere, no framing; markup enters the page through one named policy alone."""

HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)

FORM_COOKIE = "newswatch-form"
SESSION_COOKIE = "newswatch-session"
OPEN_PATHS = re.compile(r"^/(static/|login$|choose$|healthz$)")
LIMITS = {"POST": access.ACTIONS, "GET": access.PAGES}


class Gate:
    """ASGI middleware. Sets on the request's state: `user`, `form_token`, `language`, `theme`, `board`."""

    def __init__(self, app: ASGIApp, board: Board, clock: Callable[[], float] = time.monotonic) -> None:
        self._app, self._board = app, board
        self._limits = {method: access.RateLimit(rate, clock) for method, rate in LIMITS.items()}
        self._logins = access.RateLimit(access.LOGINS, clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        cookies = _cookies(connection)
        state = scope.setdefault("state", {})
        fresh = "" if cookies.get(FORM_COOKIE) else access.new_form_token()
        state["board"] = self._board
        state["form_token"] = cookies.get(FORM_COOKIE) or fresh
        state["cookies"] = cookies
        state["language"] = language_of(cookies.get("newswatch-language"), connection.headers.get("accept-language"))
        state["theme"] = cookies.get("newswatch-theme", "auto")
        state["user"] = self._user(connection, cookies)
        refusal = self._refusal(scope, connection, state)
        answer = refusal or self._app
        await answer(scope, receive, _adding_headers(send, fresh, scope))

    def _user(self, connection: HTTPConnection, cookies: dict[str, str]) -> str | None:
        """Who it is; None for nobody yet. On an unguarded board everyone is `local`."""
        settings = self._board.settings.board
        if settings.proxy_header and (name := connection.headers.get(settings.proxy_header)):
            return name[:80]
        if settings.token.get_secret_value():
            session = cookies.get(SESSION_COOKIE, "")
            return self._board.sessions.name(session, time.time()) if session else None
        return None if settings.proxy_header else "local"

    def _refusal(self, scope: Scope, connection: HTTPConnection, state: dict[str, Any]) -> Response | None:
        method, path = scope["method"], scope["path"]
        if not access.own_host(
            connection.headers.get("host", ""), self._board.settings.board.host, self._board.guarded
        ):
            return PlainTextResponse("this board answers to its own address only\n", 421)
        client = state["user"] if state["user"] not in (None, "local") else (connection.client or ("?", 0))[0]
        limit = self._logins if (method, path) == ("POST", "/login") else self._limits.get(method)
        if limit is None and method != "HEAD":
            return PlainTextResponse("use GET or POST\n", 405)
        counted = not path.startswith("/static/") and path != "/live"
        if limit and counted and not limit.allow(client):
            return PlainTextResponse("too many requests: wait a few seconds\n", 429, {"retry-after": "5"})
        if state["user"] is None and not OPEN_PATHS.match(path):
            return self._unknown(path)
        return None

    def _unknown(self, path: str) -> Response:
        if not self._board.settings.board.token.get_secret_value():
            return PlainTextResponse("the proxy in front of the board has named nobody\n", 403)
        if path == "/live":
            return PlainTextResponse("log in first\n", 401)
        return RedirectResponse(f"/login?next={path}", 303)


def language_of(chosen: str | None, accepted: str | None) -> str:
    """The interface language: the one chosen, else the first accepted that there is, else English."""
    if chosen in LANGUAGES:
        return chosen
    for part in (accepted or "").split(","):
        code = part.split(";")[0].strip().lower()[:2]
        if code in LANGUAGES:
            return code
    return LANGUAGES[0]


def _cookies(connection: HTTPConnection) -> dict[str, str]:
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(connection.headers.get("cookie", ""))
    except CookieError:
        return {}
    return {name: morsel.value for name, morsel in jar.items()}


def _adding_headers(send: Send, form_token: str, scope: Scope) -> Send:
    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [*message.get("headers", []), *HEADERS]
            if not any(name == b"cache-control" for name, _ in headers):
                headers.append((b"cache-control", b"no-store"))
            if form_token:
                cookie = f"{FORM_COOKIE}={form_token}; Path=/; SameSite=Strict; HttpOnly{secure(scope)}"
                headers.append((b"set-cookie", cookie.encode()))
            message["headers"] = headers
        await send(message)

    return with_headers


def secure(scope: Scope) -> str:
    """The cookie attribute for a board reached over TLS, as a proxy in front of it tells."""
    return "; Secure" if over_tls(HTTPConnection(scope)) else ""


def over_tls(connection: HTTPConnection) -> bool:
    """Whether the reader's browser speaks TLS. A false claim only keeps the claimant's own cookies from coming back."""
    return connection.url.scheme == "https" or connection.headers.get("x-forwarded-proto", "").lower() == "https"
