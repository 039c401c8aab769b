"""Stories as a person reads them in a terminal."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

LEVELS = {"disputed": "bold red", "confirmed": "bold green", "multi-source": "green", "single-source": "yellow"}
"""Colour of each corroboration level."""


def show_list(console: Console, stories: Iterable[Mapping[str, Any]]) -> None:
    """A line a story, its title last and whole however narrow the terminal."""
    rows = [_row(story) for story in stories]
    if not rows:
        console.print("no story matches")
        return
    head = f"{'id':12}  {'last seen':16}  sources  articles  {'countries':11}  story"
    for text in (Text(head, style="bold"), *map(Text, rows)):
        console.print(text, soft_wrap=True)


def _row(story: Mapping[str, Any]) -> str:
    return (
        f"{str(story.get('story_id', ''))[:12]:12}  {_moment(story.get('last_seen')):16}  "
        f"{story.get('independent_sources', 1):>7}  {story.get('article_count', 1):>8}  "
        f"{' '.join(story.get('countries') or ())[:23]:11}  {story.get('title', '')}"
    )


def show_story(console: Console, story: Mapping[str, Any]) -> None:
    """Title and counts, the happenings with framing and numbers, the timeline."""
    console.print(Text(str(story.get("title", "")), style="bold"))
    state = "closed" if story.get("closed") else "open"
    console.print(
        f"{story.get('story_id')}  {state}  {story.get('article_count', 1)} articles, "
        f"{story.get('independent_sources', 1)} independent sources, {story.get('copies', 0)} copies"
    )
    for name, label in (("follows", "follows"), ("aliases", "merged from")):
        if story.get(name):
            console.print(f"{label} {' '.join(story[name])}")
    for event in story.get("events") or ():
        _event(console, event)
    _timeline(console, story.get("members") or ())


def _event(console: Console, event: Mapping[str, Any]) -> None:
    level = str(event.get("corroboration", "single-source"))
    kind = "/".join(str(event[name]) for name in ("type", "mode") if event.get(name))
    facts = [f"{event.get('actor') or '?'} → {event.get('target') or '?'}", str(event.get("status", ""))]
    facts += [str(event[name]) for name in ("date", "place") if event.get(name)]
    console.print()
    console.print(
        Text.assemble((kind, "bold cyan"), "  ", " · ".join(facts), "  ", (level, LEVELS.get(level, "yellow")))
    )
    if event.get("first_to_report"):
        console.print(f"  first to report: {event['first_to_report']}")
    _framing(console, event)
    for figure in event.get("figures") or ():
        _figure(console, figure)


def _framing(console: Console, event: Mapping[str, Any]) -> None:
    frames: Mapping[str, int] = event.get("frames") or {}
    if not frames:
        return
    outlets: dict[str, list[str]] = defaultdict(list)
    for claim in event.get("said_by") or ():
        named = f"{claim.get('outlet') or '?'}" + (f" ({claim['country']})" if claim.get("country") else "")
        if claim.get("frame") and named not in outlets[claim["frame"]]:
            outlets[claim["frame"]].append(named)
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2))
    for frame, count in sorted(frames.items(), key=lambda item: (-item[1], item[0])):
        table.add_row(Text("  " + frame, style="magenta"), str(count), Text(", ".join(outlets[frame])))
    console.print(table)


def _figure(console: Console, figure: Mapping[str, Any]) -> None:
    said: Mapping[str, list[str]] = figure.get("said") or {}
    unit = f" {figure['unit']}" if figure.get("unit") else ""
    values = "; ".join(f"{value}{unit}: {', '.join(outlets)}" for value, outlets in said.items())
    mark = Text("  in dispute  ", style="bold red") if figure.get("disputed") else Text("  ")
    console.print(Text.assemble(mark, (str(figure.get("what") or "count"), "bold"), "  ", values))


def _timeline(console: Console, members: Iterable[Mapping[str, Any]]) -> None:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("seen", "outlet", "lang", "article"):
        table.add_column(name)
    for member in sorted(members, key=lambda one: str(one.get("first_seen", ""))):
        copied = Text(f"copy of {str(member['copy_of'])[:12]}  ", style="dim") if member.get("copy_of") else Text("")
        where = " ".join(str(member[name]) for name in ("outlet", "outlet_country") if member.get(name))
        title = Text.assemble(copied, str(member.get("title", "")))
        table.add_row(_moment(member.get("first_seen")), where, str(member.get("language", "")), title)
    console.print()
    console.print(table)


def _moment(value: object) -> str:
    return str(value or "-")[:16].replace("T", " ")
