"""What `newswatch tag --explain` prints: sentences with mentions and triggers in colour, and the rule of each event."""

import click
from rich.console import Console
from rich.text import Text

from newswatch.records.article import Event
from processors.events.mentions import find_mentions
from processors.events.sentences import split_sentences
from processors.events.tagging import Tagging
from processors.events.watchdata import Watch
from processors.folding import folded

MENTION, TRIGGER = "cyan", "bold magenta"


def explain(title: str, text: str, result: Tagging, watch: Watch) -> None:
    """Prints each sentence that tells an event, then its events with type, parties and rule."""
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"language {result.lang} · {'relevant' if result.relevant else 'not relevant'}: {result.reason}")
    for field, body in (("title", title), ("text", text)):
        told = [event for event in result.events if event.evidence.field == field]
        mentions = find_mentions(body, folded(body), result.lang, watch)
        for start, end in split_sentences(body):
            here = [event for event in told if start <= event.evidence.start < end]
            if here:
                named = [(mention.start, mention.end) for mention in mentions if start <= mention.start < end]
                console.print(_coloured(body, (start, end), named, here))
                for event in here:
                    console.print(Text(f"    {_event_line(event)}", style="green"))
    if not result.events:
        click.echo("no events")


def _coloured(body: str, span: tuple[int, int], named: list[tuple[int, int]], events: list[Event]) -> Text:
    line = Text(body[slice(*span)])
    for start, end in named:
        line.stylize(MENTION, start - span[0], end - span[0])
    for event in events:
        line.stylize(TRIGGER, event.evidence.start - span[0], event.evidence.end - span[0])
    return line


def _event_line(event: Event) -> str:
    kind = event.type + (f"/{event.mode}" if event.mode else "")
    source = f"{event.source.name} [{event.source.country or '-'}]" if event.source else "?"
    target = f"{event.target.name} [{event.target.country or '-'}]" if event.target else "?"
    parts = [
        f"{kind} {event.status.value}: {source} → {target}",
        f"rule {event.rule}",
        f"confidence {event.confidence}",
    ]
    if event.date:
        parts.append(f"date {event.date.start} from “{event.date.raw}”")
    if event.place:
        parts.append(f"place {event.place.name}")
    if event.asserted_by:
        parts.append(f"said by {event.asserted_by} ({event.speech_verb})")
    parts.extend(f"{quantity.value:g} {quantity.unit or quantity.what or ''}".strip() for quantity in event.quantities)
    return " · ".join(parts)
