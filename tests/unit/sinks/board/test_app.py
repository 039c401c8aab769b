"""The whole application without servers: headers, login, forged forms, rates, faults as pages, both languages."""

import re
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from elasticsearch import Elasticsearch
from pydantic import SecretStr

from newswatch.records.silence import Silence
from newswatch.settings import BoardSettings, KafkaSettings, Settings
from sinks.board.access import Sessions
from sinks.board.actions import Actions
from sinks.board.app import application
from sinks.board.board import Board
from sinks.board.flow_state import FlowReader
from sinks.board.follower import Follower
from sinks.board.overview import Overview
from sinks.board.reading import Index
from sinks.board.ring import Ring
from sinks.board.stream import Audience

TOKEN = "correct horse battery"
DONE: list[tuple[Any, ...]] = []


def silence(matchers: Mapping[str, Sequence[str]], length: timedelta, by: str, note: str) -> str:
    DONE.append(("silence", dict(matchers), length, by, note))
    return "s1"


SILENCE = Silence(
    silence_id="s1", created_at=datetime(2026, 1, 9, tzinfo=UTC), until=datetime(2026, 1, 10, tzinfo=UTC), by="ana",
    matchers={"rule": ("<b>boats</b>",)}, note="known",
)  # fmt: skip
ACTIONS = Actions(
    acknowledge=lambda ident, by, note: DONE.append(("acknowledge", ident, by, note)),
    resolve=lambda ident, by, note: DONE.append(("resolve", ident, by, note)),
    silence=silence,
    silences=lambda: [SILENCE],
    unsilence=lambda ident: DONE.append(("unsilence", ident)),
    check_rule=lambda text: ["line 1: wrong"] if "wrong" in text else [],
    rule_text=lambda ident: f"rules: [{ident}]",
    backtest=lambda text: {"articles": 3, "fired": 0, "alerts": []},
)


def board(tmp_path: Path, **changes: Any) -> Board:
    settings = Settings(data=tmp_path, board=BoardSettings(**changes), kafka=KafkaSettings(bootstrap="127.0.0.1:9"))
    client = Elasticsearch("http://127.0.0.1:9", max_retries=0, retry_on_timeout=False)
    index = Index(client, "t")
    return Board(
        settings=settings, index=index, overview=Overview(index), flow=FlowReader(settings.kafka, tmp_path),
        ring=Ring("e", 0), audience=Audience(), actions=ACTIONS, sessions=Sessions(TOKEN if "token" in changes else ""),
        follower=Follower(settings.kafka, lambda _: None, lambda _: None, threading.Event()),
    )  # fmt: skip


def client(made: Board, host: str = "127.0.0.1:8000", **headers: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=application(made))
    return httpx.AsyncClient(transport=transport, base_url=f"http://{host}", headers=headers)


async def form_token(reader: httpx.AsyncClient, path: str = "/rules/new") -> str:
    page = (await reader.get(path)).text
    found = re.search(r'name="form_token" value="([^"]+)"', page)
    assert found
    return found.group(1)


async def test_when_elasticsearch_is_away_pages_say_so(tmp_path: Path) -> None:
    async with client(board(tmp_path)) as reader:
        for path in ("/", "/search?q=x", "/alerts", "/story/x", "/feeds", f"/trace/{'a' * 32}", "/rejected/abcdef"):
            answer = await reader.get(path)
            assert answer.status_code == 503, path
            assert "A server is away" in answer.text
            assert "script-src 'self'" in answer.headers["content-security-policy"]


async def test_what_is_no_id_is_told(tmp_path: Path) -> None:
    async with client(board(tmp_path)) as reader:
        answer = await reader.get("/trace/abcdef")
        assert answer.status_code == 400
        assert "neither an address nor an id" in answer.text


async def test_words_from_the_address_are_escaped(tmp_path: Path) -> None:
    async with client(board(tmp_path)) as reader:
        for path in ("/%3Cscript%3Ex", "/search?q=%22%3E%3Cscript%3Ex:y", "/rules/new?q=%3C/textarea%3E%3Cscript%3E"):
            page = (await reader.get(path)).text
            assert "<script>" not in page
            assert "</textarea><" not in page.split("</textarea>", 1)[0]


async def test_the_interface_follows_the_reader(tmp_path: Path) -> None:
    async with client(board(tmp_path), **{"accept-language": "es-VE,es;q=0.9"}) as reader:
        assert 'lang="es"' in (await reader.get("/rules/new")).text
        token = await form_token(reader)
        await reader.post(
            "/choose", data={"form_token": token, "language": "en", "theme": "dark", "back": "/rules/new"}
        )
        page = (await reader.get("/rules/new")).text
        assert 'lang="en"' in page
        assert 'data-theme="dark"' in page


async def test_actions_need_the_pages_own_form(tmp_path: Path) -> None:
    DONE.clear()
    async with client(board(tmp_path)) as reader:
        token = await form_token(reader)
        assert (await reader.post("/alert/a1/acknowledge", data={"note": "x"})).status_code == 403
        forged = {"origin": "http://evil.example"}
        fields = {"form_token": token, "note": "seen"}
        assert (await reader.post("/alert/a1/acknowledge", data=fields, headers=forged)).status_code == 403
        assert DONE == []
        assert (await reader.post("/alert/a1/acknowledge", data=fields)).status_code == 303
        assert (await reader.post("/alert/a1/resolve", data=fields)).headers["location"] == "/alert/a1?done=resolved"
        assert DONE == [("acknowledge", "a1", "local", "seen"), ("resolve", "a1", "local", "seen")]


