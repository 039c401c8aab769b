"""`newswatch extract`: one page, or pages as JSON lines, to articles; no servers."""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import click

from ingest.documents import Skipped, documents
from ingest.jsonlines import read_line
from newswatch.errors import Unprocessable, UserError
from newswatch.records.article import Article
from newswatch.records.raw import RawArticle
from newswatch.records.rejected import Rejected
from newswatch.settings import ExtractSettings, load_settings
from processors.extraction.extracting import extract


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--jsonl", is_flag=True, help='Read lines of {"id","url","html"}, from FILE or stdin.')
@click.option("--url", help="Address the page came from.")
def command(file: Path | None, jsonl: bool, url: str | None) -> None:
    """Turn a page into an article, as one JSON object a line.

    FILE is a page, a plain-text page dump or a feed, - for stdin. A page without an article ends with exit code 1 and
    the reason; with --jsonl, its line holds "error" and "detail" instead, and the rest goes on.

    \b
    Examples:
      newswatch extract page.html
      curl -s https://example.org/news/1 | newswatch extract - --url https://example.org/news/1
      newswatch extract --jsonl < pages.jsonl > articles.jsonl
    """
    limits = load_settings().extract
    if jsonl:
        _lines(file, limits)
    elif file is None:
        raise UserError("name a FILE, - for standard input, or --jsonl")
    else:
        sys.exit(_file(file, url, limits))


def _lines(file: Path | None, limits: ExtractSettings) -> None:
    with _stream(file or Path("-")) as stream:
        for line in stream:
            if line.strip():
                click.echo(json.dumps(_line(line, limits), ensure_ascii=False))


def _line(line: bytes, limits: ExtractSettings) -> dict[str, Any]:
    now = datetime.now(UTC)
    try:
        raw = read_line(line, now)
    except Unprocessable as error:
        return {"id": _id(line), "error": str(error.reason), "detail": str(error)}
    return {"id": _id(line)} | shown(extract(raw, limits, now=now))


def _id(line: bytes) -> Any:
    try:
        return json.loads(line).get("id")
    except (ValueError, AttributeError):
        return None


def _file(file: Path, url: str | None, limits: ExtractSettings) -> int:
    code = 0
    with _stream(file) as stream:
        for outcome in _outcomes(file.name, stream, url, limits):
            if isinstance(outcome, Rejected):
                click.echo(f"newswatch: {outcome.reason}: {outcome.detail}", err=True)
                code = 1
            else:
                click.echo(json.dumps({"id": outcome.article_id} | shown(outcome), ensure_ascii=False))
    return code


def _outcomes(name: str, stream: BinaryIO, url: str | None, limits: ExtractSettings) -> Iterator[Article | Rejected]:
    now = datetime.now(UTC)
    for document in documents(name, stream, now, url=url):  # type: ignore[arg-type]
        if isinstance(document, RawArticle):
            yield extract(document, limits, now=now)
        elif not isinstance(document, Skipped):
            yield document


def _stream(file: Path) -> BinaryIO:
    if str(file) == "-":
        return sys.stdin.buffer
    try:
        return file.open("rb")
    except OSError as error:
        raise UserError(f"{file} cannot be read: {error.strerror}") from error


def shown(outcome: Article | Rejected) -> dict[str, Any]:
    """What the command prints of an outcome."""
    if isinstance(outcome, Rejected):
        return {"error": str(outcome.reason), "detail": outcome.detail}
    return {
        "url": outcome.url,
        "title": outcome.title,
        "text": outcome.text,
        "authors": list(outcome.authors),
        "published": outcome.published.isoformat() if outcome.published else None,
        "published_source": outcome.published_source,
        "published_granularity": outcome.published_granularity,
        "lang": outcome.language,
        "canonical_url": outcome.canonical_url,
        "source": outcome.source,
        "summary": outcome.summary,
        "content_hash": outcome.content_hash,
        "extractor": outcome.extractor,
    }
