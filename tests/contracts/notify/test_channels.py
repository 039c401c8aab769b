"""Channels against real servers on this machine: SMTP, webhooks, Apprise, an Alertmanager's API."""

import email
import hashlib
import hmac
import socket
from collections.abc import Iterator
from email import policy
from typing import Any

import msgspec
import pytest
from aiosmtpd.controller import Controller

from newswatch.errors import Unavailable, Unprocessable
from sinks.notify.channels.base import Busy, Message
from sinks.notify.channels.mail import MailChannel
from sinks.notify.channels.push import AppriseChannel
from sinks.notify.channels.webhook import WebhookChannel
from sinks.notify.rendering import Renderer
from tests.contracts.notify.receiver import Receiver
from tests.unit.sinks.notify.samples import alert


class Mailbox:
    """Takes every mail, but for receivers named in `refusals` (address → answer)."""

    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.refusals: dict[str, str] = {}

    async def handle_RCPT(self, _: Any, __: Any, envelope: Any, address: str, ___: Any) -> str:  # noqa: N802
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _: Any, __: Any, envelope: Any) -> str:  # noqa: N802
        self.mails.append(email.message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, port
    controller.stop()


def message() -> Message:
    return Renderer("es").one(alert(title="Díaz-Canel: «apagón»"), "mail")


def mail(port: int, *to: str) -> MailChannel:
    return MailChannel("127.0.0.1", port, "newswatch@example.org", to, security="none", timeout=5)


def test_a_mail_arrives_with_its_accents_and_its_key(mailbox: tuple[Mailbox, int]) -> None:
    box, port = mailbox
    assert mail(port, "ana@example.org").send(message()) == "sent"
    (got,) = box.mails
    assert "Díaz-Canel: «apagón»" in got["Subject"]
    assert got["Message-ID"] == f"<{message().key}@newswatch.invalid>"
    assert "Regla boats" in got.get_content()


def test_a_receiver_refused_for_good_is_dead_and_one_refused_for_now_is_not(mailbox: tuple[Mailbox, int]) -> None:
    box, port = mailbox
    box.refusals = {"gone@example.org": "550 no such user", "full@example.org": "452 mailbox full"}
    with pytest.raises(Unprocessable):
        mail(port, "gone@example.org").send(message())
    with pytest.raises(Unavailable):
        mail(port, "full@example.org").send(message())
    assert mail(port, "gone@example.org", "ana@example.org").send(message()) == "sent, but not to gone@example.org"


def test_no_mail_server_is_tried_again() -> None:
    with pytest.raises(Unavailable):
        mail(1, "ana@example.org").send(message())


def test_a_webhook_is_signed_so_that_the_receiver_can_tell(receiver: Receiver) -> None:
    WebhookChannel(receiver.address, "key").send(message())
    key, body, headers = receiver.arrived[0]
    assert key == message().key
    raw = msgspec.json.encode({"key": key, "title": body["title"], "text": body["text"], "alerts": message().alerts})
    signed = hmac.new(b"key", headers["X-Newswatch-Timestamp"].encode() + b"." + raw, hashlib.sha256).hexdigest()
    assert headers["X-Newswatch-Signature"] == f"sha256={signed}"


@pytest.mark.parametrize(
    ("status", "headers", "kind"),
    [
        pytest.param(400, {}, Unprocessable, id="a message refused"),
        pytest.param(401, {}, Unavailable, id="a password to be mended"),
        pytest.param(404, {}, Unavailable, id="an address to be mended"),
        pytest.param(500, {}, Unavailable, id="a failure over there"),
        pytest.param(429, {"Retry-After": "9"}, Busy, id="asked to wait"),
        pytest.param(302, {"Location": "http://elsewhere.example/"}, Unavailable, id="never follows elsewhere"),
    ],
)
def test_what_a_webhook_answers(
    receiver: Receiver, status: int, headers: dict[str, str], kind: type[Exception]
) -> None:
    receiver.answers = [(status, headers)]
    with pytest.raises(kind):
        WebhookChannel(receiver.address).send(message())


def test_a_webhook_that_hangs_is_left_after_the_timeout(receiver: Receiver) -> None:
    receiver.gate.clear()
    with pytest.raises(Unavailable, match="Timeout"):
        WebhookChannel(receiver.address, timeout=0.3).send(message())


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_apprise_sends_and_tells_of_failure(receiver: Receiver) -> None:
    assert AppriseChannel(receiver.address.replace("http://", "json://")).send(message()) == "sent"
    assert receiver.arrived[0][1]["title"] == message().title
    with pytest.raises(Unavailable):
        AppriseChannel("json://127.0.0.1:1/hook").send(message())
    with pytest.raises(ValueError, match="does not understand"):
        AppriseChannel("carrier-pigeon://x")
