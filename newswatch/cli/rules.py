"""`newswatch rules`: check alert rules, try them on an article, replay the archive through them."""

import sys
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click
import msgspec

from newswatch import wire
from newswatch.archive import Archive, ArchiveKind, archive, file_archive
from newswatch.errors import UserError
from newswatch.moments import parse_moment
from newswatch.records.tracked import TrackedArticle
from newswatch.settings import Settings, load_settings

PathType = click.Path(path_type=Path)


@click.group()
def command() -> None:
    """Check alert rules, try them on one article, and see what they would have fired.

    \b
    Examples:
      newswatch rules check                          the rules in force
      newswatch rules test page.txt --rule boats     one article, every condition
      newswatch rules backtest new.yaml --since 30d  against the rules in force, nothing is sent
    """


@command.command()
@click.argument("paths", nargs=-1, type=PathType)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of rule files and end.")
def check(paths: tuple[Path, ...], as_json: bool, schema: bool) -> None:
    """Check rule files (or folders); every fault is named by file and line. Exit 1 when there is one.

    \b
    Examples:
      newswatch rules check alerts.yaml
      newswatch rules check --schema > alert-rules.schema.json
    """
    from processors.alerts.rule_files import RuleError
    from processors.alerts.rule_schema import schema_text
    from processors.alerts.rules import load_rules

    if schema:
        click.echo(schema_text())
        return
    faults: list[str] = []
    results: list[dict[str, Any]] = []
    for path in paths or (rules_path(load_settings()),):
        try:
            rules = load_rules(path)
        except RuleError as error:
            faults += error.faults
        else:
            results.append({"path": str(path), "rules": len(rules.rules), "version": rules.version})
    if as_json:
        click.echo(msgspec.json.encode({"files": results, "faults": faults}).decode())
    else:
        for result in results:
            click.echo(f"{result['path']}: {result['rules']} rules, version {result['version']}")
        for fault in faults:
            click.echo(fault, err=True)
    sys.exit(1 if faults else 0)


@command.command()
@click.argument("file", type=PathType)
@click.option("--rules", "rules_file", type=PathType, help="Rule file or folder; the rules in force when left out.")
@click.option("--rule", help="Only this rule, by id.")
@click.option("--language", default="en", show_default=True, help="Language of a plain-text file.")
@click.option("--country", "countries", multiple=True, help="Country of a plain-text file (alpha-3); repeatable.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def test(
    file: Path, rules_file: Path | None, rule: str | None, language: str, countries: tuple[str, ...], as_json: bool
) -> None:
    """Try rules on one article: what matched where, and what was looked for in vain. No servers, nothing is sent.

    FILE is a tracked article as JSON (as on news.tracked), or plain text, its title on the first line; `-`: stdin.

    \b
    Examples:
      newswatch rules test page.txt --rule political-prisoners --country VEN
      newswatch rules test tracked.json --rules new.yaml --json
    """
    from processors.alerts.explaining import explain
    from processors.alerts.rules import load_rules

    rules = load_rules(rules_file or rules_path(load_settings()))
    if rule:
        _must_be_known(rule, [one.id for one in rules.rules])
    tracked = read_article(file, language, countries)
    found = explain(rules, tracked, rule)
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
        return
    shown = [one for one in found if rule or one.met]
    for one in shown:
        click.echo(
            f"{one.rule_id}: {'met' if one.met else 'not met'} ({one.kind})" + (f", {one.tier}" if one.tier else "")
        )
        for said, proof in one.proof:
            click.echo(f"  {said!s}: {proof.field} {proof.start}–{proof.end} “{proof.text}”")
        for said in one.missed if rule else ():
            click.echo(f"  not found: {said}")
    click.echo(f"{sum(one.met for one in found)} of {len(found)} rules met")


def _must_be_known(rule: str, ids: list[str]) -> None:
    if rule in ids:
        return
    near = get_close_matches(rule, ids, 3)
    advice = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(sorted(ids))}"
    raise UserError(f"there is no rule {rule!r}; {advice}")


def read_article(file: Path, language: str, countries: tuple[str, ...]) -> TrackedArticle:
    """The article of a file: wire JSON, or text with its title on the first line. Raises UserError."""
    try:
        data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise UserError(f"{file} cannot be read: {error.strerror}") from error
    if data.lstrip().startswith(b"{"):
        return wire.decode(data, TrackedArticle)
    return plain_article(data.decode("utf-8", "replace"), language, countries)


def plain_article(text: str, language: str, countries: tuple[str, ...]) -> TrackedArticle:
    """A tracked article of nothing but words, with the countries given."""
    from newswatch.identity import content_urn
    from newswatch.records.article import Article
    from newswatch.records.raw import Origin

    title, _, body = text.strip().partition("\n")
    address, now = content_urn(text.encode()), datetime.now(UTC)
    article = Article(
        article_id=address, url=address, title=title.strip(), text=body.strip() or title, language=language,
        first_seen=now, fetched_at=now, origin=Origin.REPLAY, content_hash=address, countries=countries,
    )  # fmt: skip
    return TrackedArticle(article=article, watch=load_settings().watch.name, story_id=address, story_title=title)


@command.command()
@click.argument("rules_file", type=PathType)
@click.option("--since", default="30d", show_default=True, help="From: a date, a time, or a duration back from now.")
@click.option("--until", default="now", show_default=True, help="Up to, not including.")
@click.option(
    "--from",
    "kind",
    type=click.Choice([kind.value for kind in ArchiveKind]),
    default="auto",
    show_default=True,
    help="Where the articles are read; auto: Kafka if it still has everything since then, else Elasticsearch.",
)
@click.option("--articles", type=PathType, help="A JSON-lines file of tracked articles in place of either.")
@click.option("--add", is_flag=True, help="Judge RULES_FILE beside those it is compared with, not in their place.")
@click.option("--against", type=PathType, help="Rules to compare with; the rules in force when left out.")
@click.option("--ledger", type=PathType, help="Write every firing as a JSON line to this file.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def backtest(
    rules_file: Path, since: str, until: str, kind: str, articles: Path | None, add: bool, against: Path | None,
    ledger: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Replay stored articles through RULES_FILE and through the rules in force; nothing is ever sent.

    Shows, rule by rule, what would have fired more, less and at another article, how much a day, with examples.

    \b
    Examples:
      newswatch rules backtest new.yaml --since 2026-01-01 --until 2026-02-01
      newswatch rules backtest one-more.yaml --add
      newswatch rules backtest new.yaml --since 90d --from elasticsearch
      newswatch rules backtest new.yaml --since 7d --ledger firings.jsonl --json
    """
    from newswatch.cli.backtest_report import report, report_json
    from processors.alerts.backtesting import backtests, compare
    from processors.alerts.rules import load_rule_sets

    now = datetime.now(UTC)
    settings = load_settings()
    present = (against or rules_path(settings),)
    rules_before, rules_after = load_rule_sets(present, (*present, rules_file) if add else (rules_file,))
    window = parse_moment(since, now), parse_moment(until, now)
    if articles:
        stored = Archive(file_archive(articles, *window), str(articles))
    else:
        stored = archive(settings, ArchiveKind(kind), *window)
    before, after = backtests(rules_before, rules_after, stored.articles, now)
    if ledger:
        ledger.write_bytes(b"".join(msgspec.json.encode(entry) + b"\n" for entry in after.entries))
    show = report_json if as_json else report
    click.echo(show(compare(before, after), after, stored.source))


def rules_path(settings: Settings) -> Path:
    """Where the rules in force are."""
    return settings.rules or settings.watch / "alerts.yaml"
