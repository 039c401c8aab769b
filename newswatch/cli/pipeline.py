"""What `newswatch up` runs: the roles, the environment they share, and the wait until all is done."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from newswatch.errors import Unavailable
from newswatch.flow import PROCESS_STAGES
from newswatch.group_lag import LagReader
from newswatch.quiescence import Waiting, first_waiting
from newswatch.settings import Settings
from newswatch.supervisor import Role, Supervisor

LOOK_EVERY = 0.25
"""Seconds between two looks at lag while waiting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Which roles run: `once` leaves out those that never finish."""

    once: bool = False
    board: bool = True


def roles(plan: Plan) -> list[Role]:
    """One process a stage; the poller and the board only where they make sense."""
    stages = [Role(name=f"process-{name}", arguments=("process", "--stage", name)) for name in PROCESS_STAGES]
    chosen = [
        *stages,
        Role(name="index", arguments=("index",)),
        Role(name="notify", arguments=("notify",), speaks=not plan.once),
    ]
    if not plan.once:
        chosen.append(Role(name="ingest", arguments=("ingest",)))
        if plan.board:
            chosen.append(Role(name="board", arguments=("board",)))
    return chosen


def environment(settings: Settings, plan: Plan) -> Mapping[str, str]:
    """What the roles are told: addresses, data folder, free ports for their health pages."""
    told = {
        "NEWSWATCH_DATA": str(settings.data.absolute()),
        "NEWSWATCH_KAFKA__BOOTSTRAP": settings.kafka.bootstrap,
        "NEWSWATCH_ELASTICSEARCH__URL": settings.elasticsearch.url,
        "NEWSWATCH_ELASTICSEARCH__PREFIX": settings.elasticsearch.prefix,
        "NEWSWATCH_KAFKA__SESSION_TIMEOUT": str(settings.kafka.session_timeout),
        "NEWSWATCH_EXTRACT__PROCESSES": str(settings.extract.processes),
        "NEWSWATCH_HTTP__PORT": "0",
        "NEWSWATCH_LOG__FORMAT": "json",
        "NEWSWATCH_NOTIFY__CONSOLE": str(settings.notify.console and not plan.once and not plan.board).lower(),
    }
    return told | ({"NEWSWATCH_RULES": str(settings.rules.absolute())} if settings.rules else {})


def wait_until_done(
    settings: Settings, supervisor: Supervisor, patience: float, on_look: Callable[[Waiting], None]
) -> Waiting | None:
    """None once every stage has done all its work; what still waits after `patience` seconds without progress."""
    reader = LagReader(settings.kafka)
    moved, last = time.monotonic(), None
    try:
        while True:
            supervisor.look()
            waiting = _look(reader)
            if waiting is None:
                return None
            if waiting != last:
                moved, last = time.monotonic(), waiting
            if time.monotonic() - moved > patience:
                return waiting
            on_look(waiting)
            time.sleep(LOOK_EVERY)
    finally:
        reader.close()


def _look(reader: LagReader) -> Waiting | None:
    try:
        return first_waiting(reader.lag)
    except Unavailable:
        return Waiting(stage="kafka", lag=0)
