"""Where feeds of a site are looked for."""

import pytest

from ingest.discover import linked_feeds, sitemap_places, usual_places

SITE = "https://diario.example/seccion"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<link rel="alternate" type="application/rss+xml" href="/feed">', ["https://diario.example/feed"]),
        ("<link rel='alternate' type='application/atom+xml' href='atom.xml'>", ["https://diario.example/atom.xml"]),
        ('<link type="application/feed+json" rel="alternate" href="/f.json">', ["https://diario.example/f.json"]),
        ('<link rel="alternate" hreflang="en" href="/en/">', []),
        ('<link rel="alternate" type="text/html" href="/amp">', []),
        ('<a href="/rss/">RSS</a>', ["https://diario.example/rss/"]),
        (
            '<a href="/rss/">R</a><link rel="alternate" type="application/rss+xml" href="/feed">',
            ["https://diario.example/feed", "https://diario.example/rss/"],
        ),
        ('<a href="/feedback">no</a><a href="/press">no</a>', []),
        ('<link rel="alternate" type="application/rss+xml" href="javascript:x">', []),
        (
            '<link rel="alternate" type="application/rss+xml" href="/feed?a=1&amp;b=2">',
            ["https://diario.example/feed?a=1&b=2"],
        ),
    ],
)
def test_linked_feeds(html: str, expected: list[str]) -> None:
    assert list(linked_feeds(html.encode(), SITE)) == expected


def test_usual_places_begin_below_the_path() -> None:
    places = usual_places(SITE)
    assert places[0] == "https://diario.example/seccion/feed/"
    assert "https://diario.example/rss.xml" in places


def test_sitemaps_of_robots_come_news_first() -> None:
    robots = "Sitemap: https://diario.example/sitemap.xml\nSitemap: https://diario.example/sitemap-noticias.xml\n"
    places = sitemap_places(SITE, robots)
    assert places[:2] == ("https://diario.example/sitemap-noticias.xml", "https://diario.example/sitemap.xml")
    assert "https://diario.example/news-sitemap.xml" in places
