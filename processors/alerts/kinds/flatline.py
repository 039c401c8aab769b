"""Type flatline: fewer matches than expected within the timeframe, judged as time goes on."""

from dataclasses import dataclass
from datetime import UTC, datetime
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


@dataclass(frozen=True, slots=True)
class FlatLine:
    """A line found flat: the query_key's value, what makes the alert's id, why in words, and since when."""

    value: str
    position: str
    why: str
    since: datetime


def judge_silence(spec: RuleSpec, memory: Memory, now: int) -> tuple[Memory | None, list[FlatLine]]:
    """At `now` (ms): memory where it changed, and the lines that have gone flat.

    A line fires once when a timeframe has passed with fewer than `threshold` matches, then again after each `realert`;
    silent until a whole timeframe was watched. `position` is the newest match and the number of the firing; no more of
    a flat line depends on `now` than that it is flat by then.
    """
    if "since" not in memory or now - memory["since"] < length(spec.timeframe):
        return None, []
    lines: dict[str, Memory] = memory["by"] or ({} if spec.query_key else {"": {"seen": []}})
    flat, changed = [], dict(lines)
    for value, line in lines.items():
        due = _due(spec, line, memory["since"])
        if due is not None and _fires(line, due, now):
            times = line.get("times", 0) + 1
            newest = line["seen"][-1][0] if line["seen"] else memory["since"]
            flat.append(FlatLine(value, f"{newest}#{times}", _why(spec, line, due), _moment(due)))
            changed[value] = line | {"fired": now, "times": times}
    return (memory | {"by": changed}, flat) if flat else (None, [])


def _due(spec: RuleSpec, line: Memory, since: int) -> int | None:
    """When the line is flat (ms): its oldest match that counts has left the timeframe; or `realert` after it fired."""
    if "fired" in line:
        return line["fired"] + length(spec.realert) if spec.realert else None
    seen = line["seen"]
    begin = seen[0][0] if len(seen) >= spec.threshold else since
    return max(begin, since) + length(spec.timeframe)


def _fires(line: Memory, due: int, now: int) -> bool:
    """An article older than the newest match says nothing about the time after it."""
    return due <= now and not (line["seen"] and now <= line["seen"][-1][0])


def _why(spec: RuleSpec, line: Memory, at: int) -> str:
    count = sum(entry[0] > at - length(spec.timeframe) for entry in line["seen"])
    return f"{count} {spec.count} within the timeframe, fewer than {spec.threshold}"


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC)
