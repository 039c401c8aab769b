"""State stays bounded, and what was forgotten does not fire again."""

from pathlib import Path

from newswatch.records.alert import AlertState
from newswatch.wire import encode
from processors.alerts.deciding import decide
from processors.alerts.kinds.new_term import MOST_TERMS
from processors.alerts.kinds.windows import MOST_ENTRIES
from processors.alerts.memory import EVERY, FLOOR_KEY, SHARE_FORGOTTEN, forgetting, state_key
from tests.unit.processors.alerts.samples import NOON, rule_set, tracked


def states_of(count: int) -> dict[str, AlertState]:
    made = (
        AlertState(rule_id="r", key=f"s{n}", applied_offset=n, generation=1, memory={"at": n, "fired": n})
        for n in range(count)
    )
    return {state_key(state): state for state in made}


def test_the_stories_longest_without_a_match_are_forgotten() -> None:
    states = states_of(1000)
    gone, (floor,) = forgetting(states, EVERY * 7, 1, most=999)
    assert len(gone) == 1000 // SHARE_FORGOTTEN
    assert set(gone) == {f"r/s{n}" for n in range(100)}
    assert floor.memory["floor"] == 99


def test_nothing_is_forgotten_while_there_is_room_or_between_looks() -> None:
    assert forgetting(states_of(10), EVERY, 1, most=10) == ((), ())
    assert forgetting(states_of(10), EVERY + 1, 1, most=1) == ((), ())


def test_windows_are_never_forgotten() -> None:
    window = AlertState(rule_id="r", key="~w", applied_offset=0, generation=1, memory={"at": 0})
    gone, _ = forgetting(states_of(10) | {state_key(window): window}, 0, 1, most=5)
    assert "r/~w" not in gone


def test_a_match_older_than_the_memory_is_held_back_with_that_reason(tmp_path: Path) -> None:
    rules = rule_set(tmp_path, {"id": "r", "match": {"any": "embargo"}})
    millis = round(NOON.timestamp() * 1000)
    floor = AlertState(rule_id="~", key="floor", applied_offset=0, generation=1, memory={"floor": millis, "at": millis})
    old = decide(rules, {FLOOR_KEY: floor}, tracked("embargo"), offset=9, generation=1, now=NOON)
    assert (old.alerts, old.suppressed) == ((), (("r", "older-than-memory"),))
    new = decide(rules, {FLOOR_KEY: floor}, tracked("embargo", minutes=1), offset=9, generation=1, now=NOON)
    assert len(new.alerts) == 1


def test_full_windows_stay_below_300_kilobytes(tmp_path: Path) -> None:
    rules = rule_set(
        tmp_path,
        {"id": "r", "type": "frequency", "num_events": 1000, "timeframe": "30d", "match": {"any": "embargo"}},
        {"id": "n", "type": "new_term", "fields": ["source"], "learn": "1m", "match": {"any": "embargo"}},
    )
    start = round(NOON.timestamp() * 1000)
    marks = [f"{n:012x}" for n in range(MOST_TERMS)]
    window = {
        "entries": [[start + n, marks[n], 1] for n in range(MOST_ENTRIES)],
        "newest": start + MOST_ENTRIES,
        "floor": 0,
    }
    terms = {"terms": dict.fromkeys(marks, start), "began": start - 10**9}
    states = {
        f"{rule}/~w": AlertState(rule_id=rule, key="~w", applied_offset=0, generation=1, memory=memory)
        for rule, memory in (("r", window | {"since": start}), ("n", terms))
    }
    outcome = decide(rules, states, tracked("embargo", minutes=5, source="new"), offset=9, generation=1, now=NOON)
    assert len(outcome.states) == 2
    assert all(len(encode(state)) < 300_000 for state in outcome.states)
    assert len(outcome.states[0].memory["entries"]) == MOST_ENTRIES
    assert len(outcome.states[1].memory["terms"]) == MOST_TERMS
