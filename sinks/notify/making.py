"""Channels from their configuration."""

from collections.abc import Callable
from pathlib import Path

from newswatch.errors import UserError
from sinks.notify.channels.alertmanager import AlertmanagerChannel
from sinks.notify.channels.atom import AtomChannel
from sinks.notify.channels.base import Channel
from sinks.notify.channels.console import ConsoleChannel
from sinks.notify.channels.jsonlines import JsonLinesChannel
from sinks.notify.channels.mail import MailChannel
from sinks.notify.channels.webhook import WebhookChannel
from sinks.notify.config import ChannelConfig

NEEDED = {
    "file": ("path",), "feed": ("path",), "webhook": ("url",), "apprise": ("url",), "alertmanager": ("url",),
    "email": ("host", "sender", "to"),
}  # fmt: skip
"""Options without which a channel of the type cannot work."""

Maker = Callable[[ChannelConfig, str, str], Channel]


def make_channel(name: str, config: ChannelConfig) -> Channel:
    """The channel. Raises UserError naming the option that is missing or cannot be read."""
    url, secret = _secret(config.url, config.url_file), _secret(config.secret.get_secret_value(), config.secret_file)
    for option in NEEDED.get(config.type, ()):
        if not (url if option == "url" else getattr(config, option)):
            raise UserError(f"channel {name}: a channel of type {config.type} needs `{option}`")
    try:
        return MAKERS[config.type](config, url, secret)
    except ValueError as error:
        raise UserError(f"channel {name}: {error}") from error


def _mail(config: ChannelConfig, _: str, secret: str) -> Channel:
    return MailChannel(
        config.host, config.port, config.sender, config.to, security=config.security,
        username=config.username, password=secret, timeout=config.timeout,
    )  # fmt: skip


def _apprise(_: ChannelConfig, url: str, __: str) -> Channel:
    from sinks.notify.channels.push import AppriseChannel  # a second of imports that few need

    return AppriseChannel(url)


MAKERS: dict[str, Maker] = {
    "console": lambda config, url, secret: ConsoleChannel(),
    "file": lambda config, url, secret: JsonLinesChannel(config.path or Path()),
    "feed": lambda config, url, secret: AtomChannel(config.path or Path(), config.title, config.limit),
    "webhook": lambda config, url, secret: WebhookChannel(url, secret, config.timeout, config.headers),
    "alertmanager": lambda config, url, secret: AlertmanagerChannel(url, config.timeout),
    "email": _mail,
    "apprise": _apprise,
}


def _secret(value: str, path: Path | None) -> str:
    if path is None:
        return value
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise UserError(f"the secret file {path} cannot be read: {error.strerror}") from error
