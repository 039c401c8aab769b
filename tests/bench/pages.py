"""Generated news pages, as heavy as real ones: markup, scripts, menus and teasers around a few kilobytes of article."""

import json
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

WORDS = {
    "en": "the minister said port oil ships border talks members of council agreed with new rules after week long "
    "debate over prices water power schools and roads in northern province while workers asked for better pay",
    "es": "el ministro dijo que los barcos del puerto esperan petróleo desde hace una semana y la frontera sigue "
    "abierta mientras los vecinos piden agua luz escuelas y caminos en la provincia del norte",
    "pt": "o ministro disse que os navios do porto esperam petróleo há uma semana e a fronteira continua aberta "
    "enquanto os moradores pedem água luz escolas e estradas na província do norte",
}
NAMES = ("Ana Prado", "Luis Merino", "Joana Castelo", "Peter Lindqvist", "Marta Okafor", "Daniel Arrieta")
PAGE_BYTES = 170_000
"""Median size of a news page's html in crawls of the region's sites, about."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page and the address it came from."""

    url: str
    html: str


def pages(count: int, seed: int = 7) -> list[Page]:
    """`count` pages of about PAGE_BYTES bytes each, in three languages; the same for the same seed."""
    chance = random.Random(seed)
    return [_page(number, chance) for number in range(count)]


def _page(number: int, chance: random.Random) -> Page:
    lang = ("en", "es", "pt")[number % 3]
    title = _sentence(lang, chance, 9, 13).rstrip(".")
    url = f"https://paper{number % 17}.example/{2024 + number % 3}/0{1 + number % 9}/story-{number}"
    when = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(hours=number)
    paragraphs = [_paragraph(lang, chance) for _ in range(chance.randint(8, 24))]
    head = _head(title, url, when, NAMES[number % len(NAMES)], number % 4, chance)
    body = _body(title, lang, paragraphs, number, chance)
    opening = f'<!DOCTYPE html>\n<html lang="{lang}">\n<head>{head}</head>\n<body class="single post-{number}">'
    page = f"{opening}{body}</body></html>"
    return Page(url, page.replace("<!--filler-->", _scripts(PAGE_BYTES - len(page), chance)))


def _sentence(lang: str, chance: random.Random, low: int = 12, high: int = 28) -> str:
    return " ".join(chance.choices(WORDS[lang].split(), k=chance.randint(low, high))).capitalize() + "."


def _paragraph(lang: str, chance: random.Random) -> str:
    sentences = " ".join(_sentence(lang, chance) for _ in range(chance.randint(1, 4)))
    words = sentences.split()
    if len(words) > 20 and chance.random() < 0.4:
        words[5] = f'<a href="/topic/{words[5]}">{words[5]}</a>'
    return " ".join(words)


def _head(title: str, url: str, when: datetime, author: str, style: int, chance: random.Random) -> str:
    parts = ['<meta charset="utf-8">', f"<title>{title} | The Paper</title>", f'<link rel="canonical" href="{url}">']
    parts += [f'<meta property="og:title" content="{title}">', '<meta property="og:site_name" content="The Paper">']
    parts += [f'<link rel="preload" as="script" href="/static/{chance.randrange(10**9)}.js">' for _ in range(25)]
    if style != 3:
        parts.append(f'<meta property="article:published_time" content="{when.isoformat()}">')
    if style in (0, 1):
        node: dict[str, object] = {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": title,
            "datePublished": when.isoformat(),
        }
        node |= {
            "author": [{"@type": "Person", "name": author}],
            "publisher": {"@type": "Organization", "name": "The Paper"},
        }
        parts.append(f'<script type="application/ld+json">{json.dumps(node)}</script>')
    elif style == 2:
        parts.append(f'<meta name="author" content="{author}">')
    return "\n".join(parts) + f"<style>{_css(chance)}</style><!--filler-->"


def _css(chance: random.Random) -> str:
    return "\n".join(
        f".c{chance.randrange(10**6)}{{margin:{n % 9}px;color:#{chance.randrange(16**6):06x}}}" for n in range(300)
    )


def _scripts(size: int, chance: random.Random) -> str:
    blocks, left = [], max(0, size)
    while left > 0:
        state = {f"k{chance.randrange(10**6)}": chance.randrange(10**12) for _ in range(150)}
        block = f"<script>window.__state=Object.assign(window.__state||{{}},{json.dumps(state)});</script>\n"
        blocks.append(block)
        left -= len(block)
    return "".join(blocks)


def _body(title: str, lang: str, paragraphs: list[str], number: int, chance: random.Random) -> str:
    menu = "".join(
        f'<li class="menu-item menu-item-{n}"><a href="/section/{n}">Section {n}</a></li>' for n in range(90)
    )
    cards = "".join(_card(lang, n, chance) for n in range(60))
    text = "".join(f"<p>{words}</p>" + _inset(place, lang, chance) for place, words in enumerate(paragraphs))
    name = NAMES[number % len(NAMES)]
    return (
        f'<header class="site-header"><div class="logo">The Paper</div><nav><ul>{menu}</ul></nav></header>'
        '<div class="wrap"><div class="crumbs"><a href="/">Home</a> &gt; News</div><main>'
        f'<article class="post"><h1>{title}</h1>'
        f'<div class="byline">By <span class="author">{name}</span></div>'
        '<div class="share"><a>Facebook</a><a>Twitter</a><a>WhatsApp</a></div>'
        f'<div class="entry-content">{text}</div></article>'
        f'<section class="related"><h3>Related articles</h3>{cards}</section>'
        '<section id="comments"><h3>Leave a reply</h3><form><textarea></textarea></form></section></main>'
        f'<aside class="sidebar"><h3>Most read</h3>{cards[:9000]}</aside></div>'
        f"<footer><ul>{menu}</ul><p>All rights reserved</p></footer>"
    )


def _card(lang: str, number: int, chance: random.Random) -> str:
    return (
        f'<div class="card card-{number}"><a href="/story/{chance.randrange(10**7)}"><img src="/i/{number}.jpg" alt="">'
        f"<h4>{_sentence(lang, chance, 6, 11)}</h4></a><span class=time>{number} min</span></div>"
    )


def _inset(place: int, lang: str, chance: random.Random) -> str:
    if place % 6 != 4:
        return ""
    caption = _sentence(lang, chance, 5, 9)
    return (
        f'<div class="ad" id="ad-{place}"><span>Advertisement</span></div>'
        f'<figure><img src="x.jpg"><figcaption>{caption}</figcaption></figure>'
    )
