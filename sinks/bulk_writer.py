"""Writes batches of documents: looks older forms up, sends bulk requests, repeats what found no room."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from elasticsearch import ApiError, Elasticsearch, TransportError

from newswatch import metric_names as metrics
from newswatch.errors import Unavailable
from newswatch.logs import logger
from sinks import revisions
from sinks.backoff import Throttle, delay
from sinks.bulk import (
    TRIM_STEPS,
    Action,
    Answer,
    Outcome,
    classify,
    describe,
    encode,
    request_body,
    trimmed,
)
from sinks.documents import Document

STAGE = "index"
TOO_LARGE = 413
LOOKUPS_AT_ONCE = 1000
"""Documents asked for in one multi-get."""

LOOKED_AT = "docs.found,docs._version,docs._source,docs.error"
"""Parts of a multi-get answer that are read."""

log = logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What became of every document of a batch; `outdated` ones were not sent, since the index holds a newer form."""

    answers: tuple[Answer, ...]
    outdated: tuple[Document, ...] = ()

    def refused(self) -> tuple[Answer, ...]:
        """The answers of documents Elasticsearch will never take."""
        return tuple(answer for answer in self.answers if answer.outcome is Outcome.REFUSED)


def utc_now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


class BulkWriter:
    """Blocks until a batch is wholly accepted or refused; gives up, with Unavailable, only when `give_up` is set.

    Used by several threads at once; each call is one batch.
    """

    def __init__(
        self,
        es: Elasticsearch,
        prefix: str,
        *,
        watches: Iterable[str] = (),
        documents_per_request: int = 500,
        give_up: threading.Event | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._es = es
        self._prefix = prefix
        self._watches = set(watches)
        self._present: set[str] = set()
        self._throttle = Throttle(documents_per_request)
        self._give_up = give_up or threading.Event()
        self._clock = clock

    def write(self, documents: Sequence[Document]) -> Written:
        """Writes a batch. Raises Unavailable when `give_up` was set before the cluster had taken all of it."""
        self._watches |= {document.watch for document in documents if document.watch} - {"-"}
        now, watches = self._clock(), sorted(self._watches)
        places = revisions.places_to_look_up(documents, self._prefix, watches, now)
        found = self._repeated(partial(self._look_up, places))
        plan = revisions.plan(documents, found, self._prefix, watches, now)
        answers = self._send_all(plan.actions)
        self._count(answers, plan.outdated)
        return Written(answers=answers, outdated=plan.outdated)

    def _look_up(self, places: Sequence[revisions.Place]) -> dict[revisions.Place, revisions.Held]:
        found: dict[revisions.Place, revisions.Held] = {}
        present = {index for index in dict.fromkeys(index for index, _ in places) if self._exists(index)}
        held = [place for place in places if place[0] in present]
        for start in range(0, len(held), LOOKUPS_AT_ONCE):
            part = held[start : start + LOOKUPS_AT_ONCE]
            asked = [{"_index": index, "_id": ident} for index, ident in part]
            docs = self._es.mget(docs=asked, source_includes=["event_ids"], filter_path=LOOKED_AT)["docs"]
            away = [item["error"] for item in docs if "error" in item and not _missing(item["error"])]
            if away:
                raise Unavailable(f"older forms could not be looked up: {describe(away[0])}")
            found |= revisions.found_in(part, docs)
        return found

    def _exists(self, index: str) -> bool:
        """Whether the index is there; one that was is taken to be still, for an absent one answers nothing anyway."""
        if index not in self._present and self._es.indices.exists(index=index):
            self._present.add(index)
        return index in self._present

    def _send_all(self, actions: Sequence[Action]) -> tuple[Answer, ...]:
        done: list[Answer] = []
        pending, attempt = list(actions), 0
        while pending:
            limit = self._throttle.limit()
            part = pending[:limit]
            answers = self._repeated(partial(self._send, part))
            again = [answer.action for answer in answers if answer.outcome is Outcome.RETRY]
            done += [answer for answer in answers if answer.outcome is not Outcome.RETRY]
            pending = again + pending[limit:]
            if not again:
                self._throttle.accepted()
                attempt = 0
                continue
            self._throttle.refused()
            cause = next(answer.reason for answer in answers if answer.outcome is Outcome.RETRY)
            self._wait(attempt, cause, len(again))
            attempt += 1
        return tuple(done)

    def _send(self, actions: Sequence[Action]) -> list[Answer]:
        """One request. Raises TransportError or ApiError when the request as a whole failed."""
        try:
            with metrics.histogram(metrics.INDEX_BATCH_SECONDS).time():
                response = self._es.bulk(operations=_lines(actions), filter_path="items.*.status,items.*.error")
        except ApiError as error:
            if error.status_code != TOO_LARGE:
                raise
            return self._send_smaller(actions)
        items = response["items"]
        return [classify(action, next(iter(item.values()))) for action, item in zip(actions, items, strict=True)]

    def _send_smaller(self, actions: Sequence[Action]) -> list[Answer]:
        """After 413: half as many, and a single document trimmed ever shorter."""
        if len(actions) > 1:
            half = len(actions) // 2
            return self._send(actions[:half]) + self._send(actions[half:])
        action = actions[0]
        for limit in TRIM_STEPS:
            shorter = encode(trimmed(action.document.body, limit))
            if action.source is not None and len(shorter) < len(action.source):
                return self._send([replace(action, source=shorter)])
        return [Answer(action=action, outcome=Outcome.REFUSED, reason="too large for Elasticsearch even when trimmed")]

    def _repeated(self, call: Callable[[], Any]) -> Any:
        attempt = 0
        while True:
            try:
                return call()
            except (TransportError, ApiError, Unavailable) as error:
                if getattr(error, "status_code", None) == 429:
                    self._throttle.refused()
                self._wait(attempt, f"{type(error).__name__}: {error}", 0)
            attempt += 1

    def _wait(self, attempt: int, cause: str, documents: int) -> None:
        seconds = delay(attempt, random.random())  # noqa: S311 - spreads clients, keeps no secret
        metrics.counter(metrics.RETRIES).labels(STAGE, _cause_class(cause)).inc()
        log.warning(
            "elasticsearch-away", attempt=attempt, seconds=round(seconds, 2), documents=documents, cause=cause[:300]
        )
        if self._give_up.wait(seconds):
            raise Unavailable(f"stopped while Elasticsearch was away ({cause[:200]})")

    def _count(self, answers: Iterable[Answer], outdated: Iterable[Document]) -> None:
        counted = Counter((answer.action.document.family, answer.outcome) for answer in answers)
        counted.update((document.family, Outcome.STALE) for document in outdated)
        for (family, outcome), count in counted.items():
            metrics.counter(metrics.INDEX_DOCUMENTS).labels(family.value, outcome.value).inc(count)


def _missing(error: dict[str, Any]) -> bool:
    return error.get("type") == "index_not_found_exception"


def _cause_class(cause: str) -> str:
    """A label of few values: the first word of the cause, an exception's or an Elasticsearch error's name."""
    return cause.partition(":")[0][:60]


def _lines(actions: Sequence[Action]) -> list[Any]:
    return [request_body(actions).rstrip(b"\n")]
