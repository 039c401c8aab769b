"""One feed polled again and again: what is published, what is remembered, what is said of it."""

import gzip
from datetime import timedelta

import pytest

from ingest.failures import Failure
from newswatch.identity import article_id
from newswatch.records.alert import AlertStatus
from newswatch.records.raw import BodySource
from tests.contracts.feeds.desk import desk
from tests.contracts.feeds.site import Behaviour, Request, Writer, answer, hang, item, raw, redirect, reset, rss

PAGE = (
    b"<!doctype html><html><head><title>t</title></head><body><article><p>La nota entera.</p></article></body></html>"
)
HTML = {"Content-Type": "text/html; charset=utf-8"}
HOUR = timedelta(hours=1)


def feed_of(base: str, *numbers: int, **headers: str) -> Behaviour:
    return answer(rss(*(item(number, base) for number in numbers)), headers=headers)


async def test_new_entries_are_published_once_with_their_pages() -> None:
    async with desk({"/nota/1": answer(PAGE, headers=HTML)}, outlet="Diario", country="VEN", language="es") as table:
        base = table.site.url("")
        table.serve("/feed", feed_of(base, 1))
        first = await table.poll()
        table.serve("/feed", feed_of(base, 1, 2))
        second = await table.poll(after=HOUR)
        third = await table.poll(after=HOUR)
    assert (first.published, second.published, third.outcome) == (1, 1, "unchanged")
    one, two = table.outbox.articles()
    assert one.article_id == article_id(f"{base}/nota/1")
    assert (one.body_source, one.source, one.source_country, one.language) == (BodySource.PAGE, "Diario", "VEN", "es")
    assert one.html is not None
    assert "La nota entera." in one.html
    assert one.published == "2026-01-05T10:01:00+00:00"
    assert one.published_source == "rss:pubDate"
    assert (two.body_source, two.text) == (BodySource.ENTRY, "El texto propio de la nota 2.")


PAGES: dict[str, tuple[Behaviour, str]] = {
    "401": (answer(b"", "401 Unauthorized"), "forbidden"),
    "403": (answer(b"", "403 Forbidden"), "forbidden"),
    "404": (answer(b"", "404 Not Found"), "not-found"),
    "451": (answer(b"", "451 No"), "forbidden"),
    "500 twice": (answer(b"", "500 Oops"), "server-error"),
    "challenge": (answer(b"", "403 Forbidden", {"cf-mitigated": "challenge"}), "challenge"),
    "connection reset": (reset, "broken-response"),
    "not HTTP": (raw(b"????"), "broken-response"),
    "redirect in a circle": (redirect("/nota/1"), "redirects"),
    "redirect inside": (redirect("http://169.254.169.254/"), "refused-address"),
    "an empty page": (answer(b"  ", headers=HTML), "empty"),
    "a PDF": (answer(b"%PDF-1.7 ...", headers={"Content-Type": "application/pdf"}), "not-text: document"),
    "a PDF called HTML": (answer(b"%PDF-1.7 ...", headers=HTML), "not-text: document"),
    "an image": (answer(b"\x89PNG", headers={"Content-Type": "image/png"}), "not-text: image"),
    "a film": (answer(b"\0\0\0 ftyp", headers={"Content-Type": "video/mp4"}), "not-text: video"),
    "something else": (answer(b"\0\1", headers={"Content-Type": "application/octet-stream"}), "not-text: other"),
}


@pytest.mark.parametrize("name", PAGES)
async def test_the_entry_speaks_for_a_page_that_cannot_be_had(name: str) -> None:
    behaviour, error = PAGES[name]
    async with desk({"/nota/1": behaviour}) as table:
        table.serve("/feed", feed_of(table.site.url(""), 1))
        await table.poll()
    (article,) = table.outbox.articles()
    assert (article.body_source, article.text) == (BodySource.ENTRY, "El texto propio de la nota 1.")
    assert article.http.error is not None
    assert article.http.error.startswith(error)


