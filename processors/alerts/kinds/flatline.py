"""Type flatline: fewer matches than expected within the timeframe, judged as time goes on."""

from typing import Any

from processors.alerts.kinds.base import Judgement, Memory, Sighting, Verdict, length
from processors.alerts.kinds.windows import unit_of
from processors.alerts.rule_model import RuleSpec

MOST_VALUES = 500
"""Values of the query_key watched at once; the ones longest silent leave first."""


def begin(memory: Memory, at: int) -> Memory:
    """Memory that has begun to watch at `at` (ms)."""
    return {"since": at, "by": {}} | memory


def judge(sighting: Sighting, memory: Memory) -> Judgement:
    """A match is remembered, the newest `threshold` of each value; it ends a flat line."""
    before: Memory = begin(memory, sighting.at)
    lines: dict[str, Memory] = before["by"]
    line = lines.get(sighting.value, {})
    seen: list[list[Any]] = line.get("seen", [])
    unit = unit_of(sighting)
    if any(entry[1] == unit for entry in seen):
        return Judgement(Verdict.SAME_ARTICLE)
    newest = sorted([*seen, [sighting.at, unit]])[-sighting.spec.threshold :]
    if newest == seen:
        return Judgement(Verdict.OLDER_THAN_WINDOW)
    kept = {**lines, sighting.value: {"seen": newest}}
    if len(kept) > MOST_VALUES:
        kept = dict(sorted(kept.items(), key=lambda item: item[1]["seen"][-1][0])[-MOST_VALUES:])
    return Judgement(Verdict.BELOW_THRESHOLD, memory=before | {"by": kept})


def judge_silence(spec: RuleSpec, memory: Memory, now: int) -> tuple[Memory | None, list[tuple[str, str, str]]]:
    """At `now` (ms): memory where it changed, and (value, position, why) of each line that has gone flat.

    A line fires once when a timeframe has passed with fewer than `threshold` matches, then again after each `realert`;
    silent until a whole timeframe was watched. `position` makes the alert's id: newest match and number of the firing.
    """
    if "since" not in memory or now - memory["since"] < length(spec.timeframe):
        return None, []
    lines: dict[str, Memory] = memory["by"] or ({} if spec.query_key else {"": {"seen": []}})
    flat, changed = [], dict(lines)
    for value, line in lines.items():
        why = _flat(spec, line, now)
        if why:
            times = line.get("times", 0) + 1
            newest = line["seen"][-1][0] if line["seen"] else memory["since"]
            flat.append((value, f"{newest}#{times}", why))
            changed[value] = line | {"fired": now, "times": times}
    return (memory | {"by": changed}, flat) if flat else (None, [])


def _flat(spec: RuleSpec, line: Memory, now: int) -> str | None:
    frame = length(spec.timeframe)
    if line["seen"] and now <= line["seen"][-1][0]:
        return None  # an older article says nothing about the time after the newest match
    count = sum(entry[0] > now - frame for entry in line["seen"])
    if count >= spec.threshold:
        return None
    if "fired" in line and not (spec.realert and now - line["fired"] >= length(spec.realert)):
        return None
    return f"{count} {spec.count} within the timeframe, fewer than {spec.threshold}"
