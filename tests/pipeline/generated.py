"""Articles made by rule for tests of delivery: what each must become is known beforehand."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime

from newswatch import wire
from newswatch.identity import article_id
from newswatch.records.raw import HttpFacts, Origin, RawArticle

KEYWORD = "zarandillo"
"""The word the test's alert rule looks for; no list of the watch holds it."""

RULES = f"""
rules:
  - id: planted
    name: Planted keyword
    severity: warning
    match:
      any: [{KEYWORD}]
"""

PLACES = (
    "Caracas",
    "Maracaibo",
    "La Habana",
    "Havana",
    "Valencia",
    "Ciego de Ávila",
    "Santiago de Cuba",
    "Barquisimeto",
)
ACTORS = (
    "Nicolás Maduro",
    "Delcy Rodríguez",
    "Miguel Díaz-Canel",
    "Donald Trump",
    "Marco Rubio",
    "María Corina Machado",
)
SENTENCES = (
    "{actor} said on Friday in {place} that the talks would go on for another {n} days.",
    "Officials in {place} counted {n} detainees who had left prison since the new year, {actor} among the critics.",
    "The government released {n} prisoners in {place} after a statement by {actor}.",
    "Police arrested {n} people in {place} during a protest against {actor}, a rights group reported.",
    "Trade between the ports fell by {n} per cent, the ministry in {place} told reporters.",
)


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
        http=HttpFacts(status=200, content_type="text/html"),
    )
    return Expected(raw=raw, rejected=broken, alert=alert)


def _page(dice: random.Random, number: int, alert: bool) -> str:
    paragraphs = [
        " ".join(
            dice.choice(SENTENCES).format(actor=dice.choice(ACTORS), place=dice.choice(PLACES), n=dice.randint(3, 900))
            for _ in range(4)
        )
        for _ in range(5)
    ]
    if alert:
        paragraphs[2] += f" Witnesses spoke of a {KEYWORD} near the square."
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    title = f"Report {number}: {dice.choice(ACTORS)} and the {dice.randint(10, 99)} of {dice.choice(PLACES)}"
    return (
        f"<html lang='en'><head><title>{title}</title><meta property='article:published_time' "
        f"content='2026-01-09T10:00:00Z'></head><body><nav><a href='/'>Home</a></nav><article><h1>{title}</h1>{body}"
        "</article><footer>Share this page</footer></body></html>"
    )
