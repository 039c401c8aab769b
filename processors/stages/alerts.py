"""news.tracked → news.alerts: matches each tracked article against the rules; memory in news.alert-state."""

from collections.abc import Callable, Sequence
from datetime import datetime

from newswatch import metric_names as metrics
from newswatch import wire
from newswatch.records.alert import Alert, AlertState
from newswatch.records.tracked import TrackedArticle
from newswatch.topics import Topic
from processors.alerts.deciding import AlertOutcome, decide, state_key, tick
from processors.alerts.rules import RuleSet
from processors.streaming.outbox import Output
from processors.streaming.stage_memory import PartitionMemory, StageMemory, StateReader
from processors.streaming.worker import Handled, Incoming


class AlertsStage:
    """Stateful, one message at a time. `rules` gives the rules in force now, so that they can be reloaded."""

    name = "alerts"
    input = Topic.TRACKED
    concurrency = 1

    def __init__(self, reader: StateReader, rules: Callable[[], RuleSet], watch: str) -> None:
        self._memory: StageMemory[AlertState] = StageMemory(
            self.name, reader, lambda data: wire.decode(data, AlertState)
        )
        self._rules = rules
        self._watch = watch

    async def handle(self, message: Incoming) -> Handled:
        """The alerts that fire and the state that changed. Raises Unprocessable for what is not a TrackedArticle."""
        tracked = wire.decode(message.value, TrackedArticle)
        memory = await self._memory.of(message.partition, message.generation)
        outcome = decide(
            self._rules(),
            memory.records,
            tracked,
            offset=message.offset,
            generation=memory.generation,
            now=message.now,
            fired_at=message.written,
        )
        alerts = outcome.alerts
        return Handled(
            outputs=tuple(map(_alert, alerts)),
            state=_states(outcome, message.partition),
            remember=lambda: _remember(memory, outcome, alerts),
            discarded=None if alerts else "no-rule-fired",
        )

    async def start(self) -> None:
        """Nothing to warm."""

    async def tick(self, partitions: Sequence[int], generation: int, now: datetime) -> Handled:
        """The alerts of lines that have gone flat. Raises Unavailable when a partition's memory cannot be read."""
        outcomes = []
        for partition in partitions:
            memory = await self._memory.of(partition, generation)
            flat = tick(self._rules(), memory.records, self._watch, generation=memory.generation, now=now)
            outcomes.append((partition, memory, flat))

        def remember() -> None:
            for _, memory, outcome in outcomes:
                _remember(memory, outcome, outcome.silences)

        return Handled(
            outputs=tuple(_alert(alert) for _, _, outcome in outcomes for alert in outcome.silences),
            state=tuple(state for partition, _, outcome in outcomes for state in _states(outcome, partition)),
            remember=remember,
        )

    def assignment_changed(self) -> None:
        """Partitions came or went: read them back."""
        self._memory.forget()

    def close(self) -> None:
        """Nothing to free."""


def _alert(alert: Alert) -> Output:
    return Output(topic=Topic.ALERTS, key=alert.alert_id.encode(), value=wire.encode(alert))


def _states(outcome: AlertOutcome, partition: int) -> tuple[Output, ...]:
    written = [(state_key(state), wire.encode(state)) for state in outcome.states]
    gone = [(key, None) for key in outcome.forgotten]
    return tuple(
        Output(topic=Topic.ALERT_STATE, key=key.encode(), value=value, partition=partition)
        for key, value in (*written, *gone)
    )


def _remember(memory: PartitionMemory[AlertState], outcome: AlertOutcome, alerts: Sequence[Alert]) -> None:
    for state in outcome.states:
        memory.records[state_key(state)] = state
    for key in outcome.forgotten:
        memory.records.pop(key, None)
    for alert in alerts:
        metrics.counter(metrics.ALERTS_FIRED).labels(alert.rule_id).inc()
    for rule, reason in outcome.suppressed:
        metrics.counter(metrics.ALERTS_SUPPRESSED).labels(rule, reason).inc()
