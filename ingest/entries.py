"""Entry: one item of a feed in whichever format it came, and the plain text of its parts."""

import html
import re
from datetime import datetime

import msgspec

MAX_TEXT = 400_000
"""Characters of an entry's own text kept."""
MAX_TITLE = 1_000
MAX_LIST = 50
"""Tags, authors and media kept of one entry."""


class Media(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An image, sound, film or file that belongs to an entry; `kind` image, audio, video, document or other."""

    url: str
    kind: str
    type: str | None = None
    size: int | None = None


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One item as the feed gives it.

    `url` can be fetched, `link` is what the feed wrote; `published` UTC with the name of the element it was read from;
    `summary` and `content` are html or text as they came, `media` without the page itself.
    """

    guid: str | None = None
    url: str | None = None
    link: str | None = None
    title: str | None = None
    authors: tuple[str, ...] = ()
    summary: str | None = None
    content: str | None = None
    published: datetime | None = None
    published_source: str | None = None
    published_raw: str | None = None
    updated: datetime | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    media: tuple[Media, ...] = ()

    @property
    def body(self) -> str:
        """The longer of the entry's texts."""
        return max(self.content or "", self.summary or "", key=len)


class Hints(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a feed says of its own rhythm: seconds it may be cached, seconds between its updates."""

    ttl: float | None = None
    update_every: float | None = None


class FeedParse(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A feed that was read: its format (rss20, atom10, json11, news-sitemap …), entries and what it says of itself.

    `notes` names what was mended: wrong-charset, truncated, junk-before, too-many-entries, not-well-formed.
    """

    format: str
    entries: tuple[Entry, ...] = ()
    title: str | None = None
    site: str | None = None
    language: str | None = None
    hub: str | None = None
    hub_topic: str | None = None
    hints: Hints = Hints()
    charset: str = "utf-8"
    notes: tuple[str, ...] = ()


class NotAFeed(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes that are no feed, with a sentence that says what they are instead."""

    reason: str


_BLOCK = re.compile(r"<(script|style|noscript|template)\b.*?(</\1\s*>|$)", re.S | re.I)
_BREAK = re.compile(r"</?(p|br|div|li|ul|ol|h[1-6]|tr|td|blockquote|figure|figcaption|section|article)\b[^>]*>", re.I)
_TAG = re.compile(r"<!--.*?-->|</?[A-Za-z][^>]*>|<!\[CDATA\[|\]\]>", re.S)
_LANGUAGE = re.compile(r"^([a-z]{2,3})(?:[-_][A-Za-z0-9]+)*$", re.I)


def plain(text: str | None) -> str:
    """Text without tags, scripts and entities, white space collapsed."""
    if not text:
        return ""
    if "<" in text:
        text = _TAG.sub("", _BREAK.sub(" ", _BLOCK.sub(" ", text)))
    if "&" in text:
        text = html.unescape(text)
    return " ".join(text.split())


def prose(text: str | None) -> str:
    """Like `plain`, with one paragraph a line."""
    if not text:
        return ""
    marked = _BREAK.sub("\n", _BLOCK.sub("\n", text)) if "<" in text else text
    lines = (plain(line) for line in marked.split("\n"))
    return "\n".join(line for line in lines if line)


def language_code(text: str | None) -> str | None:
    """The ISO 639 part of a language tag in lower case: es-VE gives es. None for what is no language tag."""
    match = _LANGUAGE.match((text or "").strip())
    return match[1].lower() if match else None


def media_kind(url: str, mime: str | None, medium: str | None = None) -> str:
    """image, audio, video, document or other, by the type given, else by the address's ending."""
    for hint in (medium or "", (mime or "").partition("/")[0]):
        if hint in ("image", "audio", "video"):
            return hint
    if mime in ("application/pdf", "application/msword") or (medium == "document"):
        return "document"
    return kind_by_ending(url) or "other"


ENDINGS = {
    "image": ("jpg", "jpeg", "png", "gif", "webp", "svg", "avif", "bmp", "tif", "tiff"),
    "audio": ("mp3", "m4a", "ogg", "oga", "wav", "aac", "flac", "opus"),
    "video": ("mp4", "m4v", "webm", "mov", "avi", "mkv", "m3u8", "mpg", "mpeg"),
    "document": ("pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "zip", "rar", "csv", "epub"),
}
_KIND = {ending: kind for kind, endings in ENDINGS.items() for ending in endings}


def kind_by_ending(url: str) -> str | None:
    """What an address's ending says it is, None for a page."""
    path = url.partition("?")[0].partition("#")[0]
    ending = path.rpartition("/")[2].rpartition(".")
    return _KIND.get(ending[2].lower()) if ending[1] else None


def unique(values: "list[str]") -> tuple[str, ...]:
    """The values that are not empty, each once, at most MAX_LIST."""
    return tuple(dict.fromkeys(value for value in values if value))[:MAX_LIST]
