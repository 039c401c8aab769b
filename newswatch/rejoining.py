"""Keeps a kafka-python consumer at a join of its group until it has ended.

kafka-python 3.0.12 loses a join that outlasts the poll it began in, in two ways. It joins anew when the topics it leads
have changed, and asks before every poll whether that is so; the answer turns to no as soon as the leader has dealt the
partitions out, and nobody takes up the outcome of the join any more: no heartbeat is ever sent, and the broker drops
the member while the consumer goes on polling (5 of 95 joins in a run with six consumers a process). And where the join
ends between two polls, the second throws its outcome away and joins again. Here a yes holds until the join has
succeeded, and a poll waits for a join under way.
"""

from typing import Any

JOIN_MS = 2_000
"""A poll with a join under way may last this long, in milliseconds: most joins end within it, and none of a loop's
watchdogs takes it for a standstill."""


def rejoin_to_the_end(consumer: Any) -> None:
    """Makes the need to rejoin last until the consumer, which has a group, has rejoined."""
    coordinator = consumer._coordinator
    asked, join = coordinator.need_rejoin, coordinator.ensure_active_group

    def need_rejoin() -> bool:
        if needed := bool(asked()):
            coordinator.request_rejoin()  # forgotten by the coordinator when it has joined
        return needed

    def ensure_active_group(timeout_ms: float | None = None) -> bool:
        return bool(join(timeout_ms if timeout_ms is None else max(timeout_ms, JOIN_MS)))

    coordinator.need_rejoin, coordinator.ensure_active_group = need_rejoin, ensure_active_group
