"""Articles made by rule for tests of delivery: what each must become is known beforehand."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime

from newswatch import wire
from newswatch.identity import article_id
from newswatch.records.raw import HttpFacts, Origin, RawArticle

KEYWORD = "zarandillo"
"""The word the test's alert rule looks for; no list of the watch holds it. Each article has a tag of its own, so that
the rule fires for each, whatever stories they are joined to."""

RULES = f"""
rules:
  - id: planted
    name: Planted keyword
    severity: warning
    query_key: tag
    match:
      any: [{KEYWORD}]
"""

SYLLABLES = (
    "ba",
    "cor",
    "du",
    "fen",
    "gal",
    "hi",
    "jun",
    "kel",
    "lor",
    "mi",
    "nov",
    "pra",
    "quen",
    "ris",
    "sol",
    "tam",
    "vu",
)
DEEDS = (
    "Police in Venezuela arrested {n} people linked to {name}, officials said on Friday.",
    "The government of Cuba released {n} prisoners after a plea by {name}.",
    "The United States imposed sanctions on {name}, a company in Venezuela, over {n} shipments.",
    "President Miguel Díaz-Canel met {name} in Havana for {n} minutes of talks.",
    "Protesters in Ciego de Ávila, Cuba, marched against {name} for {n} hours.",
)
"""One deed of the watch an article; everything else in it is invented words that no other article shares."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What one generated article must end as."""

    raw: RawArticle
    rejected: bool
    alert: bool

    @property
    def message(self) -> bytes:
        """The message for news.raw."""
        return wire.encode(self.raw)


def article(number: int, *, seed: int = 0, broken_every: int = 50, alert_every: int = 20) -> Expected:
    """Article `number`: every `broken_every`-th is an empty page, every `alert_every`-th holds the keyword."""
    dice = random.Random(seed * 1_000_003 + number)
    url = f"https://outlet{number % 37}.example/{seed}/{number}"
    now = datetime.now(UTC)
    broken = number % broken_every == broken_every - 1
    alert = not broken and number % alert_every == 0
    html = "<html><head><title></title></head><body><script>var a=1;</script></body></html>"
    if not broken:
        html = _page(dice, number, alert)
    raw = RawArticle(
        article_id=article_id(url),
        url=url,
        first_seen=now,
        fetched_at=now,
        origin=Origin.REPLAY,
        source=f"Outlet {number % 37}",
        html=html,
        tags=(f"article-{seed}-{number}",),
        http=HttpFacts(status=200, content_type="text/html"),
    )
    return Expected(raw=raw, rejected=broken, alert=alert)


def _word(dice: random.Random) -> str:
    return "".join(dice.choice(SYLLABLES) for _ in range(dice.randint(3, 5)))


def _page(dice: random.Random, number: int, alert: bool) -> str:
    names = [_word(dice).capitalize() for _ in range(12)]
    paragraphs = [
        " ".join(
            f"{dice.choice(names)} told the {_word(dice)} that {dice.choice(names)} had left with their {_word(dice)}."
            for _ in range(5)
        )
        for _ in range(5)
    ]
    paragraphs[0] = (
        dice.choice(DEEDS).format(name=f"{names[0]} {names[1]}", n=dice.randint(3, 9000)) + " " + paragraphs[0]
    )
    if alert:
        paragraphs[2] += f" Witnesses spoke of a {KEYWORD} near the square."
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    title = f"{names[0]} {names[1]} and the {_word(dice)} of {names[2]}"
    return (
        f"<html lang='en'><head><title>{title}</title><meta property='article:published_time' "
        f"content='2026-01-09T10:00:00Z'></head><body><nav><a href='/'>Home</a></nav><article><h1>{title}</h1>{body}"
        "</article><footer>Share this page</footer></body></html>"
    )
