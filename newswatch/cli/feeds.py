"""`newswatch feeds`: add, list, check, find and parse feeds."""

import asyncio
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
import msgspec

from ingest.answers import Failed
from ingest.entries import FeedParse, NotAFeed
from ingest.feed import parse as parse_feed
from ingest.fetch import Ask, Fetcher, user_agent
from ingest.ssrf import parse_networks
from newswatch.errors import UserError
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


async def _check(url: str, settings: IngestSettings, allow_private: str | None) -> dict[str, Any]:
    allowed = parse_networks(settings.allow_private if allow_private is None else allow_private)
    agent = user_agent(version("newswatch"), settings.contact)
    async with Fetcher(agent, allowed, settings.proxy) as fetcher:
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
