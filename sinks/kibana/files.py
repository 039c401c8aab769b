"""Kibana's files: the saved objects, the Dashboards API's bodies and the example rules, for import by hand."""

import json
from pathlib import Path
from typing import Any

from newswatch.errors import UserError
from sinks.kibana.dashboards_api import dashboards
from sinks.kibana.rules import connector, rules
from sinks.kibana.saved_objects import ndjson, saved_objects


def write_files(folder: Path, prefix: str) -> tuple[Path, ...]:
    """Writes every file below `folder`; the same content each time. Raises UserError when it cannot be written."""
    written = []
    try:
        for name, text in files(prefix).items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            written.append(path)
    except OSError as error:
        raise UserError(f"{error.filename} cannot be written: {error.strerror}") from error
    return tuple(written)


def files(prefix: str) -> dict[str, str]:
    """Relative path → text."""
    found = {"newswatch.ndjson": ndjson(saved_objects(prefix)), "rules/connector.json": _text(connector(prefix))}
    found |= {f"dashboards-api/{ident}.json": _text(body) for ident, body in dashboards(prefix).items()}
    return found | {f"rules/{ident}.json": _text(body) for ident, body in rules(prefix).items()}


def _text(body: Any) -> str:
    return json.dumps(body, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