@pytest.mark.parametrize("ending", ["pdf", "jpg", "mp4", "mp3"])
async def test_links_to_files_are_not_fetched(ending: str) -> None:
    async with desk({}) as table:
        base = table.site.url("")
        table.serve("/feed", answer(rss(item(1, base, link=f"{base}/archivo.{ending}"))))
        await table.poll()
    assert [request.target for request in table.site.requests] == ["/feed"]
    assert table.outbox.articles()[0].http.error is not None


async def test_robots_are_asked_once_and_obeyed() -> None:
    async with desk({"/nota/1": answer(PAGE), "/nota/2": answer(PAGE)}) as table:
        table.serve("/robots.txt", answer(b"User-agent: newswatch\nDisallow: /nota/1\n"))
        table.serve("/feed", feed_of(table.site.url(""), 1, 2))
        await table.poll()
    assert len(table.site.asked("/robots.txt")) == 1
    assert table.site.asked("/nota/1") == []
    by_number = {article.title: article for article in table.outbox.articles()}
    assert by_number["Nota 1"].http.error == "robots: robots.txt asks not to"
    assert by_number["Nota 2"].html is not None


async def test_pages_are_left_alone_when_robots_cannot_be_had() -> None:
    async with desk({"/nota/1": answer(PAGE), "/robots.txt": answer(b"", "500 Oops")}) as table:
        table.serve("/feed", feed_of(table.site.url(""), 1))
        await table.poll()
    assert table.site.asked("/nota/1") == []


async def test_a_feed_may_do_without_pages() -> None:
    async with desk({}, fetch_pages=False) as table:
        table.serve("/feed", feed_of(table.site.url(""), *range(300)))
        polled = await table.poll()
    assert polled.published == 300
    assert [request.target for request in table.site.requests] == ["/feed"]


async def test_an_amp_page_leads_to_its_canonical_one() -> None:
    async with desk({"/nota/1": answer(PAGE, headers=HTML)}) as table:
        base = table.site.url("")
        amp = f'<html amp><head><link rel="canonical" href="{base}/nota/1"></head><body>corta</body></html>'.encode()
        table.serve("/amp/nota/1", answer(amp, headers=HTML))
        table.serve("/feed", answer(rss(item(1, base, link=f"{base}/amp/nota/1"))))
        await table.poll()
        again = await table.poll(after=HOUR)
    (article,) = table.outbox.articles()
    assert article.url == f"{base}/nota/1"
    assert article.article_id == article_id(f"{base}/nota/1")
    assert again.outcome == "unchanged"
    assert table.record.state.seen[0].article == article.article_id


async def test_an_unchanged_body_costs_no_parse_and_no_publication() -> None:
    async with desk({}) as table:
        table.serve("/feed", feed_of(table.site.url(""), 1))
        await table.poll()
        outcomes = [(await table.poll(after=HOUR)).outcome for _ in range(3)]
    assert outcomes == ["unchanged"] * 3
    assert len(table.outbox.articles()) == 1


async def test_validators_are_sent_and_a_304_is_unchanged() -> None:
    async def conditional(request: Request, writer: Writer) -> None:
        known = request.headers.get("if-none-match") == '"a"'
        body = rss(item(1, table.site.url("")))
        await (answer(b"", "304 Not Modified") if known else answer(body, headers={"ETag": '"a"'}))(request, writer)

    async with desk({"/feed": conditional}) as table:
        await table.poll()
        second = await table.poll(after=HOUR)
        await table.poll(after=timedelta(hours=25))
    tags = [request.headers.get("if-none-match") for request in table.site.asked("/feed")]
    assert tags == [None, '"a"', None], "once a day the whole body is asked for"
    assert second.outcome == "unchanged"


