"""A small proxy that puts TLS and an API key before Elasticsearch, as a managed cluster has them."""

import contextlib
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import trustme

PASSED_ON = ("content-type", "accept", "x-elastic-client-meta")


def handler(target: str, api_key: str) -> type[BaseHTTPRequestHandler]:
    """Answers 401 without the key; passes everything else on to `target`."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.headers.get("Authorization") != f"ApiKey {api_key}":
                self.answer(401, b'{"error":{"type":"security_exception","reason":"no key"},"status":401}', {})
                return
            headers = {name: self.headers[name] for name in PASSED_ON if name in self.headers}
            answer = httpx.request(self.command, target + self.path, content=body, headers=headers, timeout=60)
            kept = {name: value for name, value in answer.headers.items() if name.startswith(("x-", "content-type"))}
            self.answer(answer.status_code, answer.content, kept)

        def answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            given = {"content-type": "application/json", "x-elastic-product": "Elasticsearch"} | headers
            for name, value in (given | {"content-length": str(len(body))}).items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = pass_on  # noqa: N815 - names the server calls

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    return Handler


@contextlib.contextmanager
def tls_proxy(target: str, authority: trustme.CA, folder: Path, api_key: str) -> Iterator[str]:
    """https address of a proxy before `target`, with a certificate of `authority` for 127.0.0.1."""
    issued = authority.issue_cert("127.0.0.1")
    certificate = folder / "elasticsearch.pem"
    certificate.write_bytes(issued.private_key_and_cert_chain_pem.bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(str(certificate))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(target, api_key))
    server.daemon_threads = True
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, name="tls-proxy", daemon=True).start()
    try:
        yield f"https://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
