"""Alerts by e-mail (SMTP)."""

import smtplib
import ssl
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import formatdate

from newswatch.errors import Unavailable, Unprocessable
from sinks.notify.channels.base import Message

FOR_GOOD = 500
"""Answers from here on are final; those below (full, greylisted) are for now."""

MOST_REMEMBERED = 1000


class MailChannel:
    """Sends one mail a message; its Message-ID is made of the idempotency key, so that mail servers can drop a repeat.

    `security`: starttls, tls or none. Where some receivers are refused for now, a later attempt goes to those alone.
    """

    def __init__(
        self, host: str, port: int, sender: str, to: Sequence[str], *, security: str = "starttls",
        username: str = "", password: str = "", timeout: float = 15.0,
    ) -> None:  # fmt: skip
        self._host, self._port, self._timeout = host, port, timeout
        self._sender, self._to = sender, tuple(to)
        self._security = security
        self._settled: dict[str, dict[str, bool]] = {}
        self._login = (username, password) if username else None

    def send(self, message: Message) -> str:
        """Sends to whoever has not got it yet.

        Raises Unprocessable when every receiver is refused for good (5xx), Unavailable while any is refused for now.
        """
        settled = self._settled.pop(message.key, {})
        left = [address for address in self._to if address not in settled]
        try:
            with self._connection() as server:
                turned_down = server.send_message(self._mail(message), to_addrs=left)
        except smtplib.SMTPRecipientsRefused as error:
            turned_down = error.recipients
        except (smtplib.SMTPException, OSError) as error:
            self._remember(message, settled)
            raise Unavailable(f"{type(error).__name__}: {error}") from error
        later = {address: answer for address, answer in turned_down.items() if answer[0] < FOR_GOOD}
        settled |= {address: address in turned_down for address in left if address not in later}
        if later:
            self._remember(message, settled)
            raise Unavailable(f"refused for now: {later}")
        refused = [address for address, was_refused in settled.items() if was_refused]
        if len(refused) == len(settled):
            raise Unprocessable(f"no receiver was accepted: {turned_down}")
        return f"sent, but not to {', '.join(refused)}" if refused else "sent"

    def _remember(self, message: Message, settled: dict[str, bool]) -> None:
        """Until the next attempt, so that nobody gets it twice; the newest messages only."""
        if settled:
            self._settled[message.key] = settled
            while len(self._settled) > MOST_REMEMBERED:
                del self._settled[next(iter(self._settled))]

    def _mail(self, message: Message) -> EmailMessage:
        mail = EmailMessage()
        mail["From"], mail["To"] = self._sender, ", ".join(self._to)
        mail["Subject"] = message.title[:500]
        mail["Date"] = formatdate()
        mail["Message-ID"] = f"<{message.key}@newswatch.invalid>"
        mail["Idempotency-Key"] = message.key
        mail.set_content(message.text)
        return mail

    def _connection(self) -> smtplib.SMTP:
        if self._security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self._host, self._port, timeout=self._timeout, context=ssl.create_default_context()
            )
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=self._timeout)
        if self._security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if self._login:
            server.login(*self._login)
        return server

    def close(self) -> None:
        """Nothing is held open."""
