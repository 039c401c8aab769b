"""Stories: the list, and one story with its timeline, sources, framing, numbers in dispute, quotes and events."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from sinks.board import queries
from sinks.board.cards import alert_of_document, moment, web_link
from sinks.board.pages.articles import coded_events, listed
from sinks.board.pages.common import board_of, not_found, page
from sinks.board.reading import Index
from sinks.index_names import Family

MOST_ARTICLES = 300
MOST_EVENTS = 60
SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One article of a story with the copies folded under it."""

    article_id: str
    title: str
    link: str
    outlet: str
    country: str
    language: str
    first_seen: Any
    copies: tuple["Member", ...] = ()


def stories_page(request: Request) -> Response:
    """GET /stories?q=…"""
    words = request.query_params.get("q", "")
    found = board_of(request).index.search(Family.STORIES, queries.stories_body(words, SHOWN))
    return page(request, "stories.html", stories=found.documents, total=found.total, words=words)


def story_page(request: Request) -> Response:
    """GET /story/{id}: also by the id of a story merged into it."""
    index = board_of(request).index
    ident = request.path_params["ident"]
    story = index.one(Family.STORIES, queries.by_field("story_id", ident)) or index.one(
        Family.STORIES, queries.by_field("aliases", ident)
    )
    if story is None:
        return not_found(request, ident)
    ident = str(story["story_id"])
    articles = index.search(
        Family.ARTICLES, queries.by_field("story_id", ident, size=MOST_ARTICLES, order="asc")
    ).documents
    alerts = index.search(Family.ALERTS, queries.by_field("story_id", ident, size=20, sort="fired_at"))
    coded = [event | {"article": article} for article in articles for event in coded_events(article)]
    return page(
        request,
        "story.html",
        live=f"story:{ident}",
        story=story,
        earlier=earlier(index, story),
        members=folded(articles),
        merged=listed(story.get("events")),
        framing=framing(coded),
        disputes=disputes(index.search(Family.EVENTS, numbers_body(ident)).documents),
        quotes=[event for event in coded if event.get("asserted_by")][:MOST_EVENTS],
        coded=[event for event in coded if not event.get("historical")][:MOST_EVENTS],
        alerts=[alert_of_document(document) for document in alerts.documents],
    )


def earlier(index: Index, story: dict[str, Any]) -> list[tuple[str, str]]:
    """Id and title of each story this one continues; the id is the title of one that is no longer kept."""
    follows = [str(ident) for ident in story.get("follows") or ()]
    if not follows:
        return []
    body = {"query": {"terms": {"story_id": follows}}, "_source": ["story_id", "title"], "size": len(follows)}
    titles = {str(one["story_id"]): one.get("title") for one in index.search(Family.STORIES, body).documents}
    return [(ident, str(titles.get(ident) or ident)) for ident in follows]


def numbers_body(ident: str) -> dict[str, Any]:
    """The story's events that come with numbers."""
    return {
        "query": {"bool": {"filter": [{"term": {"story_id": ident}}, {"exists": {"field": "coded.quantities.value"}}]}},
        "size": 200,
        "sort": [{"@timestamp": "asc"}],
    }


def folded(articles: Sequence[dict[str, Any]]) -> list[Member]:
    """Originals in order of time, each with its copies; a copy whose origin is not here stands for itself."""
    present = {article.get("article_id") for article in articles}
    copies: dict[str, list[Member]] = {}
    for article in articles:
        if article.get("copy_of") in present:
            copies.setdefault(str(article["copy_of"]), []).append(member(article))
    originals = [article for article in articles if article.get("copy_of") not in present]
    return [member(article, tuple(copies.get(str(article.get("article_id")), ()))) for article in originals]


def member(article: dict[str, Any], copies: tuple[Member, ...] = ()) -> Member:
    """The row of an article document."""
    outlet = article.get("outlet") or {}
    url = article.get("url") or {}
    return Member(
        article_id=str(article.get("article_id", "")),
        title=str(article.get("title") or url.get("full") or ""),
        link=web_link(url.get("full")),
        outlet=str(outlet.get("name") or url.get("domain") or ""),
        country=str(outlet.get("country") or ""),
        language=str(article.get("language") or ""),
        first_seen=moment(article.get("published") or article.get("@timestamp")),
        copies=copies,
    )


def framing(coded: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row a frame: how often, and which outlets (with their country) chose it, most used first."""
    outlets: dict[str, Counter[tuple[str, str]]] = {}
    for event in coded:
        if frame := event.get("frame"):
            outlet = event["article"].get("outlet") or {}
            name = (str(outlet.get("name") or "?"), str(outlet.get("country") or ""))
            outlets.setdefault(str(frame), Counter())[name] += 1
    rows = [{"frame": frame, "count": sum(by.values()), "outlets": by.most_common(12)} for frame, by in outlets.items()]
    return sorted(rows, key=lambda row: -int(str(row["count"])))


def disputes(documents: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Numbers outlets give for the same thing, where they differ: by event type and what is counted."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for document in documents:
        coded = document.get("coded") or {}
        for quantity in listed(coded.get("quantities")):
            what = str(quantity.get("role") or quantity.get("what") or quantity.get("unit") or "")
            if quantity.get("value") is None or not what:
                continue
            row = quantity | {"outlet": document.get("outlet") or {}, "article_id": document.get("article_id")}
            found.setdefault((str(coded.get("type")), what), []).append(row)
    return [
        {"type": kind, "what": what, "claims": sorted(claims, key=lambda claim: float(claim["value"]))}
        for (kind, what), claims in found.items()
        if len({claim["value"] for claim in claims}) > 1
    ]
