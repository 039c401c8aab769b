"""The board as a service: one web server, one thread that follows Kafka, one task that looks after regions."""

import asyncio
import contextlib
import secrets
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial

import uvicorn

from newswatch.elastic_client import elasticsearch_client
from newswatch.errors import UserError
from newswatch.records.alert import Alert
from newswatch.service import Service
from newswatch.settings import Settings
from sinks.board.access import Sessions
from sinks.board.actions import Actions
from sinks.board.app import application
from sinks.board.board import Board
from sinks.board.flow_state import FlowReader
from sinks.board.follower import Follower, Seen
from sinks.board.items import alert_item, article_item
from sinks.board.overview import Overview
from sinks.board.reading import Index
from sinks.board.regions import Regions
from sinks.board.ring import Ring
from sinks.board.stream import Audience

GOODBYE = 2
"""Seconds open connections get to end."""

BACKLOG = 512


def run_board(settings: Settings, service: Service, actions: Actions, on_address: Callable[[str], None]) -> None:
    """Serves until the service stops; `on_address` is told where. Raises UserError for an address it cannot have."""
    listener = _listen(settings.board.host, settings.board.port)
    host, port = listener.getsockname()[:2]
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    service.note(board=address)
    on_address(address)
    try:
        asyncio.run(_serve(settings, service, actions, listener))
    finally:
        listener.close()


async def _serve(settings: Settings, service: Service, actions: Actions, listener: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    board = _board(settings, actions, service.stop, loop)
    config = uvicorn.Config(
        application(board), log_config=None, access_log=False, lifespan="off", server_header=False,
        timeout_graceful_shutdown=GOODBYE, proxy_headers=False, ws="none",
    )  # fmt: skip
    server = _Server(config)
    service.on_stop.append(partial(_ask_to_end, loop, board, server))
    follower = threading.Thread(target=board.follower.run, name="follower", daemon=True)
    follower.start()
    regions = asyncio.create_task(Regions(board, service.heartbeat.beat).run())
    service.ready.set()
    async with _closing(board, regions):
        await server.serve(sockets=[listener])
    follower.join(GOODBYE)


class _Server(uvicorn.Server):
    """A uvicorn server that leaves signals to the service."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """No signals are captured."""
        yield


def _ask_to_end(loop: asyncio.AbstractEventLoop, board: Board, server: uvicorn.Server) -> None:
    """Called by the signal handler, on the main thread, where the loop runs."""
    loop.call_soon_threadsafe(_end, board, server)


def _end(board: Board, server: uvicorn.Server) -> None:
    board.ring.close()
    server.should_exit = True


@contextlib.asynccontextmanager
async def _closing(board: Board, regions: "asyncio.Task[None]") -> AsyncIterator[None]:
    try:
        yield
    finally:
        board.stop.set()
        board.ring.close()
        regions.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await regions
        board.flow.close()
        board.index.client.close()


def _board(settings: Settings, actions: Actions, stop: threading.Event, loop: asyncio.AbstractEventLoop) -> Board:
    ring = Ring(secrets.token_hex(4), int(time.time() * 1000))
    index = Index(elasticsearch_client(settings.elasticsearch), settings.elasticsearch.prefix)

    def take(seen: list[Seen]) -> None:
        items = [
            alert_item(one.record, one.at) if isinstance(one.record, Alert) else article_item(one.record, one.at)
            for one in seen
        ]
        loop.call_soon_threadsafe(ring.extend, items)

    def started(since: int) -> None:
        loop.call_soon_threadsafe(ring.reaches_back_to, since)

    return Board(
        settings=settings,
        index=index,
        overview=Overview(index),
        flow=FlowReader(settings.kafka, settings.data),
        ring=ring,
        audience=Audience(),
        follower=Follower(settings.kafka, take, started, stop),
        actions=actions,
        sessions=Sessions(settings.board.token.get_secret_value()),
        stop=stop,
    )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise UserError(
            f"the board cannot use {host} port {port} ({error.strerror}): choose another with NEWSWATCH_BOARD__PORT"
        ) from error
    listener.listen(BACKLOG)
    return listener
