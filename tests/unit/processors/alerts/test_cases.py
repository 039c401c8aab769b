"""The case files: a sequence of articles and, for each, the exact alert with its reason, or why there is none.

Every step is also decided a second time from the same state (a crash before the state was written: the same ids) and
once more on top of its own outcome (a crash after it: nothing new), and all state goes through its wire form.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from newswatch.records.alert import AlertState
from newswatch.records.article import Entity, Event, EventActor, Evidence, Quantity, Status
from newswatch.settings import DEFAULT_WATCH
from newswatch.wire import decode, encode
from processors.alerts.deciding import AlertOutcome, decide, state_key, tick
from processors.alerts.rules import RuleSet, load_rules
from tests.unit.processors.alerts.samples import NOON, at, rule_set, tracked

CASES = Path(__file__).parents[3] / "cases" / "alerts"
COUNTRIES = ["VEN"]

States = dict[str, AlertState]


@cache
def shipped() -> RuleSet:
    return load_rules(DEFAULT_WATCH / "alerts.yaml")


def sequences() -> list[Any]:
    found = []
    for path in sorted(CASES.glob("*.toml")):
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        found += [pytest.param(case, id=f"{path.stem}: {case['name']}") for case in content.get("case", [])]
    return found


def sentences() -> list[Any]:
    """(row, language, sentence, whether the rule fires on it) for each line of the shipped rules' cases."""
    found = []
    for row in tomllib.loads((CASES / "shipped.toml").read_text(encoding="utf-8"))["rule"]:
        for language, pairs in row.items():
            if language in {"en", "es", "pt"}:
                for number, text in enumerate([*pairs.get("fires", []), *pairs.get("silent", [])]):
                    fires = number < len(pairs.get("fires", []))
                    identity = f"{row['id']} {language} {'fires' if fires else 'is silent'}: {text[:40]}"
                    found.append(pytest.param(row, language, text, fires, id=identity))
    return found


@pytest.mark.parametrize(("row", "language", "text", "fires"), sentences())
def test_shipped_rules(row: dict[str, Any], language: str, text: str, fires: bool) -> None:
    title, _, body = text.partition(" | ") if row.get("titled") else ("A report", "", text)
    article = tracked(body, title=title, language=language, countries=tuple(row.get("countries", COUNTRIES)))
    outcome = decide(shipped(), {}, article, offset=0, generation=1, now=NOON)
    fired = {alert.rule_id: alert for alert in outcome.alerts}
    assert (row["id"] in fired) is fires
    if fires:
        for match in fired[row["id"]].matches:
            field = title if match.evidence.field == "title" else body
            assert field[match.evidence.start : match.evidence.end] == match.evidence.text


def test_every_shipped_rule_has_a_case_that_fires_and_one_that_must_not() -> None:
    rows = tomllib.loads((CASES / "shipped.toml").read_text(encoding="utf-8"))["rule"]
    proven = {row["id"] for row in rows if any("fires" in row.get(lang, {}) for lang in ("en", "es", "pt"))}
    bounded = {row["id"] for row in rows if any("silent" in row.get(lang, {}) for lang in ("en", "es", "pt"))}
    for case in sequences():
        content = case.values[0]
        if "shipped" in content:
            proven |= {content["shipped"]} if any("alert" in step for step in content["steps"]) else set()
            bounded |= {content["shipped"]} if any("alert" not in step for step in content["steps"]) else set()
    everyone = {rule.id for rule in shipped().rules}
    assert len(everyone) >= 25
    assert everyone - proven == set()
    assert everyone - bounded == set()


COMPLAINTS = ("late", "batch edge", "restart in a window", "two instances", "clock", "query key")
"""What people complain of in other tools, as the names of cases begin."""


def test_there_are_enough_cases_and_one_at_least_for_each_complaint() -> None:
    names = [case.values[0]["name"] for case in sequences()]
    assert len(names) >= 150
    assert len(set(names)) == len(names)
    for complaint in COMPLAINTS:
        assert [name for name in names if name.startswith(f"{complaint}: ")], complaint


