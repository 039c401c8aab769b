"""Whether a server answers its clients: one plain request over the wire, no client library."""

import http.client
import json
import socket
import struct

from newswatch.embedded.ports import LOOPBACK

ANSWER_SECONDS = 2.0
_METADATA, _METADATA_VERSION = 3, 1
_CORRELATION = 7
_CLIENT = b"newswatch"


def brokers_at(port: int) -> frozenset[int]:
    """The node ids that the broker at this port knows to be serving; empty while it does not answer."""
    try:
        with socket.create_connection((LOOPBACK, port), ANSWER_SECONDS) as connection:
            connection.sendall(metadata_request())
            return parse_brokers(_frame(connection))
    except (OSError, struct.error):
        return frozenset()


def metadata_request() -> bytes:
    """A framed Metadata request, version 1, for no topic (an empty array)."""
    header = struct.pack(f">hhih{len(_CLIENT)}s", _METADATA, _METADATA_VERSION, _CORRELATION, len(_CLIENT), _CLIENT)
    body = header + struct.pack(">i", 0)
    return struct.pack(">i", len(body)) + body


def parse_brokers(answer: bytes) -> frozenset[int]:
    """The node ids in a Metadata response, version 1. Raises struct.error when it is cut short."""
    _, count = struct.unpack_from(">ii", answer)
    position, found = 8, set()
    for _ in range(count):
        node, host = struct.unpack_from(">ih", answer, position)
        position += 6 + host + 4
        (rack,) = struct.unpack_from(">h", answer, position)
        position += 2 + max(rack, 0)
        found.add(node)
    return frozenset(found)


def _frame(connection: socket.socket) -> bytes:
    (size,) = struct.unpack(">i", _exactly(connection, 4))
    return _exactly(connection, size)


def _exactly(connection: socket.socket, size: int) -> bytes:
    parts = b""
    while len(parts) < size:
        part = connection.recv(size - len(parts))
        if not part:
            raise ConnectionError("closed in the middle of an answer")
        parts += part
    return parts


def elasticsearch_ready(port: int) -> bool:
    """Whether Elasticsearch at this port reports health yellow or green."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", "/_cluster/health")
        answer = connection.getresponse()
        return answer.status == http.HTTPStatus.OK and json.load(answer).get("status") in {"yellow", "green"}
    except (OSError, ValueError, http.client.HTTPException):
        return False
    finally:
        connection.close()
