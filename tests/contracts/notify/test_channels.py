"""Channels against real servers on this machine: SMTP, webhooks, Apprise, an Alertmanager's API."""

import hashlib
import hmac
from collections.abc import Iterator

import msgspec
import pytest

from newswatch.errors import Unavailable, Unprocessable
from sinks.notify.channels.base import Busy, Message
from sinks.notify.channels.mail import MailChannel
from sinks.notify.channels.push import AppriseChannel
from sinks.notify.channels.webhook import WebhookChannel
from sinks.notify.rendering import Renderer
from tests.contracts.notify.mailbox import Mailbox, free_port, mail_server
from tests.contracts.notify.receiver import Receiver
from tests.unit.sinks.notify.samples import alert


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    box = Mailbox()
    port = free_port()
    with mail_server(box, port):
        yield box, port


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


def test_a_receiver_refused_for_now_gets_it_later_and_nobody_gets_it_twice(mailbox: tuple[Mailbox, int]) -> None:
    box, port = mailbox
    box.refusals = {"gone@example.org": "550 no such user", "slow@example.org": "451 come back later"}
    channel = mail(port, "ana@example.org", "gone@example.org", "slow@example.org")
    with pytest.raises(Unavailable, match="refused for now"):
        channel.send(message())
    del box.refusals["slow@example.org"]
    assert channel.send(message()) == "sent, but not to gone@example.org"
    assert [mail["X-RcptTo"] for mail in box.mails] == ["ana@example.org", "slow@example.org"]


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
