"""Type cardinality: more (or fewer) different values of a field within the timeframe than allowed."""

from bisect import insort

from processors.alerts.kinds.base import Judgement, Memory, Sighting, Verdict, length, mark
from processors.alerts.kinds.cooldown import after_holding, silent_for
from processors.alerts.kinds.windows import Entry, after_window_firing, entries, kept, resting, units, within
from processors.alerts.matching.values import field_values


def judge(sighting: Sighting, memory: Memory) -> Judgement:
    """Counts the values seen in the window that ends with this match.

    After an alert it rests for `realert`, without one for the timeframe.
    """
    spec, at, frame = sighting.spec, sighting.at, length(sighting.spec.timeframe)
    values = field_values(spec.cardinality_field or "", sighting.tracked)
    if not values:
        return Judgement(Verdict.NO_VALUE)
    if at <= memory.get("floor", -1):
        return Judgement(Verdict.OLDER_THAN_WINDOW)
    present = entries(memory)
    for value in values:
        entry: Entry = [at, mark(value), 0]
        if entry not in present:
            insort(present, entry)
    after = kept(sighting, memory, present)
    count = len(units(within(present, at - frame, at)))
    too_many = spec.max_cardinality is not None and count > spec.max_cardinality
    too_few = spec.min_cardinality is not None and at - after["since"] >= frame and count < spec.min_cardinality
    if not (too_many or too_few):
        return Judgement(Verdict.BELOW_THRESHOLD, memory=after)
    rest = max(silent_for(sighting, after.get("times", 1) - 1), 0 if spec.realert else frame)
    if resting(sighting, after, rest):
        return Judgement(Verdict.INSIDE_COOLDOWN, memory=after_holding(sighting, after, Verdict.INSIDE_COOLDOWN))
    why = f"{count} different values of {spec.cardinality_field} within the timeframe"
    return Judgement(Verdict.THRESHOLD, fires=True, memory=after_window_firing(sighting, after), why=why)