@pytest.mark.parametrize("case", sequences())
def test_sequences(case: dict[str, Any], tmp_path: Path) -> None:
    rules = only(shipped(), case["shipped"]) if "shipped" in case else rule_set(tmp_path, {"id": "r"} | case["rule"])
    states: States = {}
    before: States = {}
    outcome = AlertOutcome()
    for offset, step in enumerate(case["steps"]):
        if step.get("former_owner"):
            former = decide(rules, before, read_step(step), offset=offset - 1, generation=1, now=NOON)
            assert [alert.alert_id for alert in former.alerts] == [alert.alert_id for alert in outcome.alerts]
            continue
        before = dict(states)
        outcome = taken(rules, states, step, offset)
        fired = [alert.reason for alert in outcome.alerts]
        held = [reason for _, reason in outcome.suppressed]
        wanted = step.get("alert", [])
        wanted = [wanted] if isinstance(wanted, str) else wanted
        assert len(fired) == len(wanted), f"step {offset}: fired {fired}, held {held}"
        assert all(part in said for part, said in zip(wanted, fired, strict=True)), f"step {offset}: {fired}"
        assert held == ([step["held"]] if "held" in step else []), f"step {offset}: held {held}, fired {fired}"
        for name in ("severity", "suppressed", "kind"):
            if name in step:
                assert str(getattr(outcome.alerts[0], name)) == str(step[name])


def only(rules: RuleSet, identity: str) -> RuleSet:
    """The set with one rule of it in force."""
    chosen = [number for number, rule in enumerate(rules.rules) if rule.id == identity]
    assert chosen, f"no shipped rule {identity}"
    return RuleSet(
        rules=rules.rules, version=rules.version, automaton=rules.automaton, always=tuple(chosen), by_term={},
        flatlines=tuple(rule for rule in rules.flatlines if rule.id == identity),
    )  # fmt: skip


def taken(rules: RuleSet, states: States, step: dict[str, Any], offset: int) -> AlertOutcome:
    """The outcome of one step, after checking that a crash at any moment changes nothing."""
    if "tick" in step:
        outcome = tick(rules, states, "w", generation=1, now=at(step["tick"]))
        again = tick(rules, states, "w", generation=2, now=at(step["tick"]))
        assert [a.alert_id for a in again.alerts] == [a.alert_id for a in outcome.alerts]
        remember(states, outcome)
        return outcome
    article = read_step(step)
    outcome = decide(rules, states, article, offset=offset, generation=1, now=at(step.get("now", 0)))
    again = decide(rules, states, article, offset=offset, generation=2, now=at(99))
    assert [a.alert_id for a in again.alerts] == [a.alert_id for a in outcome.alerts], "not deterministic"
    remember(states, outcome)
    assert decide(rules, states, article, offset=offset, generation=2, now=at(99)).alerts == ()
    return outcome


def remember(states: States, outcome: AlertOutcome) -> None:
    for state in outcome.states:
        states[state_key(state)] = decode(encode(state), AlertState)
    for key in outcome.forgotten:
        states.pop(key, None)


def read_step(step: dict[str, Any]) -> Any:
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in step.items()
        if name not in {"alert", "held", "severity", "suppressed", "kind", "at", "now", "former_owner"}
    }
    values["events"] = tuple(read_event(event) for event in values.get("events", ()))
    values["entities"] = tuple(
        Entity(id=name, name=name.title(), kind=kind)
        for key, kind in (("actors", "person"), ("places", "city"))
        for name in values.pop(key, ())
    )
    values["countries"] = tuple(values.pop("countries", COUNTRIES))
    rename = {"id": "article", "sources": "independent_sources", "lang": "language", "owner": "source_owner"}
    values = {rename.get(name, name): value for name, value in values.items()}
    return tracked(values.pop("text", "The embargo."), minutes=step.get("at", 0), **values)


def read_event(row: dict[str, Any]) -> Event:
    quantities = tuple(Quantity(value=value, what=what) for what, value in row.get("numbers", {}).items())
    return Event(
        event_id="e", type=row["type"], mode=row.get("mode"), status=Status(row.get("status", "happened")),
        evidence=Evidence(field="text", start=0, end=3, text="The"), rule="t", confidence=row.get("confidence", 0.9),
        historical=row.get("historical", False), quantities=quantities,
        source=EventActor(name=row["by"], country=row["by"]) if "by" in row else None,
        target=EventActor(name=row["to"], country=row["to"]) if "to" in row else None,
    )  # fmt: skip
