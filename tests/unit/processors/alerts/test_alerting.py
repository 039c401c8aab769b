"""Which articles fire, once per rule and story, and what the alert shows."""

from pathlib import Path

import pytest

from newswatch.records.alert import AlertState
from newswatch.settings import DEFAULT_WATCH
from newswatch.wire import decode, encode
from processors.alerts.deciding import decide, state_key
from processors.alerts.rules import load_rules
from tests.unit.processors.alerts.samples import NOON, rule_set, tracked


def test_an_alert_shows_where_it_matched() -> None:
    rules = load_rules(DEFAULT_WATCH / "alerts.yaml")
    text = "Trump spoke.\n\nVenezuela is releasing a number of political  prisoners, he said."
    outcome = decide(rules, {}, tracked(text), offset=4, generation=1, now=NOON)
    (alert,) = [alert for alert in outcome.alerts if alert.rule_id == "political-prisoners"]
    evidence = alert.matches[0].evidence
    assert evidence.field == "text"
    assert text[evidence.start : evidence.end] == evidence.text == "political  prisoners"
    assert "political prisoners" in alert.matches[0].snippet


def test_a_rule_fires_once_per_story(tmp_path: Path) -> None:
    rules = rule_set(tmp_path, {"id": "r", "match": {"any": ["embargo"]}})
    states: dict[str, AlertState] = {}
    fired = []
    for offset, story in enumerate(["s1", "s1", "s2", "s1"]):
        outcome = decide(rules, states, tracked("The embargo", story=story), offset=offset, generation=1, now=NOON)
        states |= {state_key(state): decode(encode(state), AlertState) for state in outcome.states}
        fired.append(len(outcome.alerts))
    assert fired == [1, 0, 1, 0]


def test_deciding_again_gives_the_same_ids(tmp_path: Path) -> None:
    rules = rule_set(tmp_path, {"id": "r", "match": {"any": ["embargo"]}})
    first, second = (
        decide(rules, {}, tracked("The embargo"), offset=7, generation=generation, now=NOON) for generation in (1, 2)
    )
    assert [alert.alert_id for alert in first.alerts] == [alert.alert_id for alert in second.alerts]


@pytest.mark.parametrize(
    ("match", "text", "fires"),
    [
        pytest.param({"any": ["preso político"]}, "Un PRESO POLITICO más", True, id="case and accents do not count"),
        pytest.param({"any": ["cuba"]}, "A Cubana flight", False, id="a word is not found inside another"),
        pytest.param({"any": ["deport*"]}, "two deportation flights", True, id="a star finds longer words"),
        pytest.param({"any": ["preso~ político~"]}, "las presas políticas", True, id="a tilde finds plural and gender"),
        pytest.param({"any": ["=ICE"]}, "ice on the wings", False, id="an exact term minds its case"),
        pytest.param({"any": ["=ICE"]}, "ICE raids", True, id="an exact term is found as written"),
        pytest.param({"all": ["oil", "licence"]}, "an oil licence", True, id="all terms are there"),
        pytest.param({"all": ["oil", "licence"]}, "an oil spill", False, id="one of all is missing"),
        pytest.param({"any": ["oil"], "none": ["olive"]}, "olive oil", False, id="a forbidden term holds it back"),
        pytest.param(
            {"near": [{"terms": ["strike", ["boat", "vessel"]], "within": 3}]}, "a strike on a vessel", True, id="near"
        ),
        pytest.param(
            {"near": [{"terms": ["strike", "boat"], "within": 2}]}, "strike hit the boat", False, id="too far"
        ),
    ],
)
def test_matching(tmp_path: Path, match: dict[str, object], text: str, fires: bool) -> None:
    rules = rule_set(tmp_path, {"id": "r", "match": match})
    outcome = decide(rules, {}, tracked(text), offset=0, generation=1, now=NOON)
    assert bool(outcome.alerts) is fires


def test_a_story_under_another_id_does_not_fire_again(tmp_path: Path) -> None:
    rules = rule_set(tmp_path, {"id": "r", "match": {"any": ["embargo"]}})
    first = decide(rules, {}, tracked("The embargo", story="s1"), offset=0, generation=1, now=NOON)
    states = {state_key(state): state for state in first.states}
    merged = tracked("The embargo", story="s2", story_aliases=("s1",))
    outcome = decide(rules, states, merged, offset=1, generation=1, now=NOON)
    assert (len(first.alerts), outcome.alerts) == (1, ())
    assert {state_key(state) for state in outcome.states} <= {"r/s2"}
