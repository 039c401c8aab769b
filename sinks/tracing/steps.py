"""One hop of a trace, and the hops that index documents tell of: pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one stage did with the article: when (UTC), how long, who, the decision with its reason, and where it is."""

    stage: str
    at: datetime | None
    decision: str
    reason: str = ""
    worker: str | None = None
    millis: float | None = None
    kept: str = ""
    details: dict[str, Any] = field(default_factory=dict)


EARLIEST = datetime(1, 1, 1, tzinfo=UTC)

ORDER = (
    "feed",
    "fetch",
    "raw",
    "extract",
    "match",
    "stories",
    "story",
    "alerts",
    "notify",
    "index",
    "rejected",
    "redrive",
)
"""How stages at one moment are ordered."""


def in_order(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Steps by time, those without one first; at one moment in the order of the flow; the same step told twice once."""
    seen: dict[tuple[Any, ...], Step] = {}
    for step in steps:
        key = (step.stage, step.at, step.decision, step.reason, step.kept if step.stage in ("raw", "rejected") else "")
        seen.setdefault(key, step)
    return tuple(sorted(seen.values(), key=lambda step: (step.at or EARLIEST, _rank(step.stage))))


def _rank(stage: str) -> int:
    return ORDER.index(stage) if stage in ORDER else len(ORDER)


def moment(text: Any) -> datetime | None:
    """An index document's date, in UTC; None for none."""
    if not isinstance(text, str):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


Hit = dict[str, Any]
"""A search hit: _index, _id, _source."""


def article_steps(hit: Hit) -> list[Step]:
    """Feed, fetch, extraction, the decision on relevance, the story and the index, as one article document tells."""
    source = hit["_source"]
    kept = f"{hit['_index']}/{hit['_id']}"
    steps = [_found_step(source), _fetch_step(source), *_hop_steps(source)]
    on_watch = source.get("watch")
    steps.append(
        Step(
            stage="match",
            at=_hop_time(source, "extract"),
            decision=f"on watch {on_watch}" if on_watch else "off every watch",
            reason=source.get("relevance", ""),
            details={"countries": source.get("countries", []), "events": source.get("event_count", 0)},
        )
    )
    if source.get("story_id"):
        copy = source.get("copy_of")
        steps.append(
            Step(
                stage="story",
                at=_hop_time(source, "stories"),
                decision=f"joined story {source['story_id']}",
                reason=f"repeats {copy} ({source.get('copy_kind', 'copy')})" if copy else "",
                details={"title": source.get("story", {}).get("title", "")},
            )
        )
    latency = source.get("latency", {}).get("indexed_ms")
    steps.append(
        Step(
            stage="index",
            at=moment(source.get("event", {}).get("ingested")),
            decision="indexed",
            kept=kept,
            details={"version": hit.get("_version"), "milliseconds_since_first_hop": latency},
        )
    )
    return steps


def _found_step(source: dict[str, Any]) -> Step:
    feed = source.get("feed", {})
    origin = source.get("origin", "")
    return Step(
        stage="feed" if feed.get("url") else origin or "feed",
        at=moment(source.get("@timestamp")),
        decision="first seen",
        reason=f"entry {feed['entry_id']} of {feed['url']}" if feed.get("entry_id") and feed.get("url") else origin,
        details={"published": source.get("published"), "published_source": source.get("published_source")},
    )


def _fetch_step(source: dict[str, Any]) -> Step:
    status = source.get("http", {}).get("response", {}).get("status_code")
    return Step(
        stage="fetch",
        at=moment(source.get("fetched_at")),
        decision=f"fetched ({status})" if status else "taken over",
        reason=f"body from the {source.get('body_source', 'page')}",
    )


def _hop_steps(source: dict[str, Any]) -> list[Step]:
    return [
        Step(
            stage=hop["stage"],
            at=moment(hop.get("at")),
            decision="done",
            reason=hop.get("note") or (source.get("extractor", "") if hop["stage"] == "extract" else ""),
            worker=hop.get("worker"),
            millis=hop.get("millis"),
        )
        for hop in source.get("hops", [])
    ]


def _hop_time(source: dict[str, Any], stage: str) -> datetime | None:
    times = [moment(hop.get("at")) for hop in source.get("hops", []) if hop.get("stage") == stage]
    return times[-1] if times else moment(source.get("fetched_at"))


def rejected_steps(hit: Hit) -> list[Step]:
    """The rejection and each time it was sent again."""
    source = hit["_source"]
    error, place = source.get("error", {}), source.get("input", {})
    steps = [
        Step(
            stage="rejected",
            at=moment(source.get("@timestamp")),
            decision=f"rejected by {source.get('stage')}: {error.get('type')}",
            reason=gist(error.get("message", "")),
            worker=source.get("worker"),
            kept=f"{place['topic']}[{place.get('partition')}]@{place.get('offset')}" if place.get("topic") else "",
            details={"rejected_id": hit["_id"], "attempts": source.get("attempts", 1)},
        )
    ]
    for redrive in source.get("redrives", []):
        steps.append(
            Step(
                stage="redrive",
                at=moment(redrive.get("at")),
                decision=f"sent again to {redrive.get('topic')}",
                reason=f"by {redrive.get('by')}",
                details={"rejected_id": hit["_id"]},
            )
        )
    return steps


def alert_steps(hit: Hit) -> list[Step]:
    """The firing of one alert."""
    source = hit["_source"]
    rule = source.get("rule", {})
    return [
        Step(
            stage="alerts",
            at=moment(source.get("fired_at")),
            decision=f"{source.get('severity')} alert by rule {rule.get('name') or rule.get('id')}",
            reason=source.get("reason", ""),
            kept=f"{hit['_index']}/{hit['_id']}",
            details={"alert_id": hit["_id"], "terms": source.get("terms", []), "status": source.get("status")},
        )
    ]


def delivery_steps(hit: Hit) -> list[Step]:
    """What became of one alert on one channel."""
    source = hit["_source"]
    return [
        Step(
            stage="notify",
            at=moment(source.get("@timestamp")),
            decision=f"{source.get('outcome')} on {source.get('channel')}",
            reason=source.get("error", {}).get("message", ""),
            details={"alert_id": source.get("alert_id"), "attempts": source.get("attempts")},
        )
    ]


def durations(steps: Sequence[Step]) -> list[float | None]:
    """Milliseconds from each step's predecessor in time; None for the first and for steps without a time."""
    found: list[float | None] = []
    before: datetime | None = None
    for step in steps:
        gap = (step.at - before).total_seconds() * 1000 if step.at and before else None
        found.append(gap)
        before = step.at or before
    return found


def gist(text: str) -> str:
    """The line of an error's detail that says most: the first, of a traceback the last."""
    lines = [line for line in text.splitlines() if line.strip()]
    if lines and lines[0].startswith("Traceback"):
        return lines[-1]
    return lines[0] if lines else ""
