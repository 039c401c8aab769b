"""Whether a rule that has fired for a key may fire again. Pure."""

from processors.alerts.kinds.base import Memory, Sighting, Verdict, length

SEEN_MOST = 64
"""Articles remembered per key, so that a replayed one is not counted as held back again."""


def silent_for(sighting: Sighting, exponent: int) -> int:
    """Milliseconds after a firing in which the rule stays silent: `realert`, doubled each time up to its cap."""
    first, cap = length(sighting.spec.realert), length(sighting.spec.exponential_realert)
    return min(first * 2 ** min(exponent, 40), cap) if cap else first


def due(sighting: Sighting, memory: Memory) -> Verdict:
    """REPEAT_DUE, INSIDE_COOLDOWN, or ALREADY_FIRED for a rule that never repeats; memory holds a firing."""
    if sighting.spec.realert is None:
        return Verdict.ALREADY_FIRED
    if sighting.at - memory["fired"] >= silent_for(sighting, memory.get("times", 1) - 1):
        return Verdict.REPEAT_DUE
    return Verdict.INSIDE_COOLDOWN


def after_firing(sighting: Sighting, memory: Memory) -> Memory:
    """Memory after a firing: when, how often in a row, and nothing held back since.

    A key that was quiet for longer than twice its wait begins its waits anew.
    """
    times = memory.get("times", 0) + 1
    last = memory.get("fired")
    if last is not None and sighting.at - last > 2 * max(silent_for(sighting, times - 2), 1):
        times = 1
    kept = {key: value for key, value in memory.items() if key != "held"}
    return kept | {"fired": max(sighting.at, last or 0), "times": times, "seen": _seen(sighting, memory)}


def after_holding(sighting: Sighting, memory: Memory, verdict: Verdict) -> Memory:
    """Memory after a match that was held back: counted by reason."""
    held = dict(memory.get("held", {}))
    held[verdict.value] = held.get(verdict.value, 0) + 1
    return memory | {"held": held, "seen": _seen(sighting, memory)}


def seen_before(sighting: Sighting, memory: Memory) -> bool:
    """Whether this very article was judged for the key before."""
    return sighting.article in memory.get("seen", ())


def _seen(sighting: Sighting, memory: Memory) -> list[str]:
    return [*memory.get("seen", ())[-SEEN_MOST + 1 :], sighting.article]
