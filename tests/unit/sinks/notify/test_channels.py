"""Channels that need no network: files, console; and what a webhook makes of an answer."""

import io
from email.utils import format_datetime
from pathlib import Path
from xml.etree import ElementTree

import feedparser
import msgspec
import pytest

from newswatch.errors import Unavailable, UserError
from newswatch.settings import NotifySettings
from sinks.notify.channels.atom import ATOM, AtomChannel
from sinks.notify.channels.base import Message
from sinks.notify.channels.console import ConsoleChannel
from sinks.notify.channels.jsonlines import JsonLinesChannel
from sinks.notify.channels.webhook import LONGEST_WAIT, retry_after
from sinks.notify.config import load_config
from sinks.notify.making import make_channel
from sinks.notify.rendering import Renderer
from tests.unit.sinks.notify.samples import NOON, alert


def message(number: int = 1) -> Message:
    return Renderer().one(alert(number), "c")


def read_feed(folder: Path) -> ElementTree.Element:
    return ElementTree.parse(folder / "alerts.xml").getroot()  # noqa: S314  # written by the channel under test


def test_a_line_an_alert(tmp_path: Path) -> None:
    channel = JsonLinesChannel(tmp_path / "new" / "alerts.jsonl")
    channel.send(message(1))
    channel.send(message(2))
    lines = [msgspec.json.decode(line) for line in (tmp_path / "new" / "alerts.jsonl").read_bytes().splitlines()]
    assert [line["alert_id"] for line in lines] == ["a1", "a2"]
    assert lines[0]["idempotency_key"] == message(1).key


def test_a_line_cut_short_by_a_crash_does_not_spoil_the_next(tmp_path: Path) -> None:
    path = tmp_path / "alerts.jsonl"
    path.write_bytes(b'{"alert_id": "a0"}\n{"alert_')
    JsonLinesChannel(path).send(message(1))
    assert msgspec.json.decode(path.read_bytes().splitlines()[-1])["alert_id"] == "a1"


def test_a_file_that_cannot_be_written_is_tried_again_later(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(Unavailable, match="cannot be written"):
        JsonLinesChannel(tmp_path / "file" / "alerts.jsonl").send(message())


def test_the_feed_keeps_the_newest_and_replaces_a_repeat(tmp_path: Path) -> None:
    channel = AtomChannel(tmp_path / "alerts.xml", limit=2)
    for number in (1, 2, 3, 3):
        channel.send(message(number))
    entries = read_feed(tmp_path).findall(f"{{{ATOM}}}entry")
    assert [entry.findtext(f"{{{ATOM}}}title") for entry in entries] == [message(3).title, message(2).title]


def test_control_characters_do_not_break_the_feed(tmp_path: Path) -> None:
    AtomChannel(tmp_path / "alerts.xml").send(Renderer().one(alert(title="a\x00\x0bb & <c>"), "c"))
    assert read_feed(tmp_path).find(f"{{{ATOM}}}entry") is not None


def test_the_feed_is_one_that_readers_understand(tmp_path: Path) -> None:
    channel = AtomChannel(tmp_path / "alerts.xml", title="Alertas «Cuba»")
    channel.send(Renderer("es").one(alert(1, url="https://news.example/1"), "c"))
    channel.send(Renderer("es").several([alert(2), alert(3)], "digest", "c"))
    read = feedparser.parse((tmp_path / "alerts.xml").read_bytes())
    assert (read.bozo, read.version, read.feed.title) == (False, "atom10", "Alertas «Cuba»")
    assert ["2 alertas" in read.entries[0].title, read.entries[1].link] == [True, "https://news.example/1"]
    assert all(entry.updated_parsed and entry.id and entry.content[0].value for entry in read.entries)


def test_the_console_outlives_its_reader() -> None:
    stream = io.StringIO()
    ConsoleChannel(stream).send(message())
    assert "A strike, number 1" in stream.getvalue()
    stream.close()
    assert ConsoleChannel(stream).send(message()) == "nobody is reading"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        pytest.param("7", 7, id="seconds"),
        pytest.param("99999999", LONGEST_WAIT, id="no longer than the limit"),
        pytest.param(format_datetime(NOON), 0, id="a date that is past"),
        pytest.param("soon", None, id="nonsense"),
        pytest.param(None, None, id="nothing"),
    ],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, NOON.timestamp() + 5) == seconds


def test_without_a_channels_file_the_settings_name_the_channels(tmp_path: Path) -> None:
    settings = NotifySettings(webhook_url="http://x.example/", apprise="json://a.example, json://b.example")
    channels = load_config(settings, tmp_path).channels
    assert list(channels) == ["file", "console", "webhook", "apprise-1", "apprise-2"]
    assert channels["file"].path == tmp_path / "alerts.jsonl"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("channels: {a: {type: pigeon}}", "type", id="an unknown type"),
        pytest.param("channels: {a: {type: console, colour: red}}", "colour", id="an unknown option"),
        pytest.param("channels: {a: {type: console}}\nroutes: [{channels: b}]", "'b'", id="a route to nowhere"),
        pytest.param("channels: {a: {type: console}}\nroutes: [{match: {hue: x}, channels: a}]", "hue", id="a field"),
        pytest.param("channels: {a: {type: console, schedule: daily}}", "cron", id="no schedule"),
        pytest.param(
            "channels: {a: {type: console, quiet_hours: {start: '22:00', end: '07:00', timezone: Caracas}}}",
            "time zone",
            id="no time zone",
        ),
        pytest.param("channels: [", "cannot be read", id="no YAML"),
    ],
)  # fmt: skip
def test_a_wrong_channels_file_is_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "channels.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=sentence):
        load_config(NotifySettings(channels_file=path), tmp_path)


@pytest.mark.parametrize("kind", ["file", "webhook", "email", "apprise", "feed", "alertmanager"])
def test_a_channel_without_what_it_needs_says_so(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "channels.yaml"
    path.write_text(f"channels: {{desk: {{type: {kind}}}}}", encoding="utf-8")
    config = load_config(NotifySettings(channels_file=path), tmp_path)
    with pytest.raises(UserError, match="channel desk: a channel of type"):
        make_channel("desk", config.channels["desk"])
