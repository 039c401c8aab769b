"""Finding feeds of sites on real sockets."""

import pytest

from ingest.discover import Discovery
from ingest.fetch import Fetcher
from ingest.ssrf import parse_networks
from tests.contracts.feeds.site import Behaviour, answer, item, rss, serving

FEED = answer(rss(item(1)))
HTML = {"Content-Type": "text/html"}
NEWS = (
    b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">'
    b"<url><loc>https://diario.example/a</loc><news:news><news:title>A</news:title></news:news></url></urlset>"
)


LINKED = '<link rel="alternate" type="application/rss+xml" href="/noticias.xml">'


def home(head: str = "") -> Behaviour:
    return answer(f"<html><head>{head}</head><body>Portada</body></html>".encode(), headers=HTML)


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        pytest.param({"/": FEED}, [("/", "it is a feed itself")], id="the address is a feed"),
        pytest.param(
            {
                "/": home(LINKED),
                "/noticias.xml": FEED,
            },
            [("/noticias.xml", "linked by the page")],
            id="the page links it",
        ),
        pytest.param({"/": home(), "/rss.xml": FEED}, [("/rss.xml", "in a usual place")], id="in a usual place"),
        pytest.param(
            {"/": home(), "/robots.txt": answer(b"Sitemap: /mapa.xml"), "/mapa.xml": answer(NEWS)},
            [("/mapa.xml", "a news sitemap")],
            id="a sitemap named by robots.txt",
        ),
        pytest.param(
            {"/": home(), "/news-sitemap.xml": answer(NEWS)}, [("/news-sitemap.xml", "a news sitemap")], id="sitemap"
        ),
        pytest.param(
            {"/": home(LINKED), "/noticias.xml": answer(b"<html>")},
            [],
            id="what is linked is no feed",
        ),
        pytest.param({"/": home()}, [], id="nothing anywhere"),
        pytest.param({}, [], id="no such page"),
    ],
)
async def test_discovery(pages: dict[str, Behaviour], expected: list[tuple[str, str]]) -> None:
    async with serving(pages) as site, Fetcher("x", parse_networks("127.0.0.0/8")) as fetcher:
        found, problem = await Discovery(fetcher).of(site.url("/"))
        base = site.url("")
    assert [(one.url.removeprefix(base), one.how) for one in found] == expected
    assert (problem is None) is bool(expected)
