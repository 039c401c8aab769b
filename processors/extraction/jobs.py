"""What the extract stage hands to its processes, as functions a process can be told by name.

The stage's own process imports this and nothing of what extracts and tags: that is loaded where it is used.
"""

from datetime import datetime
from pathlib import Path

from newswatch.records.article import Article
from newswatch.records.rejected import Rejected
from newswatch.settings import ExtractSettings


def faults_of(watch: Path) -> str:
    """Every fault of a watch folder, one a line; "" for a sound one."""
    from processors.events.watchdata import WatchError, load_watch

    try:
        load_watch(watch)
    except WatchError as error:
        return str(error)
    return ""


def prepare(limits: ExtractSettings, watch: Path | None = None) -> None:
    """As raw_to_article.prepare."""
    from processors.extraction import raw_to_article

    raw_to_article.prepare(limits, watch)


def process_raw(data: bytes, now: datetime) -> Article | Rejected:
    """As raw_to_article.process_raw."""
    from processors.extraction import raw_to_article

    return raw_to_article.process_raw(data, now)
