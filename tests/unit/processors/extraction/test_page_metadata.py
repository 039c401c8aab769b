"""What pages say about themselves."""

import pytest
from trafilatura import load_html

from processors.extraction.page_metadata import PageFacts, read_page, without_site

URL = "https://paper.example/a/b"


def facts(head: str, body: str = "<p>a</p><p>b</p>") -> PageFacts:
    return read_page(load_html(f"<html><head>{head}</head><body>{body}</body></html>"), URL)


@pytest.mark.parametrize(
    ("head", "address"),
    [
        ('<link rel="canonical" href="/x">', "https://paper.example/x"),
        ('<link rel="canonical" href="//other.example/y">', "https://other.example/y"),
        ('<link rel="canonical" href="https://paper.example/">', None),
        ('<link rel="canonical" href="javascript:void(0)">', None),
        ('<link rel="canonical" href="http://[bad">', None),
        ('<meta property="og:url" content="https://paper.example/og">', "https://paper.example/og"),
        ("", None),
    ],
)
def test_the_canonical_address_is_whole_and_of_an_article(head: str, address: str | None) -> None:
    assert facts(head).canonical_url == address


@pytest.mark.parametrize(
    ("json", "authors"),
    [
        ('{"@type":"NewsArticle","headline":"H","author":"Ana Pérez"}', ("Ana Pérez",)),
        ('{"@type":"NewsArticle","headline":"H","author":[{"name":"A B"},{"name":"C D"}]}', ("A B", "C D")),
        ('[{"@type":"WebSite"},{"@type":"Article","headline":"H","author":{"name":["A B"]}}]', ()),
        ('{"@type":"NewsArticle","headline":"H","author":{"@type":"Person"}}', ()),
        ("{broken", ()),
        ('"text"', ()),
    ],
)
def test_authors_of_json_ld_in_its_many_shapes(json: str, authors: tuple[str, ...]) -> None:
    assert facts(f'<script type="application/ld+json">{json}</script>').authors == authors


def test_deeply_nested_json_ld_is_passed_over() -> None:
    nested = "[" * 50_000 + "]" * 50_000
    found = facts(f'<title>T</title><script type="application/ld+json">{nested}</script>')
    assert (found.title, found.dates) == ("T", ())


@pytest.mark.parametrize(
    ("title", "outlet", "clean"),
    [
        ("Storm nears Cuba | The Paper", None, "Storm nears Cuba"),
        ("Storm nears Cuba - The Paper", "The Paper", "Storm nears Cuba"),
        ("Storm nears Cuba - officials say", "The Paper", "Storm nears Cuba - officials say"),
        ("Storm nears Cuba", "The Paper", "Storm nears Cuba"),
        ("Storm nears Cuba | Americas | The Paper | 19.01.2025", None, "Storm nears Cuba"),
    ],
)
def test_the_sites_name_is_no_part_of_the_title(title: str, outlet: str | None, clean: str) -> None:
    assert without_site(title, outlet) == clean


def test_the_article_node_with_a_headline_beats_the_page_node() -> None:
    graph = (
        '{"@graph":[{"@type":"WebPage","name":"x","datePublished":"2020-01-01"},'
        '{"@type":"NewsArticle","headline":"Real","datePublished":"2025-05-05"}]}'
    )
    found = facts(f'<script type="application/ld+json">{graph}</script>')
    assert (found.title, found.dates) == ("Real", (("json-ld", "2025-05-05"),))


def test_a_house_is_no_author() -> None:
    head = '<meta name="publisher" content="The Paper"><meta name="author" content="The Paper">'
    assert facts(head).authors == ()
