"""What a fetch comes back with: an answer or a failure; and the signs of a page that wants a browser. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from ingest.failures import Failure

CHALLENGE_HEADERS = (
    ("cf-mitigated", "challenge"),
    ("x-amzn-waf-action", "challenge"),
    ("x-amzn-waf-action", "captcha"),
)
CHALLENGE_WORDS = (
    b"/cdn-cgi/challenge-platform/",
    b"cf-browser-verification",
    b"__cf_chl_",
    b"<title>Just a moment...</title>",
    b"<title>Attention Required! | Cloudflare</title>",
    b"_Incapsula_Resource",
    b"/.well-known/sgcaptcha",
    b"ddos-guard/js-challenge",
    b"sucuri_cloudproxy_js",
    b"px-captcha",
    b"captcha-delivery.com",
    b"awsWafCookieDomainList",
)  # what Cloudflare, Imperva, SiteGround, DDoS-Guard, Sucuri, HUMAN, DataDome and AWS put into such a page
CHALLENGE_WITHIN = 32 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A 200 with its body unpacked, or a 304 without one.

    `url` is the address that answered; `permanent` the one every hop said the page has moved to for good; `headers`
    has canonical names (Etag, Content-Type); `seconds` from the first byte sent to the last received.
    """

    status: int
    url: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    permanent: str | None = None
    hops: int = 0
    seconds: float = 0.0

    def header(self, name: str) -> str | None:
        """The header's value, None when it is absent or empty."""
        return self.headers.get(name.title()) or None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A fetch that brought nothing: its class, a sentence for people, and what the server said."""

    failure: Failure
    detail: str
    url: str
    status: int | None = None
    retry_after: timedelta | None = None
    content_type: str | None = None
    seconds: float = 0.0


def is_challenge(status: int, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether the answer is a page that asks for a browser instead of what was asked for."""
    lowered = {name.lower(): value.lower() for name, value in headers.items()}
    if any(lowered.get(name) == value for name, value in CHALLENGE_HEADERS):
        return True
    if status not in (200, 202, 401, 403, 405, 429, 503) or "html" not in lowered.get("content-type", "html"):
        return False
    if status == 200 and (len(body) >= CHALLENGE_WITHIN or body.lstrip()[:5].lower() not in (b"<html", b"<!doc")):
        return False
    head = body[:CHALLENGE_WITHIN]
    return any(word in head for word in CHALLENGE_WORDS)
