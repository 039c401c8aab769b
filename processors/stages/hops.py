"""Marks of the stages a record has passed: the raw material of `newswatch trace` and of the latency metrics."""

from datetime import datetime
from typing import TypeVar

import msgspec

from newswatch.records.article import Article, Hop
from newswatch.records.tracked import TrackedArticle

A = TypeVar("A", Article, TrackedArticle)


def with_hop(record: A, hop: Hop) -> A:
    """The record with one more hop."""
    if isinstance(record, TrackedArticle):
        return msgspec.structs.replace(record, article=with_hop(record.article, hop))
    return msgspec.structs.replace(record, hops=(*record.hops, hop))


def hop_at(article: Article, stage: str) -> datetime | None:
    """When the article last passed `stage`."""
    return next((hop.at for hop in reversed(article.hops) if hop.stage == stage), None)
