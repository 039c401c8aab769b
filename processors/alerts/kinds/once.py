"""Type any: every match is an alert, once for each story, and again only on what the rule names."""

from processors.alerts.kinds.base import Judgement, Memory, Sighting, Verdict
from processors.alerts.kinds.cooldown import after_firing, after_holding, due, seen_before

REASONS = {
    Verdict.NEW: "first match for this story",
    Verdict.REPEAT_DUE: "realert time is over",
    Verdict.MORE_SOURCES: "more independent sources",
    Verdict.NUMBER_CHANGED: "a number has changed",
    Verdict.STATUS_CHANGED: "the status of an event has changed",
}


def judge(sighting: Sighting, memory: Memory) -> Judgement:
    """Fires at the first match; then as `realert` and `realert_on` say."""
    if "fired" not in memory:
        return fire(sighting, memory, Verdict.NEW)
    if seen_before(sighting, memory):
        return Judgement(Verdict.SAME_ARTICLE)
    verdict = _escape(sighting, memory) or due(sighting, memory)
    if verdict in REASONS:
        return fire(sighting, memory, verdict)
    return Judgement(verdict, memory=after_holding(sighting, memory, verdict))


def fire(sighting: Sighting, memory: Memory, verdict: Verdict, why: str = "") -> Judgement:
    """Fires, and remembers sources, numbers and statuses as they were."""
    kept = after_firing(sighting, memory) | _snapshot(sighting)
    return Judgement(verdict, fires=True, memory=kept, why=why or REASONS[verdict])


def _escape(sighting: Sighting, memory: Memory) -> Verdict | None:
    """What lets a match out of its cooldown."""
    wanted, now = sighting.spec.realert_on, _snapshot(sighting)
    if wanted.sources and now["sources"] >= memory.get("sources", 1) + wanted.sources:
        return Verdict.MORE_SOURCES
    if wanted.status and changed(memory.get("statuses", {}), now["statuses"]):
        return Verdict.STATUS_CHANGED
    if wanted.number and changed(memory.get("numbers", {}), now["numbers"]):
        return Verdict.NUMBER_CHANGED
    return None


def _snapshot(sighting: Sighting) -> Memory:
    return {
        "sources": sighting.tracked.independent_sources,
        "statuses": statuses(sighting),
        "numbers": numbers(sighting),
    }


def statuses(sighting: Sighting) -> dict[str, str]:
    """Event (type and parties) → its status in this article; history left out."""
    return {
        f"{event.type}:{event.source.country if event.source else ''}:{event.target.country if event.target else ''}":
            event.status.value
        for event in sighting.tracked.article.events if not event.historical
    }  # fmt: skip


def numbers(sighting: Sighting) -> dict[str, str]:
    """What is counted (event type, words, unit) → the number in this article."""
    return {
        f"{event.type}:{quantity.what or ''}:{quantity.unit or ''}": f"{quantity.value:g}"
        for event in sighting.tracked.article.events if not event.historical
        for quantity in event.quantities
    }  # fmt: skip


def changed(before: dict[str, str], now: dict[str, str]) -> list[str]:
    """Keys that both have, with different values."""
    return [key for key in before if key in now and now[key] != before[key]]
