"""Type escalation: a story reaches a higher step than it has been on."""

from processors.alerts.kinds.base import Judgement, Memory, Sighting, Verdict
from processors.alerts.kinds.cooldown import after_firing, after_holding, seen_before


def judge(sighting: Sighting, memory: Memory) -> Judgement:
    """Fires when the article's tier (`sighting.tier`, from 0) is above the story's highest; loud as that tier says."""
    highest = memory.get("tier", -1)
    if sighting.tier <= highest:
        if seen_before(sighting, memory):
            return Judgement(Verdict.SAME_ARTICLE)
        return Judgement(Verdict.NOT_HIGHER, memory=after_holding(sighting, memory, Verdict.NOT_HIGHER))
    tier = sighting.spec.tiers[sighting.tier]
    before = f"from “{sighting.spec.tiers[highest].name}” " if highest >= 0 else ""
    after = after_firing(sighting, memory) | {"tier": sighting.tier}
    why = f"rises {before}to “{tier.name}”"
    return Judgement(Verdict.TIER_ROSE, fires=True, memory=after, why=why, severity=tier.severity)
