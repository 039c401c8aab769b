"""Every way a fetch can fail, what each weighs, and how long to wait after it. Pure."""

from datetime import timedelta
from enum import StrEnum

MAX_BACK_OFF = timedelta(hours=24)
"""A failing feed is asked at least once a day, for ever: what looks dead comes back."""


class Failure(StrEnum):
    """Classes of failure; the text after # is what documentation shows."""

    DNS_TEMPORARY = "dns-temporary"  # the name could not be looked up for now
    UNKNOWN_HOST = "unknown-host"  # no such name
    UNREACHABLE = "unreachable"  # the connection was refused, reset or has no route
    TIMEOUT = "timeout"  # no answer, or not all of it, in time
    TLS = "tls"  # the certificate is wrong or the handshake failed
    BROKEN = "broken-response"  # bytes that are not HTTP, or a body cut short
    BAD_ENCODING = "bad-encoding"  # compressed data that cannot be unpacked
    TOO_LARGE = "too-large"  # more than the limit, counted after unpacking
    NOT_FOUND = "not-found"  # 404
    GONE = "gone"  # 410
    FORBIDDEN = "forbidden"  # 401, 402, 403 or 451
    THROTTLED = "throttled"  # 429, or 503 with Retry-After
    CHALLENGE = "challenge"  # a page that wants a browser to prove itself
    CLIENT_ERROR = "client-error"  # any other 4xx
    SERVER_ERROR = "server-error"  # 5xx
    REDIRECTS = "redirects"  # a loop, more than ten, or one to nowhere
    REFUSED_ADDRESS = "refused-address"  # an address this program must not connect to
    BAD_ADDRESS = "bad-address"  # not an http(s) address
    ROBOTS = "robots"  # the site's robots.txt asks not to
    NOT_A_FEED = "not-a-feed"  # an answer that is something else
    HOST_PAUSED = "host-paused"  # the host asked for a pause that is not over


HARD, SOFT, TEMPORARY = 1.0, 0.5, 0.25
WEIGHTS: dict[Failure, float] = {
    Failure.DNS_TEMPORARY: TEMPORARY,
    Failure.UNKNOWN_HOST: SOFT,
    Failure.UNREACHABLE: SOFT,
    Failure.TIMEOUT: SOFT,
    Failure.TLS: SOFT,
    Failure.BROKEN: SOFT,
    Failure.BAD_ENCODING: SOFT,
    Failure.TOO_LARGE: HARD,
    Failure.NOT_FOUND: SOFT,
    Failure.GONE: HARD,
    Failure.FORBIDDEN: HARD,
    Failure.THROTTLED: SOFT,
    Failure.CHALLENGE: HARD,
    Failure.CLIENT_ERROR: HARD,
    Failure.SERVER_ERROR: SOFT,
    Failure.REDIRECTS: HARD,
    Failure.REFUSED_ADDRESS: HARD,
    Failure.BAD_ADDRESS: HARD,
    Failure.ROBOTS: HARD,
    Failure.NOT_A_FEED: HARD,
    Failure.HOST_PAUSED: 0.0,
}
"""Hard, soft and temporary failures as Media Cloud's rss-fetcher weighs them; the rest by likeness."""

BLOCKING = frozenset({Failure.FORBIDDEN, Failure.CHALLENGE, Failure.THROTTLED})
"""The server is there and does not want us."""
NETWORK = frozenset({Failure.DNS_TEMPORARY, Failure.UNKNOWN_HOST, Failure.UNREACHABLE, Failure.TIMEOUT})
"""May be our own network as well as theirs."""


def back_off(interval: float, failures: float) -> float:
    """Seconds to wait after `failures` weighted failures in a row: linear, at least one interval, at most a day."""
    return min(max(interval, interval * failures), MAX_BACK_OFF.total_seconds())


def of_status(status: int, *, retry_after: bool = False) -> Failure:
    """The class of an HTTP status that is not a success."""
    named = {404: Failure.NOT_FOUND, 410: Failure.GONE, 429: Failure.THROTTLED, 408: Failure.TIMEOUT}
    if status in named:
        return named[status]
    if status in (401, 402, 403, 407, 451):
        return Failure.FORBIDDEN
    if status == 503 and retry_after:
        return Failure.THROTTLED
    if 300 <= status < 400:
        return Failure.REDIRECTS
    return Failure.SERVER_ERROR if status >= 500 else Failure.CLIENT_ERROR
