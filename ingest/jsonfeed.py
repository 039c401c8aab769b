"""JSON Feed 1.0 and 1.1 (https://jsonfeed.org/version/1.1) to entries. Pure."""

from typing import Any

import msgspec

from ingest.dates import parse_date
from ingest.entries import (
    MAX_TEXT,
    MAX_TITLE,
    Entry,
    FeedParse,
    Media,
    NotAFeed,
    language_code,
    media_kind,
    plain,
    unique,
)
from ingest.links import resolve

VERSIONS = {"1": "json1", "1.0": "json1", "1.1": "json11"}
MAX_ITEMS = 2_000


def parse_json_feed(text: str, url: str) -> FeedParse | NotAFeed:
    """The JSON Feed in `text`; wrong types in it are passed over, never an error."""
    try:
        document = msgspec.json.decode(text.encode("utf-8", "replace"))
    except (msgspec.DecodeError, RecursionError) as error:
        return NotAFeed(reason=f"JSON that cannot be read: {str(error)[:200]}")
    if not isinstance(document, dict):
        return NotAFeed(reason="JSON, but not a JSON Feed")
    version = str(document.get("version", ""))
    if "jsonfeed.org/version/" not in version:
        return NotAFeed(reason="JSON without the version of a JSON Feed")
    language = language_code(_text(document.get("language")))
    items = document.get("items")
    entries = [
        _entry(item, url, language)
        for item in (items if isinstance(items, list) else [])[:MAX_ITEMS]
        if isinstance(item, dict)
    ]
    return FeedParse(
        format=VERSIONS.get(version.rpartition("/")[2], "json11"),
        entries=tuple(entry for entry in entries if entry.url or entry.guid or entry.body),
        title=plain(_text(document.get("title")))[:MAX_TITLE] or None,
        site=resolve(_text(document.get("home_page_url")), url or None),
        language=language,
        hub=resolve(_hub(document), url or None),
        hub_topic=resolve(_text(document.get("feed_url")), url or None),
    )


def _hub(document: dict[str, Any]) -> str | None:
    for hub in _dicts(document.get("hubs")):
        if str(hub.get("type", "")).lower() in ("websub", "pubsubhubbub"):
            return _text(hub.get("url"))
    return None


def _entry(item: dict[str, Any], base: str, language: str | None) -> Entry:
    published, source, raw = None, None, None
    for name in ("date_published", "date_modified"):
        text = _text(item.get(name))
        raw = raw or text
        if published is None and (moment := parse_date(text)):
            published, source = moment, f"json:{name}"
    authors = [*_dicts(item.get("authors")), *_dicts([item.get("author")])]
    link = _text(item.get("url")) or _text(item.get("external_url"))
    guid = _text(item.get("id"))
    return Entry(
        guid=guid,
        url=resolve(link, base or None) or (resolve(guid, None) if guid else None),
        link=link,
        title=plain(_text(item.get("title")))[:MAX_TITLE] or None,
        authors=unique([plain(_text(author.get("name"))) for author in authors]),
        summary=(_text(item.get("summary")) or "")[:MAX_TEXT] or None,
        content=(_text(item.get("content_html")) or _text(item.get("content_text")) or "")[:MAX_TEXT] or None,
        published=published,
        published_source=source,
        published_raw=raw,
        updated=parse_date(_text(item.get("date_modified"))),
        language=language_code(_text(item.get("language"))) or language,
        tags=unique([plain(_text(tag))[:200] for tag in _list(item.get("tags"))]),
        media=_media(item, base),
    )


def _media(item: dict[str, Any], base: str) -> tuple[Media, ...]:
    found: dict[str, Media] = {}
    for name in ("image", "banner_image"):
        if image := resolve(_text(item.get(name)), base or None):
            found.setdefault(image, Media(url=image, kind="image"))
    for attachment in _dicts(item.get("attachments"))[:50]:
        if url := resolve(_text(attachment.get("url")), base or None):
            mime, size = _text(attachment.get("mime_type")), attachment.get("size_in_bytes")
            found.setdefault(
                url,
                Media(
                    url=url,
                    kind=media_kind(url, mime),
                    type=mime,
                    size=size if isinstance(size, int) and 0 < size < 2**53 else None,
                ),
            )
    return tuple(found.values())


def _text(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value).strip() or None


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _dicts(value: object) -> list[dict[str, Any]]:
    return [item for item in _list(value) if isinstance(item, dict)]
