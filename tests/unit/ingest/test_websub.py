"""WebSub decisions: what to ask for, what to confirm, whose signature holds."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ingest.websub import LEASE, LONGEST_LEASE, Check, confirm, read_check, signature_holds, token_of, topic_of, wants
from newswatch.records.feed import FeedRecord, FeedSettings, PollState

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
CALLBACK = "https://news.example/websub"
URL = "https://diario.example/feed"


def record(**state: Any) -> FeedRecord:
    facts: dict[str, Any] = {
        "hub": "https://hub.example/", "hub_topic": URL, "hub_secret": "s", "hub_callback": CALLBACK,
    } | state  # fmt: skip
    return FeedRecord(settings=FeedSettings(url=URL), state=PollState(**facts))


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        pytest.param(record(), True, id="a hub and no lease"),
        pytest.param(record(hub=None), False, id="no hub"),
        pytest.param(record(hub="ftp://hub.example/"), False, id="a hub nobody can post to"),
        pytest.param(record(hub_lease_until=NOW + timedelta(days=3)), False, id="a lease that lasts"),
        pytest.param(record(hub_lease_until=NOW + timedelta(hours=2)), True, id="a lease that ends soon"),
        pytest.param(record(hub_lease_until=NOW - timedelta(hours=2)), True, id="a lease that is over"),
        pytest.param(
            record(hub_lease_until=NOW + timedelta(days=3), hub_callback="https://other.example/websub"),
            True,
            id="a lease that leads to the poller that held the feed before",
        ),
    ],
)
def test_wants(given: FeedRecord, asked: bool) -> None:
    assert wants(given, CALLBACK, NOW) is asked


@pytest.mark.parametrize(
    ("check", "until"),
    [
        pytest.param(Check("subscribe", URL, "c", 3600), NOW + timedelta(hours=1), id="the lease the hub grants"),
        pytest.param(Check("subscribe", URL, "c", None), NOW + LEASE, id="no lease named"),
        pytest.param(Check("subscribe", URL, "c", 10**9), NOW + LONGEST_LEASE, id="a lease without end"),
        pytest.param(Check("unsubscribe", URL, "c", None), None, id="an end of the subscription"),
    ],
)
def test_a_check_of_what_we_asked_is_confirmed(check: Check, until: datetime | None) -> None:
    confirmed = confirm(record(), check, NOW)
    assert confirmed is not None
    assert confirmed.state.hub_lease_until == until


@pytest.mark.parametrize(
    ("given", "check"),
    [
        pytest.param(None, Check("subscribe", URL, "c", 1), id="a feed we do not hold"),
        pytest.param(record(), Check("subscribe", "https://other.example/", "c", 1), id="another topic"),
        pytest.param(record(hub_secret=None), Check("subscribe", URL, "c", 1), id="we never asked"),
        pytest.param(record(), Check("dance", URL, "c", 1), id="an unknown mode"),
    ],
)
def test_any_other_check_is_refused(given: FeedRecord | None, check: Check) -> None:
    assert confirm(given, check, NOW) is None


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_a_true_signature_holds(method: str) -> None:
    good = hmac.new(b"s", b"body", getattr(hashlib, method)).hexdigest()
    assert signature_holds("s", f"{method}={good}", b"body")
    assert not signature_holds("s", f"{method}={good}", b"other body")
    assert not signature_holds("t", f"{method}={good}", b"body")


@pytest.mark.parametrize("header", [None, "", "sha256=", "md5=abc", "sha256", "sha256=zz"])
def test_no_other_signature_holds(header: str | None) -> None:
    assert not signature_holds("s", header, b"body")
    assert not signature_holds(None, header, b"body")


def test_topic_and_token() -> None:
    assert topic_of(record(hub_topic="https://diario.example/self")) == "https://diario.example/self"
    assert topic_of(record(hub_topic=None)) == URL
    assert token_of(URL) != token_of(URL + "/")
    assert read_check({"hub.mode": "subscribe"}) is None
