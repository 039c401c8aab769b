"""Every kind with the function that judges it."""

from processors.alerts.kinds import (
    cardinality,
    change,
    corroborated,
    escalation,
    flatline,
    frequency,
    new_term,
    once,
    spike,
)
from processors.alerts.kinds.base import Judge
from processors.alerts.rule_model import Kind

JUDGES: dict[Kind, Judge] = {
    Kind.ANY: once.judge,
    Kind.FREQUENCY: frequency.judge,
    Kind.SPIKE: spike.judge,
    Kind.FLATLINE: flatline.judge,
    Kind.NEW_TERM: new_term.judge,
    Kind.CARDINALITY: cardinality.judge,
    Kind.CHANGE: change.judge,
    Kind.CORROBORATED: corroborated.judge,
    Kind.ESCALATION: escalation.judge,
}

PER_STORY = frozenset({Kind.ANY, Kind.CHANGE, Kind.CORROBORATED, Kind.ESCALATION})
"""Kinds that remember each story for itself; the others remember windows."""
