"""What every long-lived role has: signals that ask it to drain, a heartbeat, and a web server that tells its health."""

import json
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import FrameType
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from newswatch import metric_names as metrics
from newswatch import tracing
from newswatch.errors import UserError
from newswatch.logs import logger, set_up_logs
from newswatch.settings import Settings, load_settings
from newswatch.watchdog import Condition, Watchdog

HEARTBEAT_LIMIT = 60.0
"""Seconds without a heartbeat after which /healthz says 503."""

EXIT_GUARD = 70
"""Exit code of a role ended by one of its guards: restart it, it reads again what was not committed."""

EXIT_POISON = 78
"""Exit code of a role that stopped because too many inputs fail (EX_CONFIG of sysexits.h): mend the cause first."""

log = logger(__name__)


class Heartbeat:
    """When the processing loop last moved. Beaten by the loop itself, never by the web thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._at = clock()

    def beat(self) -> None:
        """The loop moved."""
        self._at = self._clock()

    def age(self) -> float:
        """Seconds since it last moved."""
        return self._clock() - self._at


class Service:
    """One role's process: `stop` is set by SIGTERM or Ctrl-C, `heartbeat` is beaten by its loop.

    Used as a context manager in the main thread; a second signal ends the process at once.
    """

    def __init__(self, role: str, settings: Settings) -> None:
        self.role = role
        self.worker = f"{socket.gethostname()}-{os.getpid()}"
        self.stop = threading.Event()
        self.heartbeat = Heartbeat()
        self.ready = threading.Event()
        self.on_stop: list[Callable[[], None]] = []
        self._settings = settings
        self._server: ThreadingHTTPServer | None = None
        self._watchdog = Watchdog(self._condition, self.fail, HEARTBEAT_LIMIT)
        self._run_file = settings.data / "run" / f"{role}-{os.getpid()}.json"
        self._noted: dict[str, Any] = {}

    def __enter__(self) -> "Service":
        set_up_logs(self._settings.log.level, self._settings.log.format, role=self.role, worker=self.worker)
        tracing.set_up(self._settings.tracing, self.role, self.worker)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        if not os.isatty(0):  # in a terminal it means that the terminal is gone
            signal.signal(signal.SIGHUP, self._on_reload)
        metrics.gauge(metrics.HEARTBEAT_AGE).labels(self.role).set_function(self.heartbeat.age)
        address = self._serve()
        self.note(role=self.role, pid=os.getpid(), address=address, started=time.time())
        self._watchdog.start()
        log.info("started", address=address, pid=os.getpid())
        return self

    def __exit__(self, *_: object) -> None:
        self._watchdog.end()
        if self._server:
            self._server.shutdown()
            self._server.server_close()
        tracing.shut_down()
        self._run_file.unlink(missing_ok=True)
        log.info("stopped")

    def fail(self, why: str, code: int = EXIT_GUARD) -> None:
        """Ends the process at once, uncommitted; its restart reads again what was not committed."""
        log.error("role-ends", why=why, code=code)
        os._exit(code)

    def note(self, **facts: Any) -> None:
        """Adds facts to the run file, for running_services(); the file changes whole."""
        self._noted |= facts
        self._run_file.parent.mkdir(parents=True, exist_ok=True)
        draft = self._run_file.with_suffix(".part")
        draft.write_text(json.dumps(self._noted), encoding="utf-8")
        draft.replace(self._run_file)

    def health(self) -> tuple[int, dict[str, Any]]:
        """Status code and body of /healthz."""
        age = self.heartbeat.age()
        code = 200 if age < HEARTBEAT_LIMIT else 503
        return code, {"role": self.role, "worker": self.worker, "heartbeat_age": round(age, 3)}

    def readiness(self) -> tuple[int, dict[str, Any]]:
        """Status code and body of /readyz."""
        code = 200 if self.ready.is_set() and not self.stop.is_set() else 503
        return code, {"role": self.role, "ready": code == 200, "stopping": self.stop.is_set()}

    def _condition(self) -> Condition:
        return Condition(ready=self.ready.is_set(), stopping=self.stop.is_set(), age=self.heartbeat.age())

    def _on_reload(self, *_: object) -> None:
        """SIGHUP: the level of logs is read anew from newswatch.toml; rules and feeds are read anew without asking."""
        try:
            level = load_settings(find_servers=False).log.level
        except UserError as error:
            log.error("settings-wrong", kept=self._settings.log.level, error=str(error))
            return
        set_up_logs(level, self._settings.log.format, role=self.role, worker=self.worker)
        log.warning("log-level", level=level)

    def _on_signal(self, number: int, _: FrameType | None) -> None:
        if self.stop.is_set():
            os._exit(128 + number)
        self.stop.set()
        for call in self.on_stop:
            call()

    def _serve(self) -> str:
        http = self._settings.http
        self._server = ThreadingHTTPServer((http.host, http.port), _handler(self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, name="health", daemon=True).start()
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"


def running_services(data: Path) -> list[dict[str, Any]]:
    """The services noted in `data`/run whose process is alive: role, pid, address, started (seconds since 1970)."""
    found = []
    for path in sorted((data / "run").glob("*.json")):
        try:
            note = json.loads(path.read_text(encoding="utf-8"))
            os.kill(int(note["pid"]), 0)
        except (OSError, ValueError, KeyError, TypeError):
            continue
        found.append(note)
    return found


def _handler(service: Service) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/metrics":
                self._answer(200, generate_latest(), CONTENT_TYPE_LATEST)
            elif self.path in ("/healthz", "/readyz"):
                code, body = service.health() if self.path == "/healthz" else service.readiness()
                self._answer(code, json.dumps(body).encode(), "application/json")
            else:
                self._answer(404, b"try /metrics, /healthz or /readyz\n", "text/plain")

        def _answer(self, code: int, body: bytes, kind: str) -> None:
            self.send_response(code)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            log.debug("http", path=self.path)

    return Handler
