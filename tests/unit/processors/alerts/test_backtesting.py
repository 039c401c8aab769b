"""A backtest takes the path of live alerts, ends in a ledger, and can reach no channel."""

import ast
import importlib
import sys
from collections.abc import Generator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from newswatch import wire
from newswatch.archive import BATCH, file_archive, read_ahead
from newswatch.cli.rules import command
from newswatch.errors import Unavailable, Unprocessable, UserError
from newswatch.records.alert import Alert, AlertState
from newswatch.records.backtest import BacktestEntry
from newswatch.records.tracked import TrackedArticle
from processors.alerts.backtesting import Day, backtest, backtests, compare
from processors.alerts.deciding import decide, state_key
from processors.alerts.rules import load_rule_sets, load_rules
from tests.unit.processors.alerts.samples import NOON, at, rule_set, tracked

ARCHIVE = [
    tracked("The embargo.", story="s1", minutes=0),
    tracked("Sugar and the embargo.", story="s1", minutes=10),
    tracked("Sugar prices.", story="s2", minutes=60 * 24),
    tracked("Weather.", story="s3", minutes=60 * 25),
]


def test_it_fires_what_live_alerts_fire(tmp_path: Path) -> None:
    rules = rule_set(tmp_path, {"id": "r", "match": {"any": "embargo"}}, {"id": "s", "match": {"any": "sugar"}})
    ledger = backtest(rules, ARCHIVE, NOON)
    states: dict[str, AlertState] = {}
    live: list[tuple[str, str | None]] = []
    for offset, article in enumerate(ARCHIVE):
        outcome = decide(rules, states, article, offset=offset, generation=3, now=NOON)
        states |= {state_key(state): state for state in outcome.states}
        live += [(alert.rule_id, alert.article_id) for alert in outcome.alerts]
    assert [(entry.rule_id, entry.article_id) for entry in ledger.entries] == live
    assert ledger.held == {("r", "already-fired"): 1}
    assert compare(ledger, ledger)[1].days == {"2026-01-09": Day(fired=1), "2026-01-10": Day(fired=1)}


def test_it_shows_what_is_added_lost_and_moved(tmp_path: Path) -> None:
    before = backtest(rule_set(tmp_path, {"id": "r", "match": {"any": "embargo"}}), ARCHIVE, NOON)
    after = backtest(rule_set(tmp_path, {"id": "r", "match": {"any": "sugar"}}), ARCHIVE, NOON)
    (rule,) = compare(before, after)
    assert (rule.before, rule.after) == (1, 2)
    assert [(old.article_id, new.article_id) for old, new in rule.moved] == [
        (ARCHIVE[0].article.article_id, ARCHIVE[1].article.article_id)
    ]
    assert [entry.story_id for entry in rule.added] == ["s2"]
    assert rule.lost == ()
    assert rule.days == {"2026-01-09": Day(fired=1, moved=1), "2026-01-10": Day(fired=1, added=1)}
    (reverse,) = compare(after, before)
    assert [entry.story_id for entry in reverse.lost] == ["s2"]


def test_each_value_of_a_query_key_counts(tmp_path: Path) -> None:
    rules = rule_set(tmp_path, {"id": "r", "query_key": "tag", "match": {"any": "embargo"}})
    (rule,) = compare(None, backtest(rules, [tracked("The embargo.", tags=("oil", "ports"))], NOON))
    assert (rule.after, len(rule.added), rule.days) == (2, 2, {"2026-01-09": Day(fired=2, added=2)})


def test_two_rule_sets_side_by_side_find_what_each_finds_alone(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    for folder, word in ((old, "embargo"), (new, "sugar")):
        folder.mkdir()
        rule_set(folder, {"id": "same", "match": {"any": "weather"}}, {"id": "r", "match": {"any": word}})
    whole = [backtest(load_rules(folder), ARCHIVE, NOON) for folder in (old, new)]
    before, after = load_rule_sets([old], [new])
    found = backtests(before, after, ARCHIVE, NOON)
    assert [sorted(ledger.entries, key=str) for ledger in found] == [sorted(w.entries, key=str) for w in whole]
    assert [(ledger.held, ledger.articles, ledger.days()) for ledger in found] == [
        (ledger.held, ledger.articles, ledger.days()) for ledger in whole
    ]


def test_a_ledger_entry_is_no_alert() -> None:
    entry = BacktestEntry(
        rule_id="r",
        story_id="s",
        story_title="t",
        article_id="a",
        title="t",
        url=None,
        first_seen=NOON,
        severity="info",
        reason="x",
    )
    with pytest.raises(Unprocessable):
        wire.decode(wire.encode(entry), Alert)


@pytest.mark.parametrize(
    "name",
    [
        "processors.alerts.backtesting",
        "newswatch.archive",
        "newswatch.indexed_archive",
        "newswatch.topic_scan",
        "newswatch.cli.rules",
    ],
)
def test_nothing_on_its_path_names_a_channel_or_a_producer(name: str) -> None:
    module = importlib.import_module(name)
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} | {
        a.name for n in ast.walk(tree) if isinstance(n, (ast.Import, ast.ImportFrom)) for a in n.names
    }
    modules = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not names & {"producer", "KafkaProducer", "Producer"}
    assert not any(module.startswith("sinks") for module in modules)


