"""The trained model of parties: what it may change, and that a watch does without it."""

from datetime import date
from pathlib import Path

import msgspec
import pytest

from newswatch.records.article import Event
from processors.events.model.weights import Model, read_model
from processors.events.tagging import tag
from processors.events.watchdata import load_watch
from tests.eval.events import WATCH

TEXT = "Mexico condemned the United States over its blockade of Cuba on Monday."


def parties(model: Model | None) -> set[tuple[str, str | None, str | None]]:
    """Type, source and target of each event of the text, with this model."""
    watch = msgspec.structs.replace(load_watch(WATCH), model=model)
    events = tag("", TEXT, published=date(2026, 2, 3), lang="en", watch=watch).events
    return {(event.type, country(event, "source"), country(event, "target")) for event in events}


def country(event: Event, slot: str) -> str | None:
    """The state of one side of an event."""
    actor = event.source if slot == "source" else event.target
    return actor.country if actor is not None else None


def weights(**slots: dict[str, float]) -> Model:
    """A model with weights that hold for every draft."""
    return Model("by hand", {slot: {"": table} for slot, table in slots.items()})


def test_without_a_model_the_rules_parties_stay() -> None:
    """A watch needs no model."""
    assert ("ACCUSE", "MEX", "USA") in parties(None)


def test_a_model_that_trusts_the_rules_changes_nothing() -> None:
    """Weight on what the rules chose, and on nothing else."""
    assert parties(weights(pair={"kept": 5.0})) == parties(None)


def test_a_model_may_choose_another_state_of_the_sentence() -> None:
    """Weight on one state as target: the events it may have as target have it."""
    assert ("ACCUSE", "MEX", "CUB") in parties(weights(source={"is:other": 9.0}, target={"is:CUB": 9.0}))


def test_a_model_never_leaves_an_event_without_parties() -> None:
    """Weight on nobody for both sides: one side stays known."""
    assert all(source or target for _, source, target in parties(weights(source={"is:?": 9.0}, target={"is:?": 9.0})))


def test_a_file_that_is_no_model_is_said_to_be_none(tmp_path: Path) -> None:
    """The fault names the file and what to do."""
    path = tmp_path / "model.json"
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(ValueError, match=r"model\.json: no model: .*make train"):
        read_model(path)


def test_no_file_is_no_model(tmp_path: Path) -> None:
    """The model is optional."""
    assert read_model(tmp_path / "model.json") is None
