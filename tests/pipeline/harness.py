"""A whole pipeline of real processes on servers of its own, whose parts a test may kill."""

import contextlib
import json
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx
from elasticsearch import Elasticsearch, helpers

from newswatch import kafka_clients
from newswatch.cli.pipeline import Plan, environment, roles, wait_until_done
from newswatch.elastic_client import elasticsearch_client
from newswatch.embedded.stack import RunningServers, start_servers
from newswatch.group_lag import LagReader
from newswatch.quiescence import Waiting, first_waiting
from newswatch.service import running_services
from newswatch.settings import ElasticsearchSettings, KafkaSettings, Settings
from newswatch.supervisor import Supervisor
from newswatch.topics import Topic
from sinks.indices.install import install_templates
from tests.pipeline.generated import Expected

SESSION_TIMEOUT = 6.0
"""Seconds until a killed worker's partitions move on: the least the broker allows by default."""

TICK = 0.2

WITHOUT_POLLER_AND_BOARD = Plan(once=True)


@dataclass(kw_only=True)
class Pipeline:
    """Servers, settings and the supervised roles; a thread restarts what dies."""

    servers: RunningServers
    settings: Settings
    supervisor: Supervisor
    extra: list[Supervisor] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _paused: bool = False

    def tend(self) -> None:
        """Runs in a thread: restarts dead roles until the pipeline stops."""
        while not self._stop.wait(TICK):
            with self._lock:
                if not self._paused:
                    self.supervisor.look()

    def kill(self, role: str) -> int:
        """kill -9 of a role's process; waits until the supervisor has started another. Gives the new pid."""
        with self._lock:
            before = self.supervisor.pids()[role]
        os.kill(before, signal.SIGKILL)
        wait_for(lambda: self._pid(role) not in (None, before), 30, f"{role} to be started again")
        return self._pid(role) or 0

    def join_worker(self, *names: str) -> Supervisor:
        """One more worker of each role named, outside the supervised set."""
        extra_roles = [role for role in roles(Plan(once=True)) if role.name in names]
        extra = Supervisor(extra_roles, environment(self.settings, Plan(once=True)), self.settings.data / "logs-extra")
        extra.start()
        self.extra.append(extra)
        return extra

    def wait_until_done(self, patience: float = 120) -> None:
        """Until every stage has committed all there is. Fails after `patience` seconds without progress."""
        with self._lock:
            left = wait_until_done(self.settings, self.supervisor, patience, lambda waiting: None)
        assert left is None, f"stuck at {left}; logs: {self.log_tails()}"

    def waiting(self) -> Waiting | None:
        """The first stage with work left, now."""
        reader = LagReader(self.settings.kafka)
        try:
            return first_waiting(reader.lag)
        finally:
            reader.close()

    def search(self, family: str) -> list[dict[str, Any]]:
        """Every document of a family, as hits."""
        es = self.elasticsearch()
        pattern = f"{self.settings.elasticsearch.prefix}-{family}*"
        es.indices.refresh(index=pattern)
        return list(helpers.scan(es, index=pattern, size=1000))

    def elasticsearch(self) -> Elasticsearch:
        """A client."""
        return elasticsearch_client(self.settings.elasticsearch)

    def delivered(self) -> Counter[str]:
        """How often each alert id stands in the JSON-lines channel's file."""
        path = self.settings.data / "alerts.jsonl"
        if not path.exists():
            return Counter()
        lines = path.read_text(encoding="utf-8").splitlines()
        return Counter(json.loads(line)["alert_id"] for line in lines if line.endswith("}"))

    def metric(self, role: str, name: str) -> float:
        """The sum of a metric over its labels on a role's /metrics page; 0 while the role does not answer."""
        total = 0.0
        for service in running_services(self.settings.data):
            if service["role"] == role:
                with (
                    contextlib.suppress(httpx.HTTPError),
                    httpx.stream("GET", service["address"] + "/metrics", timeout=5) as page,
                ):
                    lines = page.read().decode().splitlines()
                    total += sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(name))
        return total

    def log_tails(self) -> str:
        """The last lines of every role's log, for a failing test's message."""
        tails = []
        for path in sorted((self.settings.data / "logs").glob("*.log")):
            tails.append(f"--- {path.name}\n" + "\n".join(path.read_text(errors="replace").splitlines()[-8:]))
        return "\n".join(tails)

    def ready(self) -> bool:
        """Whether every role answers /readyz with 200."""
        found = running_services(self.settings.data)
        return {service["role"] for service in found} >= set(self.supervisor.pids()) and all(
            _answers(service["address"] + "/readyz") for service in found
        )

    def pause(self) -> dict[str, int]:
        """SIGTERM to every role; gives their exit codes."""
        with self._lock:
            self._paused = True
            return self.supervisor.stop()

    def resume(self) -> None:
        """Starts every role again."""
        with self._lock:
            self.supervisor.start()
            self._paused = False

    def close(self) -> dict[str, int]:
        """Drains everything; gives each role's exit code."""
        self._stop.set()
        with self._lock:
            codes = self.supervisor.stop()
        for extra in self.extra:
            extra.stop()
        return codes

    def _pid(self, role: str) -> int | None:
        with self._lock:
            return self.supervisor.pids().get(role)


def publish(running: Pipeline, articles: Sequence[Expected]) -> None:
    """Puts the articles on news.raw, acknowledged."""
    producer = kafka_clients.producer(running.settings.kafka)
    for one in articles:
        producer.send(Topic.RAW.value, key=one.raw.article_id.encode(), value=one.message)
    producer.flush(timeout=60)
    producer.close()


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=5).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def wait_for(condition: Callable[[], object], seconds: float, what: str) -> None:
    """Polls until `condition` holds; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        time.sleep(0.05)


@contextlib.contextmanager
def pipeline(
    data: Path,
    rules: Path | None = None,
    *,
    plan: Plan = WITHOUT_POLLER_AND_BOARD,
    told: Mapping[str, str] = MappingProxyType({}),
    prepare: Callable[[Settings], object] = lambda _: None,
    **changes: Any,
) -> Iterator[Pipeline]:
    """A running pipeline on embedded servers of its own under `data`.

    `told` is more environment for its roles, `changes` are settings, `prepare` is called before any role starts.
    """
    with start_servers(data / "servers") as servers:
        settings = Settings(
            data=data / "roles",
            rules=rules,
            kafka=KafkaSettings(bootstrap=servers.kafka_bootstrap, session_timeout=SESSION_TIMEOUT),
            elasticsearch=ElasticsearchSettings(url=servers.elasticsearch_url),
            **changes,
        )
        kafka_clients.ensure_topics(settings.kafka)
        install_templates(elasticsearch_client(settings.elasticsearch), settings.elasticsearch.prefix)
        prepare(settings)
        supervisor = Supervisor(roles(plan), {**environment(settings, plan), **told}, settings.data / "logs")
        running = Pipeline(servers=servers, settings=settings, supervisor=supervisor)
        supervisor.start()
        threading.Thread(target=running.tend, name="tend", daemon=True).start()
        try:
            yield running
        finally:
            running.close()
