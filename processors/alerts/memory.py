"""What the rules remember, record by record, and how it stays bounded. Pure."""

from collections.abc import Mapping

from newswatch.records.alert import AlertState
from processors.alerts.kinds.base import Memory

MOST_STATES = 50_000
"""State records of one partition; some 400 bytes each."""

SHARE_FORGOTTEN = 10
"""One record in so many is forgotten when there are too many: those of the stories longest without a match."""

EVERY = 512
"""Offsets between two looks at how many there are."""

FLOOR_KEY = "~/floor"
"""Key of the record that says up to which first_seen stories were forgotten."""


def state_key(state: AlertState) -> str:
    """The key of a state record: one small record for each rule and story or window, so that none grows without end."""
    return f"{state.rule_id}/{state.key}"


def memory_of(state: AlertState | None, offset: int) -> Memory | None:
    """What the record remembers ({} without one), or None when `offset` has been applied to it already."""
    if state is None:
        return {}
    return None if state.applied_offset >= offset else state.memory


def forgetting(
    states: Mapping[str, AlertState], offset: int, generation: int, most: int = MOST_STATES
) -> tuple[tuple[str, ...], tuple[AlertState, ...]]:
    """Keys to delete, and the new floor: a match first seen at or before it whose story is unknown does not fire again.

    Windows (keys that begin with ~) are never forgotten. The floor only rises when something was forgotten.
    """
    if offset % EVERY or len(states) <= most:
        return (), ()
    aged = sorted(
        (state.memory.get("at", 0), key) for key, state in states.items() if not state.key.startswith("~")
    )[: max(1, len(states) // SHARE_FORGOTTEN)]  # fmt: skip
    oldest = [(at, key) for at, key in aged if key != FLOOR_KEY]
    if not oldest:
        return (), ()
    before = states.get(FLOOR_KEY)
    floor = max(oldest[-1][0], before.memory["floor"] if before else -1)
    state = AlertState(
        rule_id="~", key="floor", applied_offset=offset, generation=generation, memory={"floor": floor, "at": floor}
    )
    return tuple(key for _, key in oldest), (state,)
