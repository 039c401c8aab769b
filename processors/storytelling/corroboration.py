"""How well a happening is attested."""

from enum import StrEnum

from newswatch.records.article import Status
from newswatch.records.story import StoryEvent
from processors.folding import folded


class Corroboration(StrEnum):
    """From one origin, from several, from a named party to it, or denied by some and reported by others."""

    SINGLE = "single-source"
    MULTI = "multi-source"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"


def corroboration(event: StoryEvent) -> Corroboration:
    """The level a happening has reached; copies of one text are one origin."""
    denied = event.statuses.get(Status.DENIED.value, 0)
    if denied and denied < sum(event.statuses.values()):
        return Corroboration.DISPUTED
    if any(_party(event, speaker) for speaker in event.asserted_by) and len(event.origins) > 1:
        return Corroboration.CONFIRMED
    return Corroboration.MULTI if len(event.origins) > 1 else Corroboration.SINGLE


def _party(event: StoryEvent, speaker: str) -> bool:
    """Whether who says it is who did it or whom it befell."""
    named = {folded(name) for name in (event.source_name, event.target_name, event.source, event.target) if name}
    return folded(speaker) in named
