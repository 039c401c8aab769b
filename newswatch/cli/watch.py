"""`newswatch watch`: checks a watch folder."""

import json
import sys
from pathlib import Path

import click

from processors.events.watchdata import WatchError, load_watch


@click.group()
def command() -> None:
    """Check the files of a watch folder: countries, places, actors and lexicons.

    \b
    Example:
      newswatch watch check newswatch/watches/venezuela-cuba-us
    """


@command.command("check")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
def check(folder: Path, as_json: bool) -> None:
    """Say what is wrong in a watch FOLDER, file and line by line; exit 1 when anything is.

    \b
    Example:
      newswatch watch check newswatch/watches/venezuela-cuba-us
    """
    try:
        watch = load_watch(folder.resolve())
    except WatchError as error:
        faults = str(error).splitlines()
        if as_json:
            click.echo(json.dumps({"folder": str(folder), "ok": False, "faults": faults}, ensure_ascii=False))
        else:
            for fault in faults:
                click.echo(fault, err=True)
            click.echo(f"{len(faults)} faults in {folder}", err=True)
        sys.exit(1)
    counts = {
        "countries": len(watch.countries),
        "places": len(watch.places),
        "actors": len(watch.actors),
        "names": len(watch.names),
        "languages": sorted(watch.lexicons),
    }
    if as_json:
        click.echo(json.dumps({"folder": str(folder), "ok": True, **counts}, ensure_ascii=False))
    else:
        click.echo(
            f"{folder}: {counts['countries']} countries, {counts['places']} places, {counts['actors']} actors, "
            f"{counts['names']} names, lexicons {', '.join(sorted(watch.lexicons))}: no faults"
        )
