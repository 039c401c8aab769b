"""Alerts to words: Jinja2 templates by language, people's own folder first."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import jinja2
from jinja2.sandbox import SandboxedEnvironment

from newswatch.errors import UserError
from newswatch.identity import digest
from newswatch.reason_words import translated
from newswatch.records.alert import Alert, Severity
from sinks.notify.channels.base import Message

TEMPLATES = Path(__file__).parent / "templates"
LANGUAGES = ("en", "es")
PARTS = ("title", "text", "digest-title", "digest-text")

SEVERITIES_ES = {"info": "informativa", "notice": "aviso", "warning": "advertencia", "critical": "crítica"}
FIELDS_ES = {"title": "título", "text": "texto", "tags": "etiquetas"}


class Renderer:
    """Makes messages in one language. `folder` may hold templates that replace ours, by file name (title.txt, …)."""

    def __init__(self, language: str = "en", folder: Path | None = None) -> None:
        folders = [str(part) for part in (folder, TEMPLATES / language) if part]
        self._environment = SandboxedEnvironment(
            loader=jinja2.FileSystemLoader(folders), undefined=jinja2.StrictUndefined, autoescape=False
        )
        self._environment.filters |= {
            "moment": _moment,
            "severity_es": lambda value: SEVERITIES_ES.get(str(value), str(value)),
            "reason_es": lambda reason: translated(reason, "es"),
            "field_es": lambda value: FIELDS_ES.get(str(value), str(value)),
        }
        try:
            self._parts = {part: self._environment.get_template(f"{part}.txt") for part in PARTS}
        except jinja2.TemplateSyntaxError as error:
            raise UserError(f"template {error.filename}:{error.lineno}: {error.message}") from error

    def one(self, alert: Alert, channel: str) -> Message:
        """The message for one alert. Raises UserError naming the template when it asks for what alerts do not have."""
        values = {"alert": alert}
        return Message(
            key=idempotency_key(alert.alert_id, channel),
            title=" ".join(self._render("title", values).split()),
            text=self._render("text", values).strip(),
            alerts=(alert,),
        )

    def several(self, alerts: Sequence[Alert], digest_id: str, channel: str) -> Message:
        """One message for several alerts, in the order they were first seen."""
        ordered = sorted(alerts, key=lambda alert: (alert.first_seen, alert.alert_id))
        loudest = max((alert.severity for alert in ordered), key=list(Severity).index)
        values = {"alerts": ordered, "severity": loudest, "rules": sorted({alert.rule_id for alert in ordered})}
        return Message(
            key=idempotency_key(digest_id, channel),
            title=" ".join(self._render("digest-title", values).split()),
            text=self._render("digest-text", values).strip(),
            alerts=tuple(ordered),
        )

    def _render(self, part: str, values: Mapping[str, object]) -> str:
        try:
            return self._parts[part].render(values)
        except jinja2.TemplateError as error:
            raise UserError(f"template {part}.txt: {error}") from error


def idempotency_key(identity: str, channel: str) -> str:
    """The key a receiver can tell repeats by: equal for each attempt to send the same thing over the same channel."""
    return digest("delivery", identity, channel)


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
