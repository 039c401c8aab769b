"""`newswatch feeds`: add, list, check, find and parse feeds."""

import asyncio
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
import msgspec

from ingest.answers import Failed
from ingest.ask import Ask
from ingest.discover import Discovery, Found
from ingest.entries import FeedParse, NotAFeed
from ingest.feed import parse as parse_feed
from ingest.feedlist import table
from ingest.feedstore import FeedStore, changed_settings
from ingest.fetch import Fetcher, user_agent
from ingest.health import worst_first
from ingest.links import resolve
from ingest.opml import read_opml, write_opml
from ingest.ssrf import parse_networks
from newswatch.errors import UserError
from newswatch.records.feed import FeedSettings
from newswatch.settings import IngestSettings, load_settings


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Add, list, check, find and parse feeds.

    \b
    Examples:
      newswatch feeds parse feed.xml                    entries as JSON lines, no network
      newswatch feeds check https://example.org/feed    what a poll of this feed finds
      newswatch feeds discover https://example.org      the feeds of a site
      newswatch feeds list                              every feed with its health, worst first
    """


@command.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--url", default="", help="Address the file came from; relative links resolve against it.")
@click.option("--content-type", default=None, help="Content-Type the server gave.")
@click.option("--summary", is_flag=True, help="One line about the feed on stderr.")
def parse(file: Path, url: str, content_type: str | None, summary: bool) -> None:
    """Print the entries of FILE (- for stdin), one JSON object a line.

    A file that is no feed prints nothing, says on stderr why, and exits with 0.

    \b
    Examples:
      newswatch feeds parse feed.xml --url https://example.org/feed
      curl -s https://example.org/feed | newswatch feeds parse -
    """
    parsed = parse_feed(_bytes(file), url, content_type)
    if isinstance(parsed, NotAFeed):
        click.echo(f"no entries: {parsed.reason}", err=True)
        return
    for entry in parsed.entries:
        sys.stdout.buffer.write(msgspec.json.encode(entry) + b"\n")
    sys.stdout.buffer.flush()
    if summary or not parsed.entries:
        click.echo(_line(parsed), err=True)


@command.command()
@click.argument("url")
@click.option("--json", "as_json", is_flag=True, help="The result as one JSON object.")
@click.option("--allow-private", default=None, help="Networks allowed although private (CIDR, comma separated).")
def check(url: str, as_json: bool, allow_private: str | None) -> None:
    """Fetch the feed at URL once and say what a poll would find; exit 1 when it is no feed or cannot be had.

    \b
    Examples:
      newswatch feeds check https://example.org/feed
      newswatch feeds check http://intranet/feed --allow-private 10.0.0.0/8 --json
    """
    settings = load_settings().ingest
    result = asyncio.run(_check(url, settings, allow_private))
    if as_json:
        click.echo(msgspec.json.encode(result).decode())
    else:
        for name, value in result.items():
            if value not in (None, "", (), []):
                click.echo(f"{name:>14}: {', '.join(value) if isinstance(value, list | tuple) else value}")
    if not result["ok"]:
        sys.exit(1)


@command.command()
@click.argument("url")
@click.option("--title", help="Name shown for the feed.")
@click.option("--outlet", help="Who publishes it.")
@click.option("--country", help="Country of the outlet, three letters (VEN).")
@click.option("--language", help="Language of the feed, two letters (es).")
@click.option("--leaning", help="state, independent, exile, commercial …")
@click.option("--tag", "tags", multiple=True, help="A tag; may be given several times.")
@click.option("--pages/--no-pages", "fetch_pages", default=None, help="Fetch the articles' pages (default) or not.")
@click.option("--enable/--disable", "enabled", default=None, help="Switch polling on or off.")
@click.option("--min-interval", type=click.IntRange(10), help="Seconds between two polls, at least.")
@click.option("--max-interval", type=click.IntRange(60), help="Seconds between two polls, at most.")
def add(url: str, tags: tuple[str, ...], **given: Any) -> None:
    """Add the feed at URL, or change what is set for it; what it remembers stays.

    \b
    Examples:
      newswatch feeds add https://example.org/feed --outlet Example --country VEN --language es --tag independent
      newswatch feeds add https://example.org/feed --disable
    """
    address = resolve(url, None)
    if address is None:
        raise UserError(f"{url!r} is not a web address; write it with http:// or https://")
    store = FeedStore(load_settings().kafka)
    known = store.load()
    before = known[address].settings if address in known else FeedSettings(url=address)
    settings = changed_settings(before, tags=tags or None, **given)
    written = store.put([settings], known)
    done = "changed" if address in known else "added"
    click.echo(f"{address}: {done if written else 'nothing to change'}")


@command.command()
@click.argument("urls", nargs=-1, required=True)
def remove(urls: tuple[str, ...]) -> None:
    """Remove feeds and all they remember. Articles that came from them stay.

    \b
    Example:
      newswatch feeds remove https://example.org/feed
    """
    store = FeedStore(load_settings().kafka)
    known = store.load()
    addresses = [resolve(url, None) or url for url in urls]
    missing = [address for address in addresses if address not in known]
    if missing:
        raise UserError(f"no such feed: {', '.join(missing)}; `newswatch feeds list` shows what there is")
    store.remove(addresses)
    click.echo(f"removed {len(addresses)}")


@command.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line: settings, state without its memory.")
@click.option("--health", help="Only this class: blocked, feed-failing, feed-silent, troubled, new, ok …")
@click.option("--tag", help="Only feeds with this tag.")
def show(as_json: bool, health: str | None, tag: str | None) -> None:
    """Every feed with its health at a glance, worst first.

    \b
    Examples:
      newswatch feeds list --health feed-silent
      newswatch feeds list --json | jq .settings.url
    """
    records = sorted(FeedStore(load_settings().kafka).load().values(), key=worst_first)
    chosen = [
        record
        for record in records
        if (health is None or record.state.health == health) and (tag is None or tag in record.settings.tags)
    ]
    if as_json:
        for record in chosen:
            state = msgspec.structs.replace(record.state, seen=(), history=(), hub_secret=None)
            click.echo(msgspec.json.encode(msgspec.structs.replace(record, state=state)).decode())
        return
    for line in table(chosen, datetime.now(UTC)):
        click.echo(line)


@command.command(name="import")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
def import_(file: Path) -> None:
    """Add the feeds of an OPML file (- for stdin); folders become tags, feeds that are there keep what they remember.

    \b
    Example:
      newswatch feeds import subscriptions.opml
    """
    feeds, problems = read_opml(_bytes(file), str(file))
    store = FeedStore(load_settings().kafka)
    written = store.put(feeds, store.load())
    for problem in problems:
        click.echo(f"passed over: {problem}", err=True)
    click.echo(f"{len(feeds)} feeds in {file}, {written} added or changed")


@command.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True), default="-")
def export(file: Path) -> None:
    """Write every feed as OPML to FILE (default: standard output).

    \b
    Example:
      newswatch feeds export feeds.opml
    """
    data = write_opml(record.settings for record in FeedStore(load_settings().kafka).load().values())
    if str(file) == "-":
        sys.stdout.buffer.write(data)
    else:
        file.write_bytes(data)


@command.command()
@click.argument("url")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--allow-private", default=None, help="Networks allowed although private (CIDR, comma separated).")
def discover(url: str, as_json: bool, allow_private: str | None) -> None:
    """Find the feeds and news sitemaps of the site at URL; exit 1 when there are none.

    \b
    Example:
      newswatch feeds discover https://example.org
    """
    found, problem = asyncio.run(_discover(url, load_settings().ingest, allow_private))
    for one in found:
        facts = {"url": one.url, "how": one.how} | _feed_facts(one.parsed)
        if as_json:
            click.echo(msgspec.json.encode(facts).decode())
        else:
            click.echo(f"{one.url}  {one.parsed.format}, {len(one.parsed.entries)} entries, {one.how}")
    if problem:
        click.echo(problem, err=True)
        sys.exit(1)


async def _discover(url: str, settings: IngestSettings, allow_private: str | None) -> tuple[list[Found], str | None]:
    async with _fetcher(settings, allow_private) as fetcher:
        return await Discovery(fetcher).of(url if "://" in url else f"https://{url}")


def _fetcher(settings: IngestSettings, allow_private: str | None) -> Fetcher:
    allowed = parse_networks(settings.allow_private if allow_private is None else allow_private)
    return Fetcher(user_agent(version("newswatch"), settings.contact), allowed, settings.proxy)


async def _check(url: str, settings: IngestSettings, allow_private: str | None) -> dict[str, Any]:
    async with _fetcher(settings, allow_private) as fetcher:
        answer = await fetcher.fetch(Ask(url=url))
    if isinstance(answer, Failed):
        return {
            "ok": False,
            "url": url,
            "problem": answer.failure.value,
            "detail": answer.detail,
            "status": answer.status,
        }
    parsed = parse_feed(answer.body, answer.url, answer.header("Content-Type"))
    facts: dict[str, Any] = {
        "ok": isinstance(parsed, FeedParse),
        "url": answer.url,
        "moved_to": answer.permanent,
        "status": answer.status,
        "seconds": answer.seconds,
        "bytes": len(answer.body),
        "etag": answer.header("Etag"),
        "last_modified": answer.header("Last-Modified"),
    }
    return facts | (
        _feed_facts(parsed) if isinstance(parsed, FeedParse) else {"problem": "not-a-feed", "detail": parsed.reason}
    )


def _feed_facts(parsed: FeedParse) -> dict[str, Any]:
    newest = max((entry.published for entry in parsed.entries if entry.published), default=None)
    return {
        "format": parsed.format,
        "title": parsed.title,
        "language": parsed.language,
        "entries": len(parsed.entries),
        "dated": sum(entry.published is not None for entry in parsed.entries),
        "newest": newest.isoformat() if newest else None,
        "hub": parsed.hub,
        "charset": parsed.charset,
        "notes": list(parsed.notes),
    }


def _line(parsed: FeedParse) -> str:
    notes = f" ({', '.join(parsed.notes)})" if parsed.notes else ""
    return f"{parsed.format}: {len(parsed.entries)} entries, {parsed.title or 'untitled'}{notes}"


def _bytes(file: Path) -> bytes:
    if str(file) == "-":
        return sys.stdin.buffer.read()
    try:
        return file.read_bytes()
    except OSError as error:
        raise UserError(f"{file} cannot be read: {error.strerror}") from error
