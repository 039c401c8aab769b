"""The news the browser tests read: written for them, with accents, copies, numbers in dispute and hostile markup."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ingest.publish import KafkaPublisher
from newswatch.identity import article_id
from newswatch.kafka_clients import producer
from newswatch.records.raw import BodySource, Origin, RawArticle
from tests.pipeline.harness import Pipeline

RULES = """
rules:
  - id: arrests
    name: Arrests of activists
    severity: warning
    match:
      any: ["arrested", "detenido~"]
  - id: fuel
    name: Fuel
    severity: critical
    match:
      query: 'gasolina OR "fuel shortage"'
"""

HOSTILE_TITLE = (
    "Police in Havana <script>window.pwned=1</script><img src=x onerror=window.pwned=2> detain Cuban activist"
)
HOSTILE_TEXT = (
    "Police in Havana arrested the Cuban activist Ana López on Tuesday, her family said </p></div><svg onload=pwned=3> "
    "after a protest. <iframe src=javascript:parent.pwned=4></iframe> The government did not comment on {{7*7}} "
    'and <a href="javascript:pwned=5">the arrest</a> of the activist in Havana. \u0001Marked?\u0002 &lt;b&gt; "quotes" '
    "and <style>*{display:none}</style> more. Neighbours in Havana said that the police had come early in the morning."
)

WITH_ACCENTS = (
    "Díaz-Canel anuncia medidas por la falta de gasolina en Cuba",
    "El presidente Miguel Díaz-Canel anunció este martes en La Habana medidas ante la falta de gasolina en Cuba. "
    "El gobierno cubano dijo que la situación energética seguirá siendo difícil en las próximas semanas.",
)
WITHOUT_ACCENTS = (
    "Diaz-Canel meets union leaders in Havana",
    "Cuban President Miguel Diaz-Canel met union leaders in Havana on Wednesday. The government of Cuba said the "
    "talks about wages would go on, and unions demanded higher pay for teachers and nurses across the island.",
)


def raw(number: int, title: str, text: str, source: str, language: str = "en", country: str = "USA") -> RawArticle:
    """One article, first seen a few minutes ago (never in the future)."""
    url = f"https://paper{number}.example/news/{number}"
    seen = datetime.now(UTC) - timedelta(minutes=max(0, 60 - number))
    return RawArticle(
        article_id=article_id(url), url=url, first_seen=seen, fetched_at=seen, origin=Origin.REPLAY, source=source,
        source_country=country, title=title, text=text, language=language, body_source=BodySource.FILE,
        published=seen.isoformat(),
    )  # fmt: skip


def arrest(number: int, count: int, source: str) -> RawArticle:
    """An arrest in Caracas as one outlet counts it."""
    return raw(
        number,
        f"Police arrest {count} protesters in Caracas, {source} reports",
        f"Police arrested {count} protesters in Caracas on Monday during a march against the government of Venezuela, "
        "witnesses said. Opposition leader María Corina Machado demanded their release. Nicolás Maduro's government "
        f"accused the protesters of violence. At least {count} people were arrested near the National Assembly.",
        source,
    )


def first_news() -> list[RawArticle]:
    """What is there before the first page is opened."""
    return [
        arrest(1, 12, "Potomac Ledger"),
        arrest(2, 30, "Island Tribune"),
        raw(3, *WITH_ACCENTS, "Tribuna del Malecón", "es", "CUB"),
        raw(4, *WITHOUT_ACCENTS, "Meridian Dispatch"),
        raw(5, HOSTILE_TITLE, HOSTILE_TEXT, 'Evil "><script>pwned=6</script> Gazette'),
        *(live(number) for number in range(10, 34)),
    ]


def live(number: int) -> RawArticle:
    """An article like no other, on the watch."""
    return raw(
        number,
        f"Venezuela and the United States hold talks number {number} on oil exports",
        f"Delegations of Venezuela and the United States met in Caracas for talks number {number} on oil exports. "
        f"The talks about shipment {number * 7} will go on in Washington, the foreign ministry of Venezuela said.",
        f"Wire {number % 9}",
    )


@dataclass(frozen=True)
class News:
    """Puts articles on news.raw, acknowledged."""

    running: Pipeline

    def publish(self, *articles: RawArticle) -> None:
        """Returns when the broker has them."""
        publisher = KafkaPublisher(producer(self.running.settings.kafka))
        for article in articles:
            publisher.publish(article)
        publisher.close()

    def publish_all(self) -> None:
        """The first news."""
        self.publish(*first_news())


def news(running: Pipeline) -> News:
    """News for this pipeline."""
    return News(running)
