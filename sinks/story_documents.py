"""Stories as documents: one a story, replaced as it grows."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from newswatch.records.story import Story, StoryEvent, StoryMember
from sinks.cleaning import clean, day, safe_id
from sinks.documents import Document, Position
from sinks.index_names import Family

MAX_MEMBERS = 1000
"""Newest articles of a story that its document lists; the articles themselves all carry the story's id."""

MAX_EVENTS = 200
"""Merged events of a story that its document holds."""


def from_story(story: Story, position: Position, indexed_at: datetime) -> tuple[Document, ...]:
    """The story's document; its version is the input offset it has applied, so a late or repeated write is harmless."""
    members = story.members[-MAX_MEMBERS:]
    body = {
        "@timestamp": story.first_seen,
        "event": {"dataset": "newswatch.stories", "ingested": indexed_at},
        "story_id": story.story_id,
        "watch": story.watch,
        "title": story.title,
        "last_seen": story.last_seen,
        "countries": story.countries,
        "closed": story.closed,
        "article_count": max(story.article_count, len(story.members)),
        "independent_sources": story.independent_sources,
        "copies": sum(member.copy_of is not None for member in story.members),
        "aliases": story.aliases,
        "follows": story.follows,
        "kind": story.kind,
        "merged_into": story.merged_into,
        "split_into": story.split_into,
        "split_from": story.split_from,
        "languages": _distinct(member.language for member in members),
        "outlets": _distinct(member.source for member in members),
        "outlet_countries": _distinct(member.source_country for member in members),
        "event_types": _distinct(event.type for event in story.events),
        "frames": _distinct(frame for event in story.events for frame in event.frames),
        "corroboration": _distinct(event.corroboration for event in story.events),
        "members": [_member_body(member) for member in members],
        "events": [_event_body(event) for event in story.events[:MAX_EVENTS]],
    }
    return (
        Document(
            family=Family.STORIES,
            id=safe_id(story.story_id),
            time=story.first_seen,
            version=max(0, story.applied_offset),
            body=clean(body),
        ),
    )


def _distinct(values: Iterable[str | None]) -> list[str]:
    return sorted({value for value in values if value})


def _member_body(member: StoryMember) -> dict[str, Any]:
    return {
        "article_id": member.article_id,
        "title": member.title,
        "url": member.url,
        "first_seen": member.first_seen,
        "published": member.published,
        "language": member.language,
        "outlet": member.source,
        "outlet_country": member.source_country,
        "owner": member.owner,
        "copy_of": member.copy_of,
    }


def _event_body(event: StoryEvent) -> dict[str, Any]:
    return {
        "id": event.event_id,
        "type": event.type,
        "mode": event.mode,
        "status": event.status,
        "actor": event.source,
        "target": event.target,
        "date": day(event.date),
        "place": event.place,
        "corroboration": event.corroboration,
        "first_to_report": event.first_to_report,
        "claims": len(event.claims),
        "frames": event.frames,
        "statuses": event.statuses,
        "articles": event.articles,
        "asserted_by": event.asserted_by,
        "frames_by_country": event.frames_by_country,
        "figures": msgspec.to_builtins(event.figures),
        "said_by": msgspec.to_builtins(
            [
                {
                    "article_id": claim.article_id,
                    "outlet": claim.source,
                    "country": claim.source_country,
                    "frame": claim.frame,
                    "status": claim.status,
                    "asserted_by": claim.asserted_by,
                }
                for claim in event.claims
            ]
        ),
    }
