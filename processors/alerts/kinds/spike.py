"""Type spike: a window with many times more (or fewer) matches than the one before it."""

from processors.alerts.kinds.base import Judgement, Memory, Sighting, Verdict, length
from processors.alerts.kinds.cooldown import after_holding, silent_for
from processors.alerts.kinds.windows import admit, after_window_firing, kept, resting, unit_of, within


def judge(sighting: Sighting, memory: Memory) -> Judgement:
    """Compares the window that ends with this match with the one before; quiet until both can be known.

    After an alert it rests for `realert`, without one for the timeframe.
    """
    present, refused = admit(sighting, memory, unit_of(sighting))
    if refused:
        return Judgement(refused)
    after = kept(sighting, memory, present)
    frame, at = length(sighting.spec.timeframe), sighting.at
    if at - after["since"] < 2 * frame:
        return Judgement(Verdict.LEARNING, memory=after)
    now, before = len(within(present, at - frame, at)), len(within(present, at - 2 * frame, at - frame))
    way = direction(sighting, now, before)
    if way is None:
        return Judgement(Verdict.BELOW_THRESHOLD, memory=after)
    rest = max(silent_for(sighting, after.get("times", 1) - 1), 0 if sighting.spec.realert else frame)
    if resting(sighting, after, rest):
        return Judgement(Verdict.INSIDE_COOLDOWN, memory=after_holding(sighting, after, Verdict.INSIDE_COOLDOWN))
    why = f"{way}: {now} {sighting.spec.count} in this window, {before} in the one before"
    return Judgement(Verdict.THRESHOLD, fires=True, memory=after_window_firing(sighting, after), why=why)


def direction(sighting: Sighting, now: int, before: int) -> str | None:
    """ "up", "down", or None; an empty window before counts as one match, so that growth from nothing has a height."""
    spec, height = sighting.spec, sighting.spec.spike_height or 1.0
    enough = now >= spec.threshold_cur and before >= spec.threshold_ref
    if spec.spike_type != "down" and enough and now >= height * max(before, 1):
        return "up"
    if spec.spike_type != "up" and before >= max(spec.threshold_ref, 1) and now * height <= before:
        return "down"
    return None
