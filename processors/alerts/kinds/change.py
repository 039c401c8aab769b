"""Type change: a value of the story is another than before (an event's status, a number, a field)."""

from processors.alerts.kinds.base import Judgement, Memory, Sighting, Verdict
from processors.alerts.kinds.once import changed, numbers, statuses
from processors.alerts.matching.values import field_values


def judge(sighting: Sighting, memory: Memory) -> Judgement:
    """Fires when a value that the story had before has changed; one older than the newest judged does not count."""
    now = _values(sighting)
    before: dict[str, str] = memory.get("values", {})
    if sighting.at < memory.get("newest", 0):
        return Judgement(Verdict.OLDER_THAN_WINDOW)
    after = memory | {"values": before | now, "newest": sighting.at}
    if not before:
        return Judgement(Verdict.FIRST_VALUE, memory=after)
    different = changed(before, now)
    if not different:
        return Judgement(Verdict.UNCHANGED, memory=after if now.keys() - before.keys() else None)
    why = "; ".join(f"{_said(key)} was {before[key]}, is {now[key]}" for key in different[:3])
    return Judgement(Verdict.CHANGED, fires=True, memory=after, why=why)


def _values(sighting: Sighting) -> dict[str, str]:
    values: dict[str, str] = {}
    for name in sighting.spec.compare_key:
        if name == "status":
            values |= {f"status of {key}": value for key, value in statuses(sighting).items()}
        elif name == "number":
            values |= {f"number of {key}": value for key, value in numbers(sighting).items()}
        elif found := field_values(name, sighting.tracked):
            values[name] = ", ".join(sorted(found))
    return values


def _said(key: str) -> str:
    """ "status of ASSAULT:USA:VEN" as people read it."""
    return key.rstrip(":").replace(":", " ")
