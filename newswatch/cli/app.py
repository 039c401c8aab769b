"""The command line's root: a table of commands, each loaded only when it is called."""

import importlib
import importlib.util
import sys
from typing import Any

import click

from newswatch.errors import Unavailable, Unprocessable, UserError

COMMANDS: dict[str, tuple[str, str]] = {
    "up": ("newswatch.cli.up", "Start everything: servers, every role, the board."),
    "servers": ("newswatch.cli.servers", "The embedded Kafka and Elasticsearch alone."),
    "setup": ("newswatch.cli.setup", "Create topics, index templates and Kibana objects."),
    "ingest": ("newswatch.cli.ingest", "Poll feeds (service)."),
    "process": ("newswatch.cli.process", "Extract, group and match articles (service)."),
    "index": ("newswatch.cli.index", "Write to Elasticsearch (service)."),
    "notify": ("newswatch.cli.notify", "Deliver alerts (service)."),
    "board": ("newswatch.cli.board", "Serve the live board (service)."),
    "replay": ("newswatch.cli.replay", "Publish files as raw articles."),
    "feeds": ("newswatch.cli.feeds", "Add, list, check, find and parse feeds."),
    "extract": ("newswatch.cli.extract", "One page to an article, no servers."),
    "tag": ("newswatch.cli.tag", "Countries, entities and events of a text, no servers."),
    "watch": ("newswatch.cli.watch", "Check a watch folder."),
    "rules": ("newswatch.cli.rules", "Check, test and backtest alert rules."),
    "alerts": ("newswatch.cli.alerts", "List, acknowledge and silence alerts."),
    "stories": ("newswatch.cli.stories", "List and show stories."),
    "trace": ("newswatch.cli.trace", "Every hop of one article."),
    "stats": ("newswatch.cli.stats", "What went in and out of each stage."),
    "rejected": ("newswatch.cli.rejected", "The quarantine: list, show, redrive."),
    "retention": ("newswatch.cli.retention", "Drop old months from the index."),
    "reindex": ("newswatch.cli.reindex", "Write an index anew under its current mapping."),
    "snapshot": ("newswatch.cli.snapshot", "Copies of the indices: register, take, list, restore."),
    "topics": ("newswatch.cli.topics", "Export topics to files and restore them."),
    "doctor": ("newswatch.cli.doctor", "Check a configuration against the running servers."),
}


class LazyGroup(click.Group):
    """Imports a command's module when the command is called, so that `newswatch --help` stays instant."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the table."""
        return [name for name, (module, _) in COMMANDS.items() if _exists(module)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, loaded; None for an unknown name."""
        if cmd_name not in COMMANDS or not _exists(COMMANDS[cmd_name][0]):
            return None
        command: click.Command = importlib.import_module(COMMANDS[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table, without loading any module."""
        rows = [(name, COMMANDS[name][1]) for name in self.list_commands(ctx)]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)


def _exists(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="newswatch")
def cli() -> None:
    """newswatch: a streaming news monitor.

    Feeds and files go to Kafka, Faust extracts and tags, Elasticsearch makes it searchable, alerts explain themselves.

    \b
    Examples:
      newswatch up                       everything on this machine, until Ctrl-C
      newswatch replay seeds/            publish files to a running pipeline
      newswatch tag page.txt --explain   what would be tagged, and why
    """


def main(arguments: list[str] | None = None) -> Any:
    """Runs the command line; a person's mistake or an absent server is one sentence and exit 2 or 1, no traceback."""
    try:
        return cli(arguments)
    except UserError as error:
        click.echo(f"newswatch: {error}", err=True)
        sys.exit(2)
    except (Unprocessable, Unavailable) as error:
        click.echo(f"newswatch: {error}", err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
