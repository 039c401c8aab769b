"""A mail server's mind: takes every mail, but refuses and greylists receivers as told."""

import email
import socket
from email import policy
from typing import Any


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


def free_port() -> int:
    """A port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])
