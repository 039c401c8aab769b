"""Alerts as signed HTTP POSTs."""

import hashlib
import hmac
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

import httpx
import msgspec

from newswatch.errors import Unavailable, Unprocessable
from sinks.notify.channels.base import Busy, Message

FINAL = frozenset({400, 410, 413, 414, 415, 422})
"""Answers that mean the message itself is refused; any other failure may be mended on the other side and is retried."""

LONGEST_WAIT = 3600.0
"""Seconds a Retry-After may ask for, at most."""


class WebhookChannel:
    """POSTs JSON: {"key", "title", "text", "alerts"}.

    Headers: Idempotency-Key (equal for every attempt), X-Newswatch-Timestamp (seconds since 1970) and, with a secret,
    X-Newswatch-Signature: "sha256=" + hex HMAC-SHA256 of timestamp + "." + body.
    """

    def __init__(
        self, url: str, secret: str = "", timeout: float = 10.0, headers: Mapping[str, str] | None = None
    ) -> None:
        self._url = url
        self._secret = secret.encode()
        self._headers = dict(headers or {})
        self._client = httpx.Client(timeout=timeout, follow_redirects=False)

    def send(self, message: Message) -> str:
        """Sends. Raises Unprocessable for answers in FINAL, Busy for one with Retry-After, Unavailable otherwise."""
        body = msgspec.json.encode(
            {"key": message.key, "title": message.title, "text": message.text, "alerts": message.alerts}
        )
        try:
            with self._client.stream("POST", self._url, content=body, headers=self._signed(message, body)) as answer:
                return self._judge(answer)
        except httpx.HTTPError as error:
            raise Unavailable(f"{type(error).__name__}: {error}") from error
        except (httpx.InvalidURL, UnicodeEncodeError) as error:
            raise Unprocessable(f"the webhook address {self._url!r} is wrong: {error}") from error

    def _signed(self, message: Message, body: bytes) -> dict[str, str]:
        moment = str(int(time.time()))
        headers = self._headers | {
            "Content-Type": "application/json",
            "Idempotency-Key": message.key,
            "X-Newswatch-Timestamp": moment,
        }
        if self._secret:
            mark = hmac.new(self._secret, moment.encode() + b"." + body, hashlib.sha256).hexdigest()
            headers["X-Newswatch-Signature"] = f"sha256={mark}"
        return headers

    def _judge(self, answer: httpx.Response) -> str:
        said = f"HTTP {answer.status_code}"
        if answer.is_success:
            return said
        if answer.status_code in FINAL:
            raise Unprocessable(f"{said}: the receiver refuses the message")
        wait = retry_after(answer.headers.get("retry-after"), time.time())
        if wait is not None:
            raise Busy(f"{said}, asks to wait {wait:.0f} s", wait)
        raise Unavailable(said)

    def close(self) -> None:
        """Closes connections."""
        self._client.close()


def retry_after(value: str | None, now: float) -> float | None:
    """Seconds a Retry-After header asks for (a number or a date), from 0 to LONGEST_WAIT; None when it says nothing."""
    if not value:
        return None
    if value.strip().isdigit():
        return min(float(value), LONGEST_WAIT)
    try:
        return min(max(parsedate_to_datetime(value).timestamp() - now, 0.0), LONGEST_WAIT)
    except ValueError:
        return None
