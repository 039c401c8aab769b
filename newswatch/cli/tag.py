"""`newswatch tag`: countries, entities and events of a text or of articles as JSON lines; no servers."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, TextIO

import click
import msgspec

import newswatch
from newswatch.cli.explain import explain
from newswatch.errors import UserError
from newswatch.records.article import Event, EventActor, Evidence
from processors.events.tagging import Tagging, tag
from processors.events.watchdata import Watch, WatchError, load_watch
from processors.storytelling.ids import StoryIds, Untold, moment

DEFAULT_WATCH = Path(newswatch.__file__).parent / "watches" / "venezuela-cuba-us"


class Line(msgspec.Struct):
    """One input line of `tag --jsonl`."""

    id: str | int
    title: str | None = None
    text: str | None = None
    url: str | None = None
    published: str | None = None
    lang: str | None = None


@click.command()
@click.argument("file", required=False)
@click.option("--jsonl", "jsonl", is_flag=True, help="FILE (or standard input) holds one article a line, as JSON.")
@click.option("--explain", "explained", is_flag=True, help="Show each sentence with mentions, triggers and rules.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of a table.")
@click.option("--watch", "folder", type=click.Path(path_type=Path), default=DEFAULT_WATCH, help="Watch folder.")
@click.option("--published", help="Day dates are read against (YYYY-MM-DD); default: today.")
def command(file: str | None, jsonl: bool, explained: bool, as_json: bool, folder: Path, published: str | None) -> None:
    """Countries, entities and events of a text, by the same code as the stages; no servers.

    FILE is a text whose first line is the title; "-" or nothing reads standard input.

    \b
    Examples:
      newswatch tag page.txt                        a table of its events
      newswatch tag page.txt --explain              the words and rules behind each event
      newswatch tag --jsonl < articles.jsonl        one JSON object a line, in order
    """
    watch = _watch(folder)
    with _opened(file) as stream:
        if jsonl:
            for line in tag_lines(stream, watch):
                click.echo(line)
            return
        title, _, text = stream.read().partition("\n")
    day = _day(published) if published else date.today()  # noqa: DTZ011 the reader's own day
    if published and day is None:
        raise UserError(f"--published {published!r} is not a day such as 2026-01-12")
    result = tag(title, text.lstrip("\n"), published=day, lang=None, watch=watch)
    if as_json:
        click.echo(json.dumps(answer(None, result), ensure_ascii=False))
    elif explained:
        explain(title, text.lstrip("\n"), result, watch)
    else:
        _table(result)


def _watch(folder: Path) -> Watch:
    try:
        return load_watch(folder.resolve())
    except WatchError as error:
        raise UserError(f"the watch {folder} cannot be used: run `newswatch watch check {folder}`\n{error}") from error


def _opened(file: str | None) -> TextIO:
    try:
        stream: TextIO = click.open_file(file or "-", encoding="utf-8", errors="replace")  # type: ignore[assignment]
    except OSError as error:
        raise UserError(f"cannot read {file}: {error.strerror}") from error
    return stream


def tag_lines(lines: Iterator[str] | TextIO, watch: Watch) -> Iterator[str]:
    """One JSON answer per input line, in order; a line that is no article raises UserError naming it."""
    decoder = msgspec.json.Decoder(Line)
    stories = StoryIds()
    for number, raw in enumerate(lines, 1):
        if not raw.strip():
            continue
        try:
            line = decoder.decode(raw)
        except (msgspec.DecodeError, msgspec.ValidationError) as error:
            raise UserError(f'line {number}: not an article like {{"id","title","text"}}: {error}') from error
        result = tag(line.title or "", line.text or "", published=_day(line.published), lang=line.lang, watch=watch)
        yield json.dumps(answer(line.id, result, stories.of(_untold(line, result))), ensure_ascii=False)


def _day(text: str | None) -> date | None:
    """The day of an ISO date or time; None for anything else."""
    try:
        return datetime.fromisoformat(text).date() if text else None
    except ValueError:
        return None


def _untold(line: Line, result: Tagging) -> Untold:
    return Untold(
        identity=str(line.id),
        title=line.title or "",
        text=line.text or "",
        language=result.lang,
        url=line.url,
        published=moment(line.published),
        countries=result.countries,
        entities=result.entities,
        events=result.events,
    )


def answer(identity: str | int | None, result: Tagging, story_id: str | None = None) -> dict[str, Any]:
    """The output object of one article, with keys in their documented order; one text alone has no story."""
    return {
        "id": identity,
        "lang": result.lang,
        "relevant": result.relevant,
        "countries": list(result.countries),
        "story_id": story_id,
        "entities": [msgspec.to_builtins(entity) for entity in result.entities],
        "events": [_event(event) for event in result.events],
        "reason": result.reason,
    }


def _event(event: Event) -> dict[str, Any]:
    return {
        "type": event.type,
        "mode": event.mode,
        "status": event.status.value,
        "source": _actor(event.source),
        "target": _actor(event.target),
        "date": msgspec.to_builtins(event.date) if event.date else None,
        "place": msgspec.to_builtins(event.place) if event.place else None,
        "quantities": [msgspec.to_builtins(quantity) for quantity in event.quantities],
        "evidence": _evidence(event.evidence),
        "asserted_by": event.asserted_by,
        "frame": event.frame,
        "confidence": event.confidence,
        "rule": event.rule,
        "event_id": event.event_id,
        "historical": event.historical,
        "quad": event.quad,
        "contexts": list(event.contexts),
        "trigger": event.trigger,
        "speech_verb": event.speech_verb,
        "in_quote": event.in_quote,
        "mentions": event.mentions,
    }


def _actor(actor: EventActor | None) -> dict[str, Any] | None:
    return None if actor is None else {"name": actor.name, "country": actor.country, "id": actor.id, "text": actor.text}


def _evidence(proof: Evidence) -> dict[str, Any]:
    return {"field": proof.field, "start": proof.start, "end": proof.end, "text": proof.text}


def _table(result: Tagging) -> None:
    click.echo(f"language {result.lang} · {'relevant' if result.relevant else 'not relevant'}: {result.reason}")
    click.echo(f"countries {', '.join(result.countries) or 'none'}")
    for event in result.events:
        source = event.source.country or event.source.name if event.source else "?"
        target = event.target.country or event.target.name if event.target else "?"
        when = f" · {event.date.start}" if event.date else ""
        said = f" · says {event.asserted_by}" if event.asserted_by else ""
        kind = event.type + (f"/{event.mode}" if event.mode else "")
        click.echo(f"{source} → {target}  {kind}  {event.status.value}{when}{said}  “{event.evidence.text}”")
