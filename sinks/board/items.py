"""Live records and regions as items of the ring, rendered once for each interface language."""

import json

from newswatch.records.alert import Alert
from newswatch.records.tracked import TrackedArticle
from sinks.board.cards import alert_of_record, article_of_record
from sinks.board.rendering import LANGUAGES, render
from sinks.board.ring import Item


def article_item(tracked: TrackedArticle, at: int) -> Item:
    """An article for the Now page (all, or one country of it) and its story's page."""
    card = article_of_record(tracked, at)
    channels = {"articles", f"story:{tracked.story_id}", *(f"articles:{code}" for code in card.countries)}
    data = {
        language: _line(
            list="articles",
            key=card.key,
            at=card.place,
            html=render("_article.html", language, card=card, arriving=True),
        )
        for language in LANGUAGES
    }
    return Item(kind="item", at=at, channels=frozenset(channels), data=data)


def alert_item(alert: Alert, at: int) -> Item:
    """An alert, or a change of one, for the Now and Alerts pages and its own."""
    card = alert_of_record(alert)
    data = {
        language: _line(
            list="alerts", key=card.key, at=card.place, html=render("_alert.html", language, card=card, arriving=True)
        )
        for language in LANGUAGES
    }
    return Item(kind="item", at=at, channels=frozenset({"alerts", f"alert:{alert.alert_id}"}), data=data)


def region_item(channel: str, region: str, html: dict[str, str], at: int) -> Item:
    """A part of a page to be replaced."""
    data = {language: _line(region=region, html=text) for language, text in html.items()}
    return Item(kind="region", at=at, channels=frozenset({channel}), data=data)


def series_item(channel: str, series: dict[str, object], at: int) -> Item:
    """Numbers for the charts of a page."""
    line = _line(**series)
    return Item(kind="series", at=at, channels=frozenset({channel}), data=dict.fromkeys(LANGUAGES, line))


def _line(**values: object) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))