async def test_a_server_whose_etag_stays_while_the_body_changes_is_no_longer_believed() -> None:
    async with desk({}) as table:
        base = table.site.url("")
        for numbers in ((1,), (1, 2), (1, 2, 3)):
            table.serve("/feed", feed_of(base, *numbers, ETag='"always"'))
            await table.poll(after=timedelta(hours=25))
        assert table.record.state.validators_lie
        await table.poll(after=HOUR)
    assert table.site.asked("/feed")[-1].headers.get("if-none-match") is None
    assert len(table.outbox.articles()) == 3


async def test_a_corrected_entry_is_published_again_under_its_id() -> None:
    async with desk({}) as table:
        base = table.site.url("")
        table.serve("/feed", answer(rss(item(1, base))))
        await table.poll()
        table.serve("/feed", answer(rss(item(1, base, title="Nota 1, corregida", link=f"{base}/nota/1-corregida"))))
        await table.poll(after=HOUR)
    before, after = table.outbox.articles()
    assert before.article_id == after.article_id
    assert before.first_seen == after.first_seen
    assert after.fetched_at > before.fetched_at
    assert after.title == "Nota 1, corregida"


FAILING: dict[str, tuple[Behaviour, Failure, float]] = {
    "404": (answer(b"", "404 Not Found"), Failure.NOT_FOUND, 0.5),
    "410": (answer(b"", "410 Gone"), Failure.GONE, 1.0),
    "403": (answer(b"", "403 Forbidden"), Failure.FORBIDDEN, 1.0),
    "500": (answer(b"", "500 Oops"), Failure.SERVER_ERROR, 0.5),
    "reset": (reset, Failure.BROKEN, 0.5),
    "a web page": (answer(b"<html><body>Portada</body></html>"), Failure.NOT_A_FEED, 1.0),
    "an empty body": (answer(b""), Failure.NOT_A_FEED, 1.0),
    "gzip of nothing": (answer(gzip.compress(b"")), Failure.NOT_A_FEED, 1.0),
    "JSON that is no feed": (answer(b'{"ok": false}'), Failure.NOT_A_FEED, 1.0),
}


@pytest.mark.parametrize("name", FAILING)
async def test_a_failure_weighs_what_it_weighs_and_the_feed_goes_on(name: str) -> None:
    behaviour, failure, weight = FAILING[name]
    async with desk({"/feed": behaviour}) as table:
        polled = await table.poll()
        assert (polled.failure, polled.outcome) == (failure, failure.value)
        assert table.record.state.failures == weight
        for _ in range(40):
            await table.poll(after=HOUR)
        wait = (table.record.state.next_poll or table.now) - table.now
        assert timedelta(minutes=5) <= wait <= timedelta(hours=26)
        table.serve("/feed", feed_of(table.site.url(""), 1))
        back = await table.poll(after=HOUR)
    assert back.published == 1
    assert table.record.state.failures == 0


async def test_a_host_that_asks_for_a_pause_gets_it_for_all_its_pages() -> None:
    async with desk({"/feed": answer(b"", "429 Too Many Requests", {"Retry-After": "600"})}) as table:
        await table.poll()
        first_wait = (table.record.state.next_poll or table.now) - table.now
        asked = len(table.site.requests)
        paused = await table.poll(after=timedelta(minutes=5))
        assert len(table.site.requests) == asked
        table.serve("/feed", feed_of(table.site.url(""), 1))
        later = await table.poll(after=timedelta(minutes=11))
    assert first_wait >= timedelta(seconds=570)
    assert paused.failure is Failure.HOST_PAUSED
    assert later.published == 1


async def test_a_permanent_redirect_is_believed_after_five_polls_and_forgotten_when_it_breaks() -> None:
    async with desk({}) as table:
        base = table.site.url("")
        table.serve("/feed", redirect("/nuevo", "301 Moved Permanently"))
        table.serve("/nuevo", feed_of(base, 1))
        for _ in range(5):
            await table.poll(after=timedelta(hours=25))
        old = len(table.site.asked("/feed"))
        await table.poll(after=HOUR)
        assert len(table.site.asked("/feed")) == old, "the new address is asked directly"
        table.serve("/nuevo", answer(b"", "404 Not Found"))
        await table.poll(after=HOUR)
        table.serve("/feed", feed_of(base, 1, 2))
        back = await table.poll(after=HOUR)
    assert back.published == 1


