"""Who may see the board and who may act: login by token or proxy header, forged requests, rates. Pure."""

import hashlib
import hmac
import ipaddress
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from newswatch.errors import UserError
from newswatch.settings import BoardSettings

SESSION_SECONDS = 14 * 24 * 3600
MOST_KEYS = 10_000
"""Clients whose request rate is remembered."""


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine's own address and nobody else's."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def check_exposure(settings: BoardSettings) -> None:
    """Raises UserError for a board that others could reach without a login."""
    guarded = settings.token.get_secret_value() or settings.proxy_header
    if not is_loopback(settings.host) and not guarded:
        raise UserError(
            f"the board would be open to everyone who reaches {settings.host}: set NEWSWATCH_BOARD__TOKEN (or "
            "NEWSWATCH_BOARD__TOKEN_FILE), or NEWSWATCH_BOARD__PROXY_HEADER behind a proxy that logs people in"
        )
    token = settings.token.get_secret_value()
    if token and len(token) < 12:
        raise UserError("NEWSWATCH_BOARD__TOKEN is too short to be safe: use at least 12 characters")


class Sessions:
    """Signed sessions: nothing is kept on the server, so that any board with the same token takes them."""

    def __init__(self, token: str) -> None:
        self._token = token
        self._key = hashlib.sha256(b"newswatch board session\0" + token.encode()).digest()

    def right(self, token: str) -> bool:
        """Whether it is the token, compared in constant time."""
        return bool(self._token) and hmac.compare_digest(token.encode(), self._token.encode())

    def make(self, name: str, now: float) -> str:
        """A session of `name` for SESSION_SECONDS from `now` (seconds since 1970)."""
        body = f"{name.encode().hex()}.{int(now) + SESSION_SECONDS}"
        return f"{body}.{self._sign(body)}"

    def name(self, session: str, now: float) -> str | None:
        """Whose session it is; None for a forged, broken or past one."""
        body, _, signature = session.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._sign(body).encode()):
            return None
        who, _, until = body.partition(".")
        if int(until) < now:
            return None
        return bytes.fromhex(who).decode()

    def _sign(self, body: str) -> str:
        return hmac.new(self._key, body.encode(), hashlib.sha256).hexdigest()


class Forged(StrEnum):
    """Whether a request that changes something comes from our own pages."""

    NO = "own page"
    OTHER_SITE = "sent by another site"
    NO_TOKEN = "without the page's token"  # noqa: S105 - a reason, no secret


def forged(cookie: str, field: str, origin: str | None, site: str | None, host: str) -> Forged:
    """A forged request has another origin, or its form field differs from the cookie that only our pages can read.

    `site` is the Sec-Fetch-Site header, `host` the Host header.
    """
    if site not in (None, "same-origin"):
        return Forged.OTHER_SITE
    if origin and urlsplit(origin).netloc != host:
        return Forged.OTHER_SITE
    if not cookie or not hmac.compare_digest(cookie.encode(), field.encode()):
        return Forged.NO_TOKEN
    return Forged.NO


def new_form_token() -> str:
    """A random token for forms."""
    return secrets.token_urlsafe(24)


def own_host(header: str, bound: str, guarded: bool) -> bool:
    """Whether a Host header may be answered. An unguarded board on loopback answers to loopback names alone, so that
    no other site can reach it by pointing its own name here."""
    if guarded or not is_loopback(bound):
        return True
    try:
        return is_loopback(urlsplit(f"//{header}").hostname or "")
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` requests at once, then `per_second`."""

    burst: float
    per_second: float


PAGES = Rate(120, 30)
ACTIONS = Rate(20, 0.5)
LOGINS = Rate(5, 0.1)


class RateLimit:
    """A bucket of requests for each client, refilled over time; forgets the clients not seen for longest."""

    def __init__(self, rate: Rate, clock: Callable[[], float]) -> None:
        self._rate, self._clock = rate, clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def allow(self, client: str) -> bool:
        """Takes one request from the client's bucket; False when it is empty."""
        now = self._clock()
        left, at = self._buckets.pop(client, (self._rate.burst, now))
        left = min(self._rate.burst, left + (now - at) * self._rate.per_second)
        allowed = left >= 1
        self._buckets[client] = (left - 1 if allowed else left, now)
        while len(self._buckets) > MOST_KEYS:
            self._buckets.popitem(last=False)
        return allowed
