"""Alerts as an Atom feed in a file, for any feed reader or web server."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from newswatch.errors import Unavailable
from sinks.notify.channels.base import Message

if TYPE_CHECKING:
    from newswatch.records.alert import Alert

ATOM = "http://www.w3.org/2005/Atom"
ElementTree.register_namespace("", ATOM)


class AtomChannel:
    """Puts the newest `limit` messages into the feed at `path`; written beside it and renamed, so readers see it whole.

    An entry's id is made of the idempotency key: a message sent again replaces its entry.
    """

    def __init__(self, path: Path, title: str = "newswatch alerts", limit: int = 200) -> None:
        self._path, self._title, self._limit = path, title, limit

    def send(self, message: Message) -> str:
        """Writes the feed anew. Raises Unavailable when the file cannot be written."""
        identity = f"urn:newswatch:alert:{message.key}"
        entries = [_entry(message, identity)]
        entries += [entry for entry in self._present() if entry.findtext(_tag("id")) != identity]
        feed = ElementTree.Element(_tag("feed"))
        _add(feed, "title", self._title)
        _add(feed, "id", "urn:newswatch:alerts")
        _add(feed, "updated", datetime.now(UTC).isoformat(timespec="seconds"))
        _add(_add(feed, "author"), "name", "newswatch")
        feed.extend(entries[: self._limit])
        draft = self._path.with_suffix(self._path.suffix + ".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with draft.open("wb") as file:
                ElementTree.ElementTree(feed).write(file, encoding="utf-8", xml_declaration=True)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self._path)
        except OSError as error:
            raise Unavailable(f"{self._path} cannot be written: {error}") from error
        return str(self._path)

    def _present(self) -> list[ElementTree.Element]:
        try:
            root = ElementTree.parse(self._path).getroot()  # noqa: S314  # our own file
        except (OSError, ElementTree.ParseError):
            return []
        return root.findall(_tag("entry"))

    def close(self) -> None:
        """Nothing is held open."""


def _entry(message: Message, identity: str) -> ElementTree.Element:
    newest: Alert = max(message.alerts, key=lambda alert: alert.fired_at)
    entry = ElementTree.Element(_tag("entry"))
    _add(entry, "id", identity)
    _add(entry, "title", _clean(message.title))
    _add(entry, "updated", newest.fired_at.isoformat(timespec="seconds"))
    if newest.url and len(message.alerts) == 1:
        ElementTree.SubElement(entry, _tag("link"), href=_clean(newest.url))
    for rule in dict.fromkeys(alert.rule_id for alert in message.alerts):
        ElementTree.SubElement(entry, _tag("category"), term=rule)
    _add(entry, "content", _clean(message.text)).set("type", "text")
    return entry


def _tag(name: str) -> str:
    return f"{{{ATOM}}}{name}"


def _add(parent: ElementTree.Element, name: str, text: str | None = None) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, _tag(name))
    child.text = text
    return child


def _clean(text: str) -> str:
    """Without the control characters that XML 1.0 cannot hold."""
    return "".join(char for char in text if char >= " " or char in "\t\n\r")
