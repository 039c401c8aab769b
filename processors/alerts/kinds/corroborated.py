"""Type corroborated: independent sources tell the same story within the timeframe."""

from processors.alerts.kinds import once
from processors.alerts.kinds.base import Judgement, Memory, Sighting, Verdict, length, mark
from processors.alerts.kinds.cooldown import after_holding, seen_before


def judge(sighting: Sighting, memory: Memory) -> Judgement:
    """Fires when `num_sources` owners of outlets have told the story within `timeframe`; copies do not count."""
    if sighting.tracked.copy_of is not None:
        return Judgement(Verdict.COPY)
    article = sighting.tracked.article
    source = mark(article.source_owner or article.source or article.article_id)
    owners: dict[str, int] = memory.get("owners", {})
    owners = owners | {source: min(sighting.at, owners.get(source, sighting.at))}
    after = memory | {"owners": owners}
    if "fired" in memory:
        verdict = once.judge(sighting, after)
        return verdict if verdict.memory is not None else Judgement(verdict.verdict)
    if seen_before(sighting, memory):
        return Judgement(Verdict.SAME_ARTICLE)
    most = _most_within(sorted(owners.values()), length(sighting.spec.timeframe))
    wanted = sighting.spec.num_sources or 2
    if most < wanted:
        return Judgement(Verdict.BELOW_THRESHOLD, memory=after_holding(sighting, after, Verdict.BELOW_THRESHOLD))
    return once.fire(sighting, after, Verdict.CORROBORATED, f"{most} independent sources within the timeframe")


def _most_within(times: list[int], timeframe: int) -> int:
    """The most of the times that lie within one stretch of `timeframe`."""
    return max((sum(first <= time <= first + timeframe for time in times) for first in times), default=0)