def archive_file(folder: Path) -> Path:
    path = folder / "articles.jsonl"
    path.write_bytes(b"".join(wire.encode(article) + b"\n" for article in ARCHIVE))
    return path


def test_the_command_reports_and_loads_no_channel(tmp_path: Path) -> None:
    for name in [name for name in sys.modules if name.startswith("sinks.notify")]:
        del sys.modules[name]
    rule_set(tmp_path, {"id": "r", "match": {"any": "sugar"}})
    (tmp_path / "old.yaml").write_text("rules: [{id: r, match: {any: embargo}}]", encoding="utf-8")
    arguments = [
        "backtest", str(tmp_path / "rules.yaml"), "--against", str(tmp_path / "old.yaml"), "--since", "2026-01-01",
        "--until", "2026-02-01", "--articles", str(archive_file(tmp_path)), "--ledger", str(tmp_path / "ledger.jsonl"),
    ]  # fmt: skip
    result = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert "r: 1 → 2 alerts" in result.output
    assert "1 added, 0 lost, 1 moved; nothing was sent" in result.output
    assert len((tmp_path / "ledger.jsonl").read_bytes().splitlines()) == 2
    as_json = CliRunner().invoke(command, [*arguments, "--json"], catch_exceptions=False)
    assert msgspec.json.decode(as_json.output)["articles"] == 4
    assert not [name for name in sys.modules if name.startswith("sinks.notify")]


def test_a_rule_can_be_judged_beside_those_in_force(tmp_path: Path) -> None:
    rule_set(tmp_path, {"id": "r", "match": {"any": "embargo"}})
    more = tmp_path / "more.yaml"
    more.write_text("rules: [{id: more, match: {any: sugar}}]", encoding="utf-8")
    arguments = [
        "backtest", str(more), "--against", str(tmp_path / "rules.yaml"), "--since", "2026-01-01",
        "--until", "2026-02-01", "--articles", str(archive_file(tmp_path)),
    ]  # fmt: skip
    added = CliRunner().invoke(command, [*arguments, "--add"], catch_exceptions=False).output
    replaced = CliRunner().invoke(command, arguments, catch_exceptions=False).output
    assert "r: 1 → 1 alerts" in added
    assert "more: 0 → " in added
    assert "r: 1 → 0 alerts" in replaced


def test_a_file_archive_keeps_to_the_times_and_names_a_wrong_line(tmp_path: Path) -> None:
    path = archive_file(tmp_path)
    assert len(list(file_archive(path, at(5), at(60 * 24)))) == 1
    path.write_bytes(path.read_bytes() + b"{}\n")
    with pytest.raises(UserError, match=":5: "):
        list(file_archive(path, NOON, NOON + timedelta(days=9)))


def test_articles_read_ahead_come_in_order_and_a_fault_of_their_source_with_them() -> None:
    closed = []

    def source(count: int, fails: bool) -> Generator[TrackedArticle, None, None]:
        try:
            yield from (tracked("The embargo.", article=str(number)) for number in range(count))
            if fails:
                raise Unavailable("the server is away")
        finally:
            closed.append(count)

    whole = [article.article.article_id for article in read_ahead(source(2 * BATCH + 3, fails=False))]
    assert whole == [str(number) for number in range(2 * BATCH + 3)]
    with pytest.raises(Unavailable):
        list(read_ahead(source(BATCH, fails=True)))
    early = read_ahead(source(3 * BATCH, fails=False))
    assert next(early).article.article_id == "0"
    early.close()
    assert closed == [2 * BATCH + 3, BATCH, 3 * BATCH]


def test_rules_test_says_what_matched_and_what_did_not(tmp_path: Path) -> None:
    rule_set(tmp_path, {"id": "r", "match": {"any": ["embargo", "blockade"]}})
    page = tmp_path / "page.txt"
    page.write_text("A title\nThe embargo stays.", encoding="utf-8")
    result = CliRunner().invoke(command, ["test", str(page), "--rules", str(tmp_path / "rules.yaml"), "--rule", "r"])
    assert "r: met (any)" in result.output
    assert "embargo: text 4–11 “embargo”" in result.output
    assert "not found: “blockade”" in result.output


def test_rules_check_names_faults_and_fails(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text("rules: [{id: r, match: {any: embargo}}]", encoding="utf-8")
    bad.write_text("rules: [{id: r, match: {}}]", encoding="utf-8")
    assert CliRunner().invoke(command, ["check", str(good)]).exit_code == 0
    result = CliRunner().invoke(command, ["check", str(good), str(bad), "--json"])
    assert result.exit_code == 1
    assert "asks for nothing" in msgspec.json.decode(result.output)["faults"][0]


def test_the_published_schema_is_of_these_rules_and_takes_the_shipped_ones() -> None:
    import json

    import jsonschema
    import yaml

    from newswatch.settings import DEFAULT_WATCH
    from processors.alerts.rule_schema import schema_text

    published = (Path(__file__).parents[4] / "docs" / "alert-rules.schema.json").read_text(encoding="utf-8")
    assert published.strip() == schema_text()
    shipped = yaml.safe_load((DEFAULT_WATCH / "alerts.yaml").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(json.loads(published)).validate(shipped)


def test_every_archive_article_round_trips() -> None:
    assert [wire.decode(wire.encode(article), TrackedArticle) for article in ARCHIVE] == ARCHIVE
