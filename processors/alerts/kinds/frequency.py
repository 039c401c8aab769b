"""Type frequency: so many matches within the timeframe, wherever among them the last to come in falls."""

from bisect import bisect_left

from processors.alerts.kinds.base import Judgement, Memory, Sighting, Verdict, length
from processors.alerts.kinds.cooldown import after_holding, silent_for
from processors.alerts.kinds.windows import Entry, admit, after_window_firing, kept, resting, unit_of, within


def judge(sighting: Sighting, memory: Memory) -> Judgement:
    """Fires when a stretch of `timeframe` that holds this match has `num_events` of them not yet spent on an alert."""
    if sighting.tracked.copy_of is not None and sighting.spec.count != "articles":
        return Judgement(Verdict.COPY)
    present, refused = admit(sighting, memory, unit_of(sighting))
    if refused:
        return Judgement(refused)
    stretch = _fullest(present, sighting.at, length(sighting.spec.timeframe))
    wanted = sighting.spec.num_events or 1
    if len(stretch) < wanted:
        return Judgement(Verdict.BELOW_THRESHOLD, memory=kept(sighting, memory, present))
    wait = silent_for(sighting, memory.get("times", 1) - 1)
    if resting(sighting, memory, wait):
        held = after_holding(sighting, kept(sighting, memory, present), Verdict.INSIDE_COOLDOWN)
        return Judgement(Verdict.INSIDE_COOLDOWN, memory=held)
    why = f"{len(stretch)} {sighting.spec.count} within the timeframe (threshold {wanted})"
    spent = [[*entry[:2], 1] if entry in stretch else entry for entry in present]
    fired = after_window_firing(sighting, kept(sighting, memory, spent))
    return Judgement(Verdict.THRESHOLD, fires=True, memory=fired, why=why)


def _fullest(present: list[Entry], at: int, timeframe: int) -> list[Entry]:
    """The unspent entries of the fullest stretch of `timeframe` that holds `at`."""
    near = [entry for entry in within(present, at - timeframe, at + timeframe - 1) if not entry[2]]
    times = [int(entry[0]) for entry in near]
    best: list[Entry] = []
    for first, begin in enumerate(times):
        end = bisect_left(times, begin + timeframe)
        if begin <= at < begin + timeframe and end - first > len(best):
            best = near[first:end]
    return best
