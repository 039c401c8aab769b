"""A web server on this machine that answers as told and remembers what it was sent."""

import contextlib
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec

HANG = 0


class Receiver:
    """`answers`: (status, headers) of the next requests, then 200; status HANG never answers.

    `gate` closed: requests hang until it opens. `seconds`: what each answer takes.
    """

    def __init__(self) -> None:
        self.answers: list[tuple[int, dict[str, str]]] = []
        self.arrived: list[tuple[str, dict[str, Any], dict[str, str]]] = []
        self.accepted: list[str] = []
        self.over = threading.Event()
        self.gate = threading.Event()
        self.gate.set()
        self.seconds = 0.0
        self.address = ""

    def alerts(self) -> list[str]:
        """Ids of the alerts of every accepted request, in order, with repeats."""
        return list(self.accepted)

    def keys(self, alert_id: str) -> set[str]:
        """Idempotency keys under which an alert has arrived."""
        return {key for key, body, _ in self.arrived if any(a["alert_id"] == alert_id for a in body.get("alerts", ()))}


@contextlib.contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver on a free port, until the block ends."""
    state = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = msgspec.json.decode(self.rfile.read(int(self.headers["Content-Length"])))
            state.arrived.append(
                (self.headers.get("Idempotency-Key", ""), body, {**self.headers, "X-Received-At": str(time.time())})
            )
            status, headers = state.answers.pop(0) if state.answers else (200, {})
            state.gate.wait()
            time.sleep(state.seconds)
            if status == HANG:
                state.over.wait()
                return
            if status == 200:
                state.accepted.extend(alert["alert_id"] for alert in body.get("alerts", ()))
            with contextlib.suppress(OSError):
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    state.address = f"http://127.0.0.1:{server.server_address[1]}/hook"
    try:
        yield state
    finally:
        state.gate.set()
        state.over.set()
        server.shutdown()
        server.server_close()