async def test_silences_in_force_are_listed_and_can_be_ended(tmp_path: Path) -> None:
    DONE.clear()
    async with client(board(tmp_path)) as reader:
        shown = (await reader.get("/silences")).text
        assert "rule: &lt;b&gt;boats&lt;/b&gt;" in shown
        assert "ana: known" in shown
        ended = await reader.post("/silences/s1/end", data={"form_token": await form_token(reader, "/silences")})
        assert ended.headers["location"] == "/silences?done=unsilenced"
        assert DONE == [("unsilence", "s1")]


async def test_a_form_with_too_much_in_it_is_refused(tmp_path: Path) -> None:
    async with client(board(tmp_path)) as reader:
        for fields in ({f"f{number}": "x" for number in range(200)}, {"rule": "x" * 300_000}):
            assert (await reader.post("/rules/backtest", data=fields)).status_code == 413


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example"])
async def test_a_form_leads_to_the_board_alone(tmp_path: Path, target: str) -> None:
    async with client(board(tmp_path)) as reader:
        fields = {"form_token": await form_token(reader), "back": target}
        answer = await reader.post("/choose", data=fields)
        assert answer.headers["location"] == "/"


async def test_a_rule_is_checked_before_it_is_tried(tmp_path: Path) -> None:
    async with client(board(tmp_path)) as reader:
        token = await form_token(reader)
        wrong = await reader.post("/rules/backtest", data={"form_token": token, "rule": "wrong"})
        assert wrong.status_code == 400
        assert "line 1: wrong" in wrong.text
        right = await reader.post("/rules/backtest", data={"form_token": token, "rule": "right"})
        assert "The rule is right" in right.text


async def test_with_a_token_nothing_is_shown_before_login(tmp_path: Path) -> None:
    made = board(tmp_path, host="0.0.0.0", token=SecretStr(TOKEN))
    async with client(made, host="board.example") as reader:
        for path in ("/", "/search?q=x", "/alert/a1"):
            assert (await reader.get(path)).headers["location"].startswith("/login")
        assert (await reader.get("/live?on=alerts")).status_code == 401
        token = await form_token(reader, "/login")
        wrong = await reader.post("/login", data={"form_token": token, "token": "guess"})
        assert wrong.status_code == 403
        done = await reader.post(
            "/login", data={"form_token": token, "token": TOKEN, "name": "ana", "back": "/rules/new"}
        )
        assert done.headers["location"] == "/rules/new"
        assert "httponly" in done.headers["set-cookie"].lower()
        assert (await reader.get("/rules/new")).status_code == 200
        DONE.clear()
        await reader.post("/alert/a1/acknowledge", data={"form_token": token})
        assert DONE[0][2] == "ana"
        await reader.post("/logout", data={"form_token": token})
        assert (await reader.get("/rules/new")).status_code == 303


async def test_behind_tls_cookies_stay_on_tls(tmp_path: Path) -> None:
    made = board(tmp_path, host="0.0.0.0", token=SecretStr(TOKEN))
    async with client(made, host="board.example", **{"x-forwarded-proto": "https"}) as reader:
        assert "Secure" in (await reader.get("/login")).headers["set-cookie"]
    async with client(made, host="board.example") as reader:
        assert "Secure" not in (await reader.get("/login")).headers["set-cookie"]


async def test_guessing_tokens_is_slowed_down(tmp_path: Path) -> None:
    made = board(tmp_path, host="0.0.0.0", token=SecretStr(TOKEN))
    async with client(made, host="board.example") as reader:
        token = await form_token(reader, "/login")
        codes = [
            (await reader.post("/login", data={"form_token": token, "token": f"guess {n}"})).status_code
            for n in range(9)
        ]
        assert codes[-1] == 429


async def test_behind_a_proxy_the_header_names_the_reader(tmp_path: Path) -> None:
    made = board(tmp_path, host="0.0.0.0", proxy_header="X-Forwarded-User")
    async with client(made, host="board.example") as reader:
        assert (await reader.get("/rules/new")).status_code == 403
        assert (await reader.get("/rules/new", headers={"x-forwarded-user": "ana"})).status_code == 200


async def test_another_sites_name_pointed_here_gets_nothing(tmp_path: Path) -> None:
    async with client(board(tmp_path), host="evil.example") as reader:
        assert (await reader.get("/rules/new")).status_code == 421


async def test_too_many_requests_are_asked_to_wait(tmp_path: Path) -> None:
    async with client(board(tmp_path)) as reader:
        codes = {(await reader.get("/healthz")).status_code for _ in range(200)}
        assert codes == {200, 429}
        assert (await reader.get("/static/board.js")).status_code == 200


async def test_only_known_channels_are_pushed(tmp_path: Path) -> None:
    async with client(board(tmp_path)) as reader:
        for query in ("", "?on=", "?on=everything", "?on=now:5y:", "?on=articles:venezuela"):
            assert (await reader.get(f"/live{query}")).status_code == 400, query
