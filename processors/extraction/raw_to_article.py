"""What the extract stage runs in its processes: the bytes of a raw article in, an article or its rejection out."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from newswatch import wire
from newswatch.errors import Unprocessable
from newswatch.freed_memory import give_back
from newswatch.identity import digest
from newswatch.records.article import Article
from newswatch.records.raw import RawArticle
from newswatch.records.rejected import Rejected
from newswatch.settings import ExtractSettings
from processors.events.tagging import tag
from processors.events.watchdata import Watch, load_watch
from processors.extraction.extracting import STAGE, extract
from processors.language import detect


@dataclass(slots=True)
class _Loaded:
    """What a process loads once."""

    limits: ExtractSettings
    watch: Watch | None = None
    pages: int = 0


PAGES_BETWEEN = 10
"""Pages after which freed memory is given back."""

_LOADED = _Loaded(ExtractSettings())


def prepare(limits: ExtractSettings, watch: Path | None = None) -> None:
    """Once in each process: sets the limits, loads the watch, warms the language detector. Raises WatchError."""
    _LOADED.limits = limits
    _LOADED.watch = load_watch(watch) if watch else None
    detect("a first text, so that the model is in memory")


def process_raw(data: bytes, now: datetime) -> Article | Rejected:
    """The article in one message of news.raw, or why there is none. Raises only for bugs."""
    try:
        raw = wire.decode(data, RawArticle)
    except Unprocessable as error:
        return Rejected(
            rejected_id=digest("rejected", STAGE, str(len(data)), data[:1000].decode("latin-1")),
            stage=STAGE,
            reason=error.reason,
            detail=str(error)[:2000],
            at=now,
        )
    _LOADED.pages += 1
    if _LOADED.pages % PAGES_BETWEEN == 0:
        give_back()
    outcome = extract(raw, _LOADED.limits, now=now)
    if isinstance(outcome, Rejected) or _LOADED.watch is None:
        return outcome
    return tagged(outcome, _LOADED.watch)


def tagged(article: Article, watch: Watch) -> Article:
    """The article with what the watch's lists and lexicons find in it; on the watch when it is relevant."""
    day = (article.published or article.first_seen).date()
    found = tag(article.title, article.text, published=day, lang=article.language, watch=watch)
    return msgspec.structs.replace(
        article,
        watches=(Path(watch.folder).name,) if found.relevant else (),
        countries=found.countries,
        entities=found.entities,
        events=found.events,
        relevance=found.reason,
    )
