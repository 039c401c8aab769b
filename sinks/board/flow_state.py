"""How the machine is: per stage lag, rate, latency percentiles and rejects; per service its health. Shaping is pure."""

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from newswatch import metric_names as metrics
from newswatch.errors import Unavailable
from newswatch.flow import FLOW
from newswatch.group_lag import LagReader, PartitionLag
from newswatch.service import running_services
from newswatch.settings import KafkaSettings

SERVICE_SECONDS = 1.5
"""Seconds a service's metrics page may take."""

OLDEST = 120.0
"""Seconds after which an earlier sample says nothing about the present rate."""

Buckets = dict[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class StageState:
    """One stage: messages waiting and done, messages a second, seconds on a record (index: on one request, notify:
    from alert to delivery) at the 50th and 95th percentile, inputs laid aside. None: not known (yet)."""

    name: str
    waiting: int | None = None
    done: int | None = None
    rate: float | None = None
    median: float | None = None
    p95: float | None = None
    rejected: int = 0
    topics: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceState:
    """One process: whether its health page answers and how long ago its loop moved (seconds)."""

    role: str
    pid: int
    healthy: bool
    ready: bool
    beat: float | None
    started: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowState:
    """The whole flow at one moment; `fault` is a sentence when Kafka does not answer."""

    stages: tuple[StageState, ...]
    services: tuple[ServiceState, ...]
    fault: str = ""

    @property
    def waiting(self) -> int | None:
        """Messages waiting in all stages; None when not known."""
        known = [stage.waiting for stage in self.stages if stage.waiting is not None]
        return sum(known) if known else None


@dataclass(slots=True)
class _Sample:
    at: float = 0.0
    done: dict[str, int] = field(default_factory=dict)


def quantile(buckets: Buckets, share: float) -> float | None:
    """The value below which `share` of a Prometheus histogram's observations lie, linear inside a bucket."""
    limits = sorted(buckets)
    total = buckets[limits[-1]] if limits else 0
    if not total:
        return None
    below, before = 0.0, 0.0
    for limit in limits:
        if buckets[limit] >= share * total:
            if limit == float("inf"):
                return before
            inside = buckets[limit] - below
            return before + (limit - before) * ((share * total - below) / inside if inside else 1)
        below, before = buckets[limit], limit
    return before


def histograms(texts: Iterable[str], name: str, unnamed: str = "") -> dict[str, Buckets]:
    """Stage → cumulative buckets of the histogram `name`, added up over the processes' metrics pages.

    A histogram without stages is `unnamed`'s; what it has for each of its channels is one.
    """
    found: dict[str, Buckets] = {}
    for text in texts:
        for family in text_string_to_metric_families(text):
            if family.name != name:
                continue
            for sample in family.samples:
                if sample.name.endswith("_bucket"):
                    stage = sample.labels.get("stage", unnamed)
                    buckets = found.setdefault(stage, {})
                    limit = float(sample.labels["le"])
                    buckets[limit] = buckets.get(limit, 0) + sample.value
    return found


class FlowReader:
    """Reads the state; keeps its connections and the last sample for rates. Safe to call from several threads."""

    def __init__(self, settings: KafkaSettings, data: Path) -> None:
        self._settings, self._data = settings, data
        self._reader: LagReader | None = None
        self._lock = threading.Lock()
        self._last = _Sample()
        self._rates: dict[str, float] = {}
        self._pool = ThreadPoolExecutor(max_workers=4, thread_name_prefix="services")

    def read(self, rejected: Mapping[str, int]) -> FlowState:
        """The state now; `rejected` is stage → inputs laid aside, from the index."""
        with self._lock:
            notes = running_services(self._data)
            looked = list(self._pool.map(_look, notes))
            fault, lags = "", {}
            try:
                lags = self._lags()
            except Unavailable as error:
                fault = str(error)
            texts = [text for _, text in looked if text]
            work = (
                histograms(texts, metrics.DELIVERY_SECONDS.name, "notify")
                | histograms(texts, metrics.INDEX_BATCH_SECONDS.name, "index")
                | histograms(texts, metrics.STAGE_SECONDS.name)
            )
            stages = tuple(self._stage(spec.name, lags.get(spec.name), work, rejected) for spec in FLOW)
            return FlowState(stages=stages, services=tuple(state for state, _ in looked), fault=fault)

    def close(self) -> None:
        """Closes the connections."""
        self._pool.shutdown(wait=False)
        if self._reader:
            self._reader.close()

    def _lags(self) -> dict[str, Sequence[PartitionLag]]:
        try:
            self._reader = self._reader or LagReader(self._settings)
            lags = {spec.name: self._reader.of(spec) for spec in FLOW}
        except Unavailable:
            if self._reader:
                self._reader.close()
            self._reader = None
            raise
        self._sample({name: sum(part.done for part in parts) for name, parts in lags.items()})
        return dict(lags)

    def _sample(self, done: dict[str, int]) -> None:
        now = time.monotonic()
        passed = now - self._last.at
        if self._last.done and passed < 0.5:
            return
        if self._last.done and passed < OLDEST:
            self._rates = {
                name: max(0, count - self._last.done.get(name, count)) / passed for name, count in done.items()
            }
        self._last = _Sample(at=now, done=done)

    def _stage(
        self,
        name: str,
        parts: Sequence[PartitionLag] | None,
        work: Mapping[str, Buckets],
        rejected: Mapping[str, int],
    ) -> StageState:
        buckets = work.get(name, {})
        topics: dict[str, int] = {}
        for part in parts or ():
            topics[part.topic] = topics.get(part.topic, 0) + part.end
        return StageState(
            name=name,
            waiting=None if parts is None else sum(part.lag for part in parts),
            done=None if parts is None else sum(part.done for part in parts),
            rate=self._rates.get(name),
            median=quantile(buckets, 0.5),
            p95=quantile(buckets, 0.95),
            rejected=rejected.get(name, 0),
            topics=tuple(topics.items()),
        )


def _look(note: dict[str, Any]) -> tuple[ServiceState, str]:
    """A service's state and its metrics page; empty when it does not answer."""
    address = str(note.get("address", ""))
    code, body = _get(address + "/healthz")
    ready, _ = _get(address + "/readyz")
    _, text = _get(address + "/metrics")
    try:
        beat = float(json.loads(body)["heartbeat_age"])
    except (ValueError, KeyError, TypeError):
        beat = None
    state = ServiceState(
        role=str(note.get("role", "")),
        pid=int(note.get("pid", 0)),
        healthy=code == 200,
        ready=ready == 200,
        beat=beat,
        started=float(note.get("started", 0)),
    )
    return state, text


def _get(url: str) -> tuple[int, str]:
    if not url.startswith("http://"):
        return 0, ""
    try:
        with urllib.request.urlopen(url, timeout=SERVICE_SECONDS) as answer:  # noqa: S310 - http only, checked above
            return answer.status, answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode("utf-8", "replace")
    except (OSError, ValueError):
        return 0, ""
