"""Every feed of tests/cases/feeds gives exactly the entries written beside it; nothing makes the parser fall."""

import json
import sys
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.entries import FeedParse, NotAFeed
from ingest.feed import MAX_ENTRIES, parse

CASES = Path(__file__).parents[2] / "cases" / "feeds"
LISTED = tomllib.loads((CASES / "cases.toml").read_text(encoding="utf-8"))
GOLDEN = json.loads((CASES / "expected.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", [pytest.param(name, id=f"{name}: {case[0]}") for name, case in LISTED.items()])
def test_feed_gives_what_is_written_beside_it(name: str) -> None:
    _, url, content_type = LISTED[name]
    parsed = parse((CASES / name).read_bytes(), url, content_type)
    assert json.loads(msgspec.json.encode(parsed)) == GOLDEN[name]


def test_every_file_is_a_case() -> None:
    files = {path.name for path in CASES.iterdir()} - {"cases.toml", "expected.json"}
    assert files == set(LISTED) == set(GOLDEN)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_feed_or_a_reason(body: bytes) -> None:
    parsed = parse(body)
    assert isinstance(parsed, FeedParse) or parsed.reason


SEEDS = [(CASES / name).read_bytes() for name in LISTED]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_damage_to_a_feed_is_survived(data: st.DataObject) -> None:
    body = bytearray(data.draw(st.sampled_from(SEEDS)))
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(body)))
        end = min(len(body), start + data.draw(st.integers(0, 40)))
        body[start:end] = data.draw(st.binary(max_size=12))
    parsed = parse(bytes(body), "https://diario.example/feed", "application/rss+xml")
    assert isinstance(parsed, FeedParse | NotAFeed)


def test_a_feed_of_too_many_entries_is_cut() -> None:
    items = "".join(f"<item><link>https://a.example/{i}</link></item>" for i in range(MAX_ENTRIES + 5))
    parsed = parse(f'<rss version="2.0"><channel>{items}</channel></rss>'.encode())
    assert isinstance(parsed, FeedParse)
    assert len(parsed.entries) == MAX_ENTRIES
    assert "too-many-entries" in parsed.notes


@pytest.mark.parametrize("piece", ["<", "<a", "<!--", "&", "<![CDATA[", "<item>", "<!DOCTYPE ", "</", '<a b="', "]]>"])
def test_hostile_repetition_is_read_in_linear_time(piece: str) -> None:
    """Twice the bytes may cost little more than twice the work; counted in interpreter steps, not in seconds."""

    def steps(times: int) -> int:
        count = 0

        def tracer(*_: Any) -> Any:
            nonlocal count
            count += 1
            return tracer

        sys.settrace(tracer)
        try:
            parse(b'<rss version="2.0"><channel><item><title>' + (piece * times).encode())
        finally:
            sys.settrace(None)
        return count

    small, large = steps(200), steps(400)
    assert large < 3.5 * small + 20_000
