"""What is new, what is revised and what is known, however publishers mangle GUIDs, addresses and titles."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.entries import Entry
from ingest.identity import Kind, judge, remember
from newswatch.identity import article_id
from newswatch.records.feed import SeenEntry

FEED = "https://diario.example/feed"
NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
DAY = datetime(2026, 1, 5, tzinfo=UTC)


def entry(
    guid: str | None = "g", path: str | None = "/a", title: str = "Título", body: str = "Texto", **more: object
) -> Entry:
    facts: dict[str, Any] = {"published": DAY} | more
    return Entry(guid=guid, url=f"https://diario.example{path}" if path else None, title=title, summary=body, **facts)


def after(*entries: Entry) -> tuple[SeenEntry, ...]:
    return remember((), judge(FEED, (), entries, NOW))


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        pytest.param(entry(), entry(), Kind.KNOWN, id="the same entry is known"),
        pytest.param(entry(), entry(body="Texto corregido"), Kind.REVISED, id="other words are a revision"),
        pytest.param(entry(), entry(title="Otro título"), Kind.REVISED, id="a retitled entry is a revision"),
        pytest.param(entry(), entry(body="<p>Texto</p>"), Kind.KNOWN, id="other markup is no revision"),
        pytest.param(entry(), entry(published=LATER), Kind.KNOWN, id="another date is no revision"),
        pytest.param(entry(), entry(guid="h"), Kind.KNOWN, id="a changed GUID is known by its address"),
        pytest.param(entry(), entry(path="/nuevo"), Kind.KNOWN, id="a moved entry is known by its GUID"),
        pytest.param(
            entry(), entry(guid="h", path="/nuevo"), Kind.KNOWN, id="changed GUID and address: title and date tell"
        ),
        pytest.param(entry(), entry(path="/a?utm_source=x"), Kind.KNOWN, id="tracking parameters change nothing"),
        pytest.param(
            entry(), entry(path="/b", title="Otra", published=LATER), Kind.NEW, id="a GUID used again for another entry"
        ),
        pytest.param(entry(), entry(guid="h", path="/b"), Kind.KNOWN, id="same title and second elsewhere"),
        pytest.param(entry(), entry(guid="h", path="/b", title="Otra"), Kind.NEW, id="all different is new"),
        pytest.param(entry(), entry(guid="h", path="/b", published=None), Kind.NEW, id="a title alone does not tell"),
        pytest.param(
            entry(path="/a", title="Vieja"),
            entry(path="/b", title="Nueva"),
            Kind.REVISED,
            id="retitled with a new slug",
        ),
        pytest.param(entry(guid=None), entry(guid=None), Kind.KNOWN, id="no GUID: the address tells"),
        pytest.param(entry(path=None), entry(path=None), Kind.KNOWN, id="no address: the GUID tells"),
        pytest.param(
            entry(guid=None, path=None), entry(guid=None, path=None), Kind.KNOWN, id="neither: title and date tell"
        ),
        pytest.param(entry(), entry(path="/a/"), Kind.KNOWN, id="a trailing slash changes nothing"),
    ],
)
def test_second_look(before: Entry, now: Entry, expected: Kind) -> None:
    memory = after(before)
    (judged,) = judge(FEED, memory, [now], LATER)
    assert judged.kind is expected
    if expected is not Kind.NEW:
        assert judged.article_id == memory[0].article
        assert judged.seen.first_seen == int(NOW.timestamp())


def test_a_plain_entry_has_the_id_of_its_address() -> None:
    (judged,) = judge(FEED, (), [entry()], NOW)
    assert judged.article_id == article_id("https://diario.example/a")


def test_repeated_guids_are_told_apart_by_their_addresses() -> None:
    first = [entry(guid="0", path=f"/{i}", title=f"t{i}") for i in range(3)]
    judged = judge(FEED, (), first, NOW)
    assert len({item.article_id for item in judged}) == 3
    memory = remember((), judged)
    again = judge(FEED, memory, [*first, entry(guid="0", path="/9", title="t9")], LATER)
    assert [item.kind for item in again] == [Kind.KNOWN] * 3 + [Kind.NEW]


def test_entries_that_share_an_address_are_told_apart_by_their_guids() -> None:
    ticker = [entry(guid=f"g{i}", path="/directo", title=f"Minuto {i}", published=None) for i in range(3)]
    judged = judge(FEED, (), ticker, NOW)
    assert len({item.article_id for item in judged}) == 3
    assert {item.kind for item in judge(FEED, remember((), judged), ticker, LATER)} == {Kind.KNOWN}


def test_an_entry_listed_twice_counts_once() -> None:
    assert len(judge(FEED, (), [entry(), entry(), entry(guid="h")], NOW)) == 1


def test_an_entry_that_left_and_came_back_is_known() -> None:
    memory = after(entry())
    memory = remember(memory, judge(FEED, memory, [entry(guid="b", path="/b", title="b")], NOW))
    assert judge(FEED, memory, [entry()], LATER)[0].kind is Kind.KNOWN


def test_memory_is_bounded_and_keeps_the_newest() -> None:
    memory: tuple[SeenEntry, ...] = ()
    for number in range(400):
        batch = [entry(guid=f"g{number}", path=f"/{number}", title=f"t{number}")]
        memory = remember(memory, judge(FEED, memory, batch, NOW))
    assert len(memory) < 80
    assert judge(FEED, memory, [entry(guid="g399", path="/399", title="t399")], LATER)[0].kind is Kind.KNOWN


entries = st.builds(
    Entry,
    guid=st.one_of(st.none(), st.sampled_from(["a", "b", "c", "0"])),
    url=st.one_of(st.none(), st.sampled_from([f"https://x.example/{n}" for n in "abcd"])),
    title=st.one_of(st.none(), st.sampled_from(["t", "u", "v"])),
    summary=st.sampled_from(["", "x", "y"]),
    published=st.one_of(st.none(), st.sampled_from([NOW, LATER])),
)


@given(st.lists(entries, max_size=12))
def test_polling_an_unchanged_feed_finds_nothing_new(items: list[Entry]) -> None:
    first = judge(FEED, (), items, NOW)
    again = judge(FEED, remember((), first), items, LATER)
    assert [item.kind for item in again if item.kind is not Kind.KNOWN] == []
    assert [item.article_id for item in again] == [item.article_id for item in first]


@given(st.lists(st.lists(entries, max_size=8), max_size=6))
def test_no_article_id_is_new_twice_while_it_is_remembered(polls: list[list[Entry]]) -> None:
    memory: tuple[SeenEntry, ...] = ()
    fresh: list[str] = []
    for items in polls:
        judged = judge(FEED, memory, items, NOW)
        fresh += [item.article_id for item in judged if item.kind is Kind.NEW]
        memory = remember(memory, judged)
    assert len(fresh) == len(set(fresh))
