"""`newswatch doctor`: a configuration checked against the running servers."""

import asyncio
import contextlib
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from email.utils import parsedate_to_datetime
from importlib.metadata import version

import click
import msgspec

from ingest.answers import Failed, Fetched
from ingest.ask import Ask
from ingest.feedstore import FeedStore
from ingest.fetch import Fetcher, user_agent
from ingest.opml import read_opml
from ingest.ssrf import parse_networks
from newswatch.doctor.elastic_judging import judge_clock, judge_disk
from newswatch.doctor.elastic_look import REACH, look_at_elasticsearch
from newswatch.doctor.findings import Finding, Level, problem, warning, well, worst
from newswatch.doctor.kafka_judging import MISSING_TOPIC
from newswatch.doctor.kafka_look import look_at_kafka
from newswatch.elastic_client import elasticsearch_client
from newswatch.errors import Unavailable
from newswatch.rights import RIGHTS
from newswatch.settings import Settings, load_settings
from sinks.indices.install import Change, Verdict, install_templates

FEEDS_ASKED = 5
MARKS = {Level.OK: "ok     ", Level.WARNING: "warning", Level.PROBLEM: "PROBLEM"}


@click.command()
@click.option("--feeds", default=FEEDS_ASKED, show_default=True, help="How many feeds to fetch as a sample; 0: none.")
@click.option(
    "--role", type=click.Choice(list(RIGHTS)), help="Check the rights in Kafka of this role alone, as its own user."
)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def command(feeds: int, role: str | None, as_json: bool) -> None:
    """Check the configuration against the running servers and say what to do; changes nothing.

    Kafka and Elasticsearch: reach, versions, rights, topics and templates, clocks, disks. Feeds: a sample is fetched.
    Exit code 1 when there is a problem; warnings alone are 0.

    \b
    Examples:
      newswatch doctor
      newswatch doctor --feeds 0 --json
      newswatch doctor --feeds 0 --role index
    """
    settings = load_settings()
    kafka = list(look_at_kafka(settings.kafka, role))
    topics_there = all(
        finding.advice != MISSING_TOPIC and finding.check != "kafka reach" for finding in kafka if finding.advice
    )
    findings = [*kafka, *_elasticsearch(settings), *_machine(settings)]
    if feeds > 0:
        findings += _feeds(_sample(settings, feeds, topics_there), settings)
    level = worst(findings)
    if as_json:
        body = {"level": level, "findings": findings}
        click.echo(msgspec.json.format(msgspec.json.encode(body), indent=2).decode())
    else:
        _show(findings)
    sys.exit(1 if level is Level.PROBLEM else 0)


def _show(findings: Sequence[Finding]) -> None:
    for finding in findings:
        click.echo(f"{MARKS[finding.level]}  {finding.check}: {finding.found}")
        if finding.advice:
            click.echo(f"         → {finding.advice}")
    counts = {level: sum(finding.level is level for finding in findings) for level in Level}
    click.echo(f"{counts[Level.OK]} well, {counts[Level.WARNING]} warnings, {counts[Level.PROBLEM]} problems")


def _elasticsearch(settings: Settings) -> Iterator[Finding]:
    es = elasticsearch_client(settings.elasticsearch)
    try:
        looked = tuple(look_at_elasticsearch(es, settings.elasticsearch))
        yield from looked
        if any(finding.check == REACH and finding.level is Level.PROBLEM for finding in looked):
            return
        options = settings.elasticsearch
        try:
            changes = install_templates(
                es, options.prefix, replicas=options.replicas, refresh_interval=settings.index.refresh_interval,
                dry_run=True,
            )  # fmt: skip
        except Unavailable:
            return  # told above
        yield from judge_templates(changes)
    finally:
        es.close()


