"""Alerts by e-mail (SMTP)."""

import smtplib
import ssl
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import formatdate

from newswatch.errors import Unavailable, Unprocessable
from sinks.notify.channels.base import Message


class MailChannel:
    """Sends one mail a message; its Message-ID is made of the idempotency key, so that mail servers can drop a repeat.

    `security`: starttls, tls or none.
    """

    def __init__(
        self, host: str, port: int, sender: str, to: Sequence[str], *, security: str = "starttls",
        username: str = "", password: str = "", timeout: float = 15.0,
    ) -> None:  # fmt: skip
        self._host, self._port, self._timeout = host, port, timeout
        self._sender, self._to = sender, tuple(to)
        self._security = security
        self._login = (username, password) if username else None

    def send(self, message: Message) -> str:
        """Sends. Raises Unprocessable when every receiver is refused for good (5xx), Unavailable otherwise."""
        mail = EmailMessage()
        mail["From"], mail["To"] = self._sender, ", ".join(self._to)
        mail["Subject"] = message.title[:500]
        mail["Date"] = formatdate()
        mail["Message-ID"] = f"<{message.key}@newswatch.invalid>"
        mail["Idempotency-Key"] = message.key
        mail.set_content(message.text)
        try:
            with self._connection() as server:
                turned_down = server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            kind = Unprocessable if all(code >= 500 for code in codes) else Unavailable
            raise kind(f"no receiver was accepted: {error.recipients}") from error
        except (smtplib.SMTPException, OSError) as error:
            raise Unavailable(f"{type(error).__name__}: {error}") from error
        return f"sent, but not to {', '.join(turned_down)}" if turned_down else "sent"

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
