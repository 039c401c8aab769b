"""A mail server that takes every mail, but refuses and greylists receivers as told."""

import asyncio
import email
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import policy
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from tests.contracts.listening import stop_listening


class Mailbox:
    """Takes every mail, but for receivers named in `refusals` (address → answer).

    `greylists`: receivers refused for now when they are named after another; on an attempt of their own they are taken.
    """

    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.refusals: dict[str, str] = {}
        self.greylists: set[str] = set()

    async def handle_RCPT(self, _: Any, __: Any, envelope: Any, address: str, ___: Any) -> str:  # noqa: N802
        if address in self.refusals:
            return self.refusals[address]
        if address in self.greylists and envelope.rcpt_tos:
            return "451 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _: Any, __: Any, envelope: Any) -> str:  # noqa: N802
        mail = email.message_from_bytes(envelope.content, policy=policy.default)
        mail["X-RcptTo"] = ", ".join(envelope.rcpt_tos)
        self.mails.append(mail)
        return "250 OK"


class _HangsUp(Controller):
    """aiosmtpd ends its loop with connections open, which the garbage collector complains of in some later test."""

    def __init__(self, mailbox: Mailbox, port: int) -> None:
        super().__init__(mailbox, hostname="127.0.0.1", port=port)
        self._sessions: list[SMTP] = []

    def factory(self) -> SMTP:
        """A session for a connection."""
        session: SMTP = super().factory()  # type: ignore[no-untyped-call]
        self._sessions.append(session)
        return session

    def stop(self, no_assert: bool = False) -> None:
        """Ends the server and every connection to it."""
        asyncio.run_coroutine_threadsafe(self._hang_up(), self.loop).result()
        super().stop(no_assert)

    async def _hang_up(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        await stop_listening(self.server)
        while transports := [session.transport for session in self._sessions if session.transport is not None]:
            for transport in transports:
                transport.close()
            await asyncio.sleep(0.01)


@contextmanager
def mail_server(mailbox: Mailbox, port: int) -> Iterator[None]:
    """`mailbox` listens on `port` of this machine."""
    controller = _HangsUp(mailbox, port)
    controller.start()
    try:
        yield
    finally:
        controller.stop()


def free_port() -> int:
    """A port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])