async def test_a_redirect_that_changes_its_mind_is_never_believed() -> None:
    async with desk({}) as table:
        for number in range(8):
            table.serve("/feed", redirect(f"/{number % 2}", "301 Moved Permanently"))
            table.serve(f"/{number % 2}", feed_of(table.site.url(""), 1))
            await table.poll(after=timedelta(hours=25))
    assert table.record.state.redirect_seen == 1
    assert len(table.site.asked("/feed")) == 8


async def test_a_crash_between_publication_and_memory_repeats_the_same_ids_only() -> None:
    async with desk({}) as table:
        table.serve("/feed", feed_of(table.site.url(""), 1, 2, 3))
        before = table.record
        await table.poll()
        table.record = before  # the state was never written
        await table.poll(after=timedelta(minutes=1))
    ids = [article.article_id for article in table.outbox.articles()]
    assert len(ids) == 6
    assert len(set(ids)) == 3


async def test_a_crash_before_the_acknowledgement_loses_nothing() -> None:
    async with desk({}) as table:
        table.serve("/feed", feed_of(table.site.url(""), 1, 2, 3, ETag='"x"'))
        table.outbox.broken = True
        with pytest.raises(ConnectionError):
            await table.poll()
        table.outbox.broken = False
        again = await table.poll(after=timedelta(minutes=1))
    assert again.published == 3


async def test_long_polls_are_remembered_on_the_way() -> None:
    async with desk({}) as table:
        table.serve("/feed", feed_of(table.site.url(""), *range(10)))
        await table.poll()
    assert [len(record.state.seen) for record in table.kept] == [4, 8]
    assert all(record.state.body_hash is None for record in table.kept), "the feed is read again until all is published"


async def test_dates_in_the_future_are_dropped_and_the_entry_stays() -> None:
    async with desk({}) as table:
        table.serve("/feed", answer(rss(item(1, table.site.url(""), date="Tue, 05 Jan 2027 10:00:00 GMT"))))
        await table.poll()
    (article,) = table.outbox.articles()
    assert article.published is None


async def test_an_entry_without_an_address_has_one_of_its_own() -> None:
    async with desk({}) as table:
        table.serve("/feed", answer(rss("<item><guid isPermaLink='false'>g1</guid><title>Aviso</title></item>")))
        await table.poll()
        again = await table.poll(after=HOUR)
    (article,) = table.outbox.articles()
    assert article.url.startswith("urn:newswatch:")
    assert again.outcome == "unchanged"


async def test_a_blocked_feed_becomes_an_alert_and_its_end_resolves_it() -> None:
    async with desk({"/feed": answer(b"", "403 Forbidden")}, outlet="Diario") as table:
        for _ in range(4):
            await table.poll(after=HOUR)
        table.serve("/feed", feed_of(table.site.url(""), 1))
        await table.poll(after=HOUR)
    opened, closed = table.outbox.alerts()
    assert (opened.rule_id, opened.status, opened.operational) == ("blocked", AlertStatus.OPEN, True)
    assert "403" in opened.reason
    assert (closed.alert_id, closed.status) == (opened.alert_id, AlertStatus.RESOLVED)


async def test_feeds_are_not_blamed_while_our_own_network_is_down() -> None:
    async with desk({"/feed": hang}) as table:
        table.site.pages["/feed"] = reset
        url = table.record.settings.url.replace("127.0.0.1", "no-such-host.invalid")
        settings = table.record.settings
        table.record = type(table.record)(settings=type(settings)(url=url), state=table.record.state)
        for _ in range(12):
            await table.poll(after=HOUR, outage=True)
    assert table.outbox.alerts() == []
    assert table.record.state.failures == 3.0
