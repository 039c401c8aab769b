"""`newswatch board`: the live board as a service, with the actions of other stages handed in."""

import itertools
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import yaml

from newswatch import alert_book
from newswatch.alert_matching import check_matchers
from newswatch.archive import ArchiveKind, archive
from newswatch.cli.rules import rules_path
from newswatch.errors import UserError
from newswatch.kafka_clients import wait_for_kafka
from newswatch.records.alert import AlertStatus
from newswatch.records.silence import Silence as SilenceRecord
from newswatch.records.tracked import TrackedArticle
from newswatch.rights_held import require_rights
from newswatch.service import Service
from newswatch.settings import KafkaSettings, Settings, load_settings

START_PATIENCE = 120.0
"""Seconds the board waits for Kafka at start before it ends with a message."""

BACKTEST_SPAN = timedelta(days=366)
BACKTEST_SECONDS = 20.0
"""Seconds of reading the archive for a backtest in the browser; the command line has no limit."""

BACKTEST_ALERTS = 200


@click.command()
@click.option("--host", help="Address to bind to. [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to bind to; 0: a free one. [default: 0]")
def command(host: str | None, port: int | None) -> None:
    """Serve the board: what is happening now, stories, search, alerts, the pipeline and the feeds, live in a browser.

    Keeps no state: several may run behind a proxy. Bound to this machine alone unless told otherwise; anything else
    needs NEWSWATCH_BOARD__TOKEN (people log in with it) or NEWSWATCH_BOARD__PROXY_HEADER.

    \b
    Examples:
      newswatch board --port 8080
      NEWSWATCH_BOARD__TOKEN_FILE=/run/secrets/board newswatch board --host 0.0.0.0 --port 8080
    """
    from sinks.board.access import check_exposure
    from sinks.board.server import run_board

    settings = load_settings()
    given = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    settings = settings.model_copy(update={"board": settings.board.model_copy(update=given)})
    check_exposure(settings.board)
    with Service("board", settings) as service:
        wait_for_kafka(settings.kafka, START_PATIENCE)
        require_rights(settings.kafka, "board")
        run_board(settings, service, board_actions(settings), on_address=_say)


def _say(address: str) -> None:
    click.echo(f"board: {address}", err=True)


def board_actions(settings: Settings) -> Any:
    """What people can do on the board, made of the alert book's and the rules' own functions."""
    from sinks.board.actions import Actions

    kafka = settings.kafka
    return Actions(
        acknowledge=lambda alert_id, by, note: _change(kafka, alert_id, AlertStatus.ACKNOWLEDGED, by, note),
        resolve=lambda alert_id, by, note: _change(kafka, alert_id, AlertStatus.RESOLVED, by, note),
        silence=lambda matchers, length, by, note: _silence(kafka, matchers, length, by, note),
        silences=lambda: _silences(kafka),
        unsilence=lambda silence_id: _unsilence(kafka, silence_id),
        check_rule=_check_rule,
        backtest=lambda text: _backtest(settings, text),
        rule_text=lambda rule_id: _rule_text(rules_path(settings), rule_id),
    )


def _change(kafka: KafkaSettings, alert_id: str, status: AlertStatus, by: str, note: str) -> None:
    alert = alert_book.find_alert(alert_book.read_alerts(kafka, None), alert_id)
    alert_book.change(kafka, alert, status, by=by, note=note or None, now=datetime.now(UTC))


def _silence(kafka: KafkaSettings, matchers: Mapping[str, Sequence[str]], length: timedelta, by: str, note: str) -> str:
    check_matchers(matchers)
    now = datetime.now(UTC)
    plain = {name: tuple(values) for name, values in matchers.items()}
    return alert_book.add_silence(kafka, plain, until=now + length, by=by, note=note or None, now=now).silence_id


def _silences(kafka: KafkaSettings) -> list[SilenceRecord]:
    now = datetime.now(UTC)
    found = alert_book.read_silences(kafka).values()
    return sorted((one for one in found if one.until > now), key=lambda one: one.until)


def _unsilence(kafka: KafkaSettings, silence_id: str) -> None:
    alert_book.end_silence(kafka, silence_id, datetime.now(UTC))


def _check_rule(text: str) -> list[str]:
    from processors.alerts.rule_files import RuleError

    try:
        _rules(text)
    except RuleError as error:
        return list(error.faults)
    return []


def _rules(text: str) -> Any:
    """The rules of a file's text. Raises RuleError, its faults by line."""
    from processors.alerts.rules import load_rules

    with tempfile.TemporaryDirectory(prefix="newswatch-rule-") as folder:
        path = Path(folder) / "rule.yaml"
        path.write_text(text, encoding="utf-8")
        return load_rules(path)


def _rule_text(path: Path, rule_id: str) -> str:
    from processors.alerts.rule_files import read_rule_file, rule_paths

    for part in rule_paths(path):
        for rule in (read_rule_file(part).content or {}).get("rules", ()):
            if rule.get("id") == rule_id:
                text: str = yaml.safe_dump({"rules": [rule]}, allow_unicode=True, sort_keys=False, width=100)
                return text
    raise UserError(f"no rule {rule_id!r} is in force: it was renamed or removed")


def _backtest(settings: Settings, text: str) -> Mapping[str, Any]:
    from processors.alerts.backtesting import backtest

    now = datetime.now(UTC)
    stored = archive(settings, ArchiveKind.AUTO, now - BACKTEST_SPAN, now)
    reading = _ForAWhile(stored.articles, BACKTEST_SECONDS)
    ledger = backtest(_rules(text), reading, now)
    return {
        "articles": ledger.articles,
        "source": stored.source,
        "until": None if reading.complete else ledger.last,
        "fired": len(ledger.entries),
        "alerts": [
            {
                "title": entry.title,
                "fired_at": entry.first_seen,
                "reason": entry.reason,
                "story_id": entry.story_id,
                "article_id": entry.article_id,
                "source": entry.story_title or "",
            }
            for entry in itertools.islice(reversed(ledger.entries), BACKTEST_ALERTS)
        ],
    }


class _ForAWhile:
    """The articles that can be had within some seconds; `complete` tells whether those were all."""

    def __init__(self, articles: Iterable[TrackedArticle], seconds: float) -> None:
        self.complete = False
        self._articles, self._seconds = articles, seconds

    def __iter__(self) -> Iterator[TrackedArticle]:
        deadline = time.monotonic() + self._seconds
        for tracked in self._articles:
            yield tracked
            if time.monotonic() > deadline:
                return
        self.complete = True
