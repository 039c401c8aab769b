"""Who may see and do what: exposure, sessions, forged forms, hosts, request rates."""

import pytest
from pydantic import SecretStr

from newswatch.errors import UserError
from newswatch.settings import BoardSettings
from sinks.board.access import Forged, Rate, RateLimit, Sessions, check_exposure, forged, own_host

TOKEN = "correct horse battery"


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param(BoardSettings(), id="loopback needs no login"),
        pytest.param(BoardSettings(host="::1"), id="nor does it in IPv6"),
        pytest.param(BoardSettings(host="0.0.0.0", token=SecretStr(TOKEN)), id="a token guards every address"),
        pytest.param(BoardSettings(host="0.0.0.0", proxy_header="X-Forwarded-User"), id="so does a proxy"),
    ],
)
def test_a_guarded_or_local_board_may_start(settings: BoardSettings) -> None:
    check_exposure(settings)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (BoardSettings(host="0.0.0.0"), "open to everyone"),
        (BoardSettings(host="board.example"), "open to everyone"),
        (BoardSettings(token=SecretStr("short")), "at least 12 characters"),
    ],
)
def test_an_open_board_does_not_start(settings: BoardSettings, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        check_exposure(settings)


def test_a_session_is_good_at_every_board_with_the_token_until_it_ends() -> None:
    session = Sessions(TOKEN).make("Ana Díaz", 1000)
    assert Sessions(TOKEN).name(session, 2000) == "Ana Díaz"
    assert Sessions(TOKEN).name(session, 1000 + 15 * 24 * 3600) is None
    assert Sessions("another token").name(session, 2000) is None


@pytest.mark.parametrize("broken", ["", ".", "a.b", "..", "x" * 500, "é.1.2"])
def test_a_session_that_is_none_names_nobody(broken: str) -> None:
    assert Sessions(TOKEN).name(broken, 0) is None


def test_without_a_token_no_token_is_right() -> None:
    assert not Sessions("").right("")


@pytest.mark.parametrize(
    ("cookie", "field", "origin", "site", "verdict"),
    [
        pytest.param("t", "t", "http://b:1", "same-origin", Forged.NO, id="our own page"),
        pytest.param("t", "t", None, None, Forged.NO, id="a program that has read the page"),
        pytest.param("t", "t", "http://evil", None, Forged.OTHER_SITE, id="another origin"),
        pytest.param("t", "t", "null", None, Forged.OTHER_SITE, id="a hidden origin"),
        pytest.param("t", "t", None, "cross-site", Forged.OTHER_SITE, id="another site"),
        pytest.param("t", "t", None, "same-site", Forged.OTHER_SITE, id="a sister host"),
        pytest.param("t", "u", None, None, Forged.NO_TOKEN, id="a wrong field"),
        pytest.param("", "", None, None, Forged.NO_TOKEN, id="no cookie at all"),
    ],
)
def test_only_our_pages_may_act(cookie: str, field: str, origin: str | None, site: str | None, verdict: Forged) -> None:
    assert forged(cookie, field, origin, site, "b:1") is verdict


@pytest.mark.parametrize(
    ("header", "bound", "guarded", "allowed"),
    [
        ("127.0.0.1:80", "127.0.0.1", False, True),
        ("localhost:80", "127.0.0.1", False, True),
        ("[::1]:80", "127.0.0.1", False, True),
        ("evil.example", "127.0.0.1", False, False),
        ("[broken", "127.0.0.1", False, False),
        ("board.example", "127.0.0.1", True, True),
        ("board.example", "0.0.0.0", True, True),
    ],
)
def test_an_unguarded_board_answers_to_loopback_names_alone(
    header: str, bound: str, guarded: bool, allowed: bool
) -> None:
    assert own_host(header, bound, guarded) is allowed


def test_requests_come_in_a_burst_and_then_at_a_rate() -> None:
    now = [0.0]
    limit = RateLimit(Rate(3, 1), lambda: now[0])
    assert [limit.allow("a") for _ in range(4)] == [True, True, True, False]
    assert limit.allow("b")
    now[0] = 1.0
    assert [limit.allow("a"), limit.allow("a")] == [True, False]
