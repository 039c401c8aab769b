"""Which entries of a feed are new, revised or known: by GUID, then address, then title and date. Pure.

A feed's memory is a tuple of SeenEntry, oldest first. Each names its entry four ways, because each way fails somewhere:
publishers repeat GUIDs, change them on a migration, retitle entries and move them to another address.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ingest.entries import Entry, plain
from newswatch.errors import Unprocessable
from newswatch.identity import digest, identity_url
from newswatch.records.feed import SeenEntry

KEPT_BEYOND_FEED = 60
"""Entries remembered after they have left the feed, so that a flapping feed repeats nothing."""
KEPT_FACTOR = 1.0
"""The same as a share of the feed's length; the larger of both counts."""
MAX_KEPT = 4_000


class Kind(StrEnum):
    """What an entry is to a feed's memory."""

    NEW = "new"
    REVISED = "revised"
    KNOWN = "known"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An entry with what it is, the id its article has, and what to remember once it is published."""

    entry: Entry
    kind: Kind
    article_id: str
    seen: SeenEntry
    matched_by: str = ""


@dataclass(frozen=True, slots=True)
class _Keys:
    guid: str
    url: str
    title: str
    date: str
    content: str
    article: str


def judge(feed_url: str, memory: Sequence[SeenEntry], entries: Sequence[Entry], now: datetime) -> tuple[Judged, ...]:
    """Each entry of one document once, in the document's order, judged against `memory`.

    An entry that repeats an earlier one of the document is left out. The article id of a known entry is the one it was
    first published under, however its address or GUID changed since.
    """
    keyed = _without_repeats(_keys(feed_url, entries))
    matched = _matched(memory, [keys for _, keys in keyed])
    found: dict[str, Judged] = {}
    taken = {seen.article for seen, _ in matched if seen is not None}
    for (entry, keys), (seen, how) in zip(keyed, matched, strict=True):
        if seen is None and keys.article in taken:
            continue
        judged = _judged(entry, keys, seen, how, now)
        found.setdefault(judged.article_id, judged)
    return tuple(found.values())


def remember(memory: Sequence[SeenEntry], judged: Iterable[Judged]) -> tuple[SeenEntry, ...]:
    """`memory` with these entries added or refreshed as its newest part, cut to what is worth keeping."""
    newest = {item.seen.article: item.seen for item in judged}
    older = [seen for seen in memory if seen.article not in newest]
    room = min(MAX_KEPT, len(newest) + max(KEPT_BEYOND_FEED, int(KEPT_FACTOR * len(newest))))
    return tuple([*older, *newest.values()][-room:])


def content_key(entry: Entry) -> str:
    """A hash of the words readers see: title, summary and content without markup and addresses."""
    return _short(" ".join((plain(entry.title), plain(entry.summary), plain(entry.content))), 6)


def _matched(memory: Sequence[SeenEntry], keyed: Sequence[_Keys]) -> list[tuple[SeenEntry | None, str]]:
    """For each entry the remembered one it is, the surest way first; no remembered entry stands for two."""
    ways: tuple[tuple[str, dict[object, SeenEntry], Callable[[_Keys], object]], ...] = (
        ("url", {seen.url: seen for seen in memory if seen.url}, lambda keys: keys.url),
        ("guid", {seen.guid: seen for seen in memory if seen.guid}, lambda keys: keys.guid),
        ("id", {seen.article: seen for seen in memory}, lambda keys: keys.article),
        (
            "title and date",
            {(seen.title, seen.date): seen for seen in memory if seen.title and seen.date},
            lambda keys: (keys.title, keys.date),
        ),
    )
    matched: list[tuple[SeenEntry | None, str]] = [(None, "")] * len(keyed)
    claimed: set[str] = set()
    for how, known, key in ways:
        for place, keys in enumerate(keyed):
            seen = known.get(key(keys))
            if matched[place][0] or seen is None or seen.article in claimed:
                continue
            if how != "guid" or _same_guid(seen, keys):
                matched[place] = (seen, how)
                claimed.add(seen.article)
    return matched


def _same_guid(seen: SeenEntry, keys: _Keys) -> bool:
    """Whether the entry is the remembered one of its GUID: not when address, title and date all differ."""
    if seen.url == keys.url or not keys.url or not seen.url:
        return True
    return (bool(keys.date) and keys.date == seen.date) or (bool(keys.title) and keys.title == seen.title)


def _judged(entry: Entry, keys: _Keys, seen: SeenEntry | None, how: str, now: datetime) -> Judged:
    if seen is None:
        kind, article, first = Kind.NEW, keys.article, int(now.timestamp())
    else:
        kind = Kind.KNOWN if seen.content == keys.content else Kind.REVISED
        article, first = seen.article, seen.first_seen
    remembered = SeenEntry(
        guid=keys.guid,
        url=keys.url,
        title=keys.title,
        date=keys.date,
        content=keys.content,
        article=article,
        first_seen=first,
    )
    return Judged(entry=entry, kind=kind, article_id=article, seen=remembered, matched_by=how)


def _keys(feed_url: str, entries: Sequence[Entry]) -> list[tuple[Entry, _Keys]]:
    urls = [_identity(entry.url) for entry in entries]
    repeated_guids = _repeated((entry.guid or "", url) for entry, url in zip(entries, urls, strict=True))
    repeated_urls = _repeated((url, plain(entry.title).casefold()) for entry, url in zip(entries, urls, strict=True))
    keyed = []
    for entry, url in zip(entries, urls, strict=True):
        guid = "" if not entry.guid or entry.guid in repeated_guids else entry.guid
        keyed.append((entry, _entry_keys(feed_url, entry, guid, url, shared=url in repeated_urls)))
    return keyed


def _entry_keys(feed_url: str, entry: Entry, guid: str, url: str, *, shared: bool) -> _Keys:
    title = plain(entry.title).casefold()
    if url and not shared:
        article = digest("article", url)
    elif url or guid:
        article = digest("article", url or feed_url, guid or title)
    else:
        article = digest("article", feed_url, title, plain(entry.body))
    return _Keys(
        guid=_short(guid, 8) if guid else "",
        url=_short(url, 8) if url and not shared else "",
        title=_short(title, 4) if title else "",
        date=_short(entry.published.isoformat(), 4) if entry.published else "",
        content=content_key(entry),
        article=article,
    )


def _without_repeats(keyed: list[tuple[Entry, _Keys]]) -> list[tuple[Entry, _Keys]]:
    found: dict[str, tuple[Entry, _Keys]] = {}
    for entry, keys in keyed:
        found.setdefault(keys.article, (entry, keys))
    guids: dict[str, tuple[Entry, _Keys]] = {}
    for pair in found.values():
        guids.setdefault(pair[1].guid or pair[1].article, pair)
    return list(guids.values())


def _repeated(pairs: Iterable[tuple[str, str]]) -> frozenset[str]:
    """First parts that stand beside more than one second part."""
    counts = Counter(first for first, _ in set(pairs))
    return frozenset(first for first, count in counts.items() if first and count > 1)


def _identity(url: str | None) -> str:
    try:
        return identity_url(url) if url else ""
    except Unprocessable:
        return ""


def _short(text: str, size: int) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).hexdigest()
