"""What the extract stage runs in its processes: the bytes of a raw article in, an article or its rejection out."""

from dataclasses import dataclass
from datetime import datetime

from newswatch import wire
from newswatch.errors import Unprocessable
from newswatch.identity import digest
from newswatch.records.article import Article
from newswatch.records.raw import RawArticle
from newswatch.records.rejected import Rejected
from newswatch.settings import ExtractSettings
from processors.extraction import STAGE, extract
from processors.language import detect


@dataclass(slots=True)
class _Loaded:
    """What a process loads once."""

    limits: ExtractSettings


_LOADED = _Loaded(ExtractSettings())


def prepare(limits: ExtractSettings) -> None:
    """Once in each process: sets the limits and warms the language detector."""
    _LOADED.limits = limits
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
    return extract(raw, _LOADED.limits, now=now)
