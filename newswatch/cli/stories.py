"""`newswatch stories`: the stories in the index, and one of them with its timeline, framing and numbers."""

import json
from typing import Any

import click
from elasticsearch import ApiError, Elasticsearch, TransportError
from rich.console import Console

from newswatch.cli.story_pages import show_list, show_story
from newswatch.elastic_client import elasticsearch_client
from newswatch.errors import Unavailable, UserError
from newswatch.settings import Settings, load_settings


@click.group()
def command() -> None:
    """List and show stories.

    \b
    Examples:
      newswatch stories list                        the newest stories, most sources first marked
      newswatch stories list --country CUB --json   as JSON lines
      newswatch stories show 3f1c…                  timeline, sources, framing, numbers in dispute
    """


@command.command("list")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help="Stories to list.")
@click.option("--country", help="Only stories about this country (ISO 3166 alpha-3).")
@click.option("--type", "event_type", help="Only stories with an event of this PLOVER type.")
@click.option("--watch", help="Only stories of this watch.")
@click.option("--query", help="Words in the title.")
@click.option("--min-sources", default=1, show_default=True, help="Independent sources a story must have.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_stories(
    limit: int,
    country: str | None,
    event_type: str | None,
    watch: str | None,
    query: str | None,
    min_sources: int,
    as_json: bool,
) -> None:
    """List the stories seen last, newest first.

    \b
    Examples:
      newswatch stories list --country VEN --min-sources 3
      newswatch stories list --type COERCE --query Maduro
    """
    filters: list[dict[str, Any]] = [{"range": {"independent_sources": {"gte": min_sources}}}]
    wanted = {
        "countries": country and country.upper(),
        "event_types": event_type and event_type.upper(),
        "watch": watch,
    }
    filters += [{"term": {field: value}} for field, value in wanted.items() if value]
    if query:
        filters.append({"match": {"title": {"query": query, "operator": "and"}}})
    found = _search({"bool": {"filter": filters}}, limit)
    if as_json:
        for story in found:
            click.echo(json.dumps({key: value for key, value in story.items() if key not in ("members", "events")}))
    else:
        show_list(Console(), found)


@command.command("show")
@click.argument("identity", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="The whole story as one JSON object.")
def show(identity: str, as_json: bool) -> None:
    """Show one story: who reported when, which words each outlet chose, which numbers differ.

    ID is a story's id or its beginning, the id of a story merged into it, or of one of its articles.

    \b
    Examples:
      newswatch stories show 9605e3128a8ed73f5be2ce73151051c8
      newswatch stories show 9605e3 --json
    """
    story = _one(identity)
    if as_json:
        click.echo(json.dumps(story, ensure_ascii=False, indent=2))
    else:
        show_story(Console(), story)


def _one(identity: str) -> dict[str, Any]:
    named: list[dict[str, Any]] = [
        {"term": {"story_id": identity}},
        {"term": {"aliases": identity}},
        {"prefix": {"story_id": identity}},
    ]
    for query in named:
        found = _search(query, 2)
        if len(found) > 1:
            raise UserError(f"several stories begin with {identity}: give more of the id")
        if found:
            return found[0]
    story_id = _story_of_article(identity)
    found = _search({"term": {"story_id": story_id}}, 1) if story_id else []
    if not found:
        raise UserError(f"no story or article has the id {identity}: `newswatch stories list` shows what there is")
    return found[0]


def _story_of_article(article_id: str) -> str | None:
    settings = load_settings()
    hits = _hits(settings, f"{settings.elasticsearch.prefix}-articles-*", {"term": {"article_id": article_id}}, 1)
    return next((hit.get("story_id") for hit in hits), None)


def _search(query: dict[str, Any], limit: int) -> list[dict[str, Any]]:
    settings = load_settings()
    return _hits(settings, f"{settings.elasticsearch.prefix}-stories", query, limit, sort="last_seen")


def _hits(
    settings: Settings, index: str, query: dict[str, Any], limit: int, sort: str | None = None
) -> list[dict[str, Any]]:
    client: Elasticsearch = elasticsearch_client(settings.elasticsearch)
    order = [{sort: {"order": "desc"}}] if sort else None
    try:
        page = client.search(index=index, query=query, size=limit, sort=order, ignore_unavailable=True)
    except (ApiError, TransportError) as error:
        raise Unavailable(f"Elasticsearch does not answer at {settings.elasticsearch.url}: {error}") from error
    finally:
        client.close()
    return [hit["_source"] for hit in page["hits"]["hits"]]
