"""Reference pages made from code: commands, settings, topics, metrics, reject reasons."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import click
from pydantic import BaseModel, SecretStr

from newswatch import flow, metric_names, reject_reasons, rights, topics
from newswatch.cli import app
from newswatch.settings import Settings

FOLDER = Path(__file__).parent.parent / "docs" / "reference"
MADE = "<!-- Made from code by `make docs`; edit the code instead. -->\n\n"


def pages() -> dict[str, str]:
    """File name → text of every reference page."""
    made = {
        "cli.md": "# Commands\n\n" + "\n".join(_commands()),
        "settings.md": "# Settings\n\n" + _settings(),
        "topics.md": "# Topics\n\n" + _topics(),
        "metrics.md": "# Metrics\n\n" + _metrics(),
        "reject-reasons.md": "# Reject reasons\n\n" + _reasons(),
        "rights.md": "# Rights in Kafka\n\n" + _rights(),
    }
    return {name: MADE + text.rstrip() + "\n" for name, text in made.items()}


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command and subcommand by its full name, in the order of the table."""
    for name in app.LazyGroup().list_commands(click.Context(app.cli)):
        command = importlib.import_module(app.COMMANDS[name][0]).command
        yield f"newswatch {name}", command
        if isinstance(command, click.Group):
            for sub in sorted(command.commands):
                yield f"newswatch {name} {sub}", command.commands[sub]


def _commands() -> Iterator[str]:
    for name, command in commands():
        context = click.Context(command, info_name=name, terminal_width=100)
        yield f"## {name}\n\n```text\n{command.get_help(context)}\n```\n"


def _settings() -> str:
    lines = [
        "Settings come from `newswatch.toml` (or the file `NEWSWATCH_CONFIG` names) and the environment, which wins.",
        "A secret may come from a file: `NEWSWATCH_KAFKA__PASSWORD_FILE=/run/secrets/kafka`.\n",
    ]
    rows, sections = [], []
    for name, field in Settings.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            sections.append(f"\n## {name}\n\n{_first_line(kind.__doc__)}\n\n{_table(name, kind)}")
        else:
            rows.append(_row(name, field.default, field.description))
    return "\n".join(lines) + "\n" + _HEADER + "\n".join(rows) + "\n" + "\n".join(sections)


_HEADER = "| setting | variable | default | what it is |\n| --- | --- | --- | --- |\n"


def _table(section: str, kind: type[BaseModel]) -> str:
    rows = [_row(f"{section}.{name}", field.default, field.description) for name, field in kind.model_fields.items()]
    return _HEADER + "\n".join(rows)


def _row(name: str, default: object, description: str | None) -> str:
    variable = "NEWSWATCH_" + name.upper().replace(".", "__")
    return f"| `{name}` | `{variable}` | {_shown(default)} | {description} |"


def _shown(default: object) -> str:
    if isinstance(default, SecretStr) or default in (None, ""):
        return ""
    if isinstance(default, Path) and default.is_absolute():
        return f"`{default.name}` (shipped)"
    return f"`{default}`"


def _topics() -> str:
    head = _head("topic", "key", "record", "made by", "partitions", "kept", "purpose")
    rows = [
        f"| `{s.name}` | {s.key} | `{s.record}` | {s.made_by} | {s.partitions} | "
        f"{'compacted' if s.compacted else f'{s.retention_days} days'} | {s.purpose} |"
        for s in topics.SPECS
    ]
    stages = [f"| {s.name} | `{s.group}` | {', '.join(s.reads)} | {', '.join(s.writes)} |" for s in flow.FLOW]
    readers = _head("stage", "consumer group", "reads", "writes") + "\n".join(stages)
    return f"{head}{chr(10).join(rows)}\n\n## Who reads what\n\n{readers}\n"


def _head(*columns: str) -> str:
    return f"| {' | '.join(columns)} |\n|{' --- |' * len(columns)}\n"


def _metrics() -> str:
    head = "| metric | type | labels | what it is |\n| --- | --- | --- | --- |\n"
    rows = [
        f"| `{m.name}{'_total' if m.kind == 'counter' else ''}` | {m.kind} | {', '.join(m.labels)} | {m.help} |"
        for m in sorted(metric_names.CATALOGUE, key=lambda spec: spec.name)
    ]
    return head + "\n".join(rows) + "\n"


def _reasons() -> str:
    source = Path(reject_reasons.__file__).read_text(encoding="utf-8")
    rows = [f"| `{value}` | {text} |" for value, text in re.findall(r'= "([a-z-]+)"\s+# (.+)', source)]
    assert len(rows) == len(reject_reasons.Reason), "every reason needs its # explanation on the same line"
    return "| reason | what it means |\n| --- | --- |\n" + "\n".join(rows) + "\n"


def _first_line(text: str | None) -> str:
    return (text or "").strip().splitlines()[0]


def _rights() -> str:
    lines = [
        "What each role uses, and no more; `*` ends a prefix. `newswatch setup --acls` prints commands that give it,",
        "`newswatch doctor --role NAME` says what is missing.\n",
        "| role | what it is | on | operations |",
        "| --- | --- | --- | --- |",
    ]
    for role, held in rights.RIGHTS.items():
        purpose = rights.PURPOSE.get(role, f"stage {role}")
        for number, one in enumerate(held):
            name = "the cluster" if one.kind == "cluster" else f"{one.kind} `{one.name}{'*' if one.prefixed else ''}`"
            operations = ", ".join(map(rights.operation_name, one.operations))
            first = f"`{role}` | {purpose}" if not number else " | "
            lines.append(f"| {first} | {name} | {operations} |")
    return "\n".join(lines) + "\n"