def judge_templates(changes: Sequence[Change]) -> Iterator[Finding]:
    """What `newswatch setup` would do, as findings. Pure."""
    stale = [change.name for change in changes if change.verdict in (Verdict.CREATE, Verdict.UPDATE)]
    conflicting = [change.name for change in changes if change.verdict is Verdict.REINDEX]
    newer = [change.name for change in changes if change.verdict is Verdict.NEWER]
    if newer:
        yield warning(
            "templates",
            f"{len(newer)} are of a later version than this program, which leaves them alone: {', '.join(newer[:4])}",
            "an upgrade is under way: bring this machine to the new version too",
        )
    if stale:
        yield problem(
            "templates",
            f"{len(stale)} are missing or of another version: {', '.join(stale[:4])}",
            "run `newswatch setup`",
        )
    if conflicting:
        yield warning("mappings", f"older than this version: {', '.join(conflicting)}", "run `newswatch reindex`")
    if not (stale or conflicting or newer):
        yield well("templates", f"{len(changes)} objects are of this version")


def _machine(settings: Settings) -> Iterator[Finding]:
    folder = settings.data if settings.data.exists() else settings.data.absolute().parent
    try:
        usage = shutil.disk_usage(folder)
    except OSError as error:
        yield problem("data folder", f"{settings.data} cannot be used: {error.strerror}", "set NEWSWATCH_DATA")
    else:
        yield judge_disk("disk of the data folder", usage.free, usage.total)
    if not settings.ingest.contact:
        yield warning(
            "contact", "sites cannot reach you", "set ingest.contact: a poller without an address is blocked sooner"
        )
    if settings.notify.webhook_url and not settings.notify.webhook_secret.get_secret_value():
        yield warning("webhook", "its messages are not signed", "set notify.webhook_secret")


def _feeds(urls: Sequence[str], settings: Settings) -> Iterator[Finding]:
    if not urls:
        yield warning("feeds", "there is none", "add some: `newswatch feeds import FILE` or `newswatch feeds add URL`")
        return
    answers = asyncio.run(_fetch(urls, settings))
    failed = [answer for answer in answers if isinstance(answer, Failed)]
    if len(failed) == len(urls):
        yield problem(
            "feeds", f"none of {len(urls)} feeds could be fetched; the first: {failed[0].detail}",
            "check this machine's DNS, way to the internet and ingest.proxy",
        )  # fmt: skip
    elif failed:
        yield warning("feeds", f"{len(failed)} of {len(urls)} feeds could not be fetched", "run `newswatch feeds list`")
    else:
        yield well("feeds", f"a sample of {len(urls)} answers")
    yield from _web_clock(answers)


def _web_clock(answers: Sequence[tuple[Fetched, float] | Failed]) -> Iterator[Finding]:
    """The middle of the sites' clocks (their Date header, whole seconds) against ours."""
    skews = []
    for answer in answers:
        if isinstance(answer, Failed) or not (stamp := answer[0].header("Date")):
            continue
        try:
            skews.append(parsedate_to_datetime(stamp).timestamp() + 0.5 - answer[1])
        except (TypeError, ValueError):
            continue
    if skews:
        yield judge_clock("clock of the web", sorted(skews)[len(skews) // 2], 0.0)


def _sample(settings: Settings, wanted: int, topics_there: bool) -> list[str]:
    """Addresses of feeds, spread over the list: of news.feeds, or of the watch when that cannot be read or is empty."""
    urls: list[str] = []
    if topics_there:  # reading feeds makes topics that are missing, and this command changes nothing
        with contextlib.suppress(Unavailable):
            urls = sorted(url for url, record in FeedStore(settings.kafka).load().items() if record.settings.enabled)
    file = settings.watch / "feeds.opml"
    if not urls and file.is_file():
        feeds, _ = read_opml(file.read_bytes(), str(file))
        urls = sorted(feed.url for feed in feeds)
    step = max(1, len(urls) // wanted)
    return urls[::step][:wanted]


async def _fetch(urls: Sequence[str], settings: Settings) -> list[tuple[Fetched, float] | Failed]:
    async def one(fetcher: Fetcher, url: str) -> tuple[Fetched, float] | Failed:
        answer = await fetcher.fetch(Ask(url=url))
        return answer if isinstance(answer, Failed) else (answer, time.time())

    allowed = parse_networks(settings.ingest.allow_private)
    agent = user_agent(version("newswatch"), settings.ingest.contact)
    async with Fetcher(agent, allowed, settings.ingest.proxy) as fetcher:
        return list(await asyncio.gather(*(one(fetcher, url) for url in urls)))
