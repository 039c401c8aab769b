"""Channels and routes: the YAML file of people who need more, or the few settings of everybody else."""

from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from croniter import croniter
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError

from newswatch.alert_matching import check_matchers
from newswatch.durations import Duration
from newswatch.errors import UserError
from newswatch.option_faults import sentences
from newswatch.records.alert import Severity
from newswatch.settings import NotifySettings


def _listed(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"{name!r} is not a time zone; use a name such as America/Caracas") from error
    return name


def _cron(value: str) -> str:
    if not croniter.is_valid(value):
        raise ValueError(f"{value!r} is not a cron schedule; write five fields such as '0 8 * * *'")
    return value


Names = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Zone = Annotated[str, AfterValidator(_known_zone)]
Cron = Annotated[str, AfterValidator(_cron)]


class Part(BaseModel):
    """A part of the file; an unknown name in it is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class QuietHours(Part):
    """When nothing is sent; what fires then goes out as one digest at the end."""

    start: time = Field(description="local time it begins, e.g. 22:00")
    end: time = Field(description="local time it ends, e.g. 07:00; before `start`: on the next day")
    timezone: Zone = Field(default="UTC", description="time zone of start and end")
    unless: Severity = Field(default=Severity.CRITICAL, description="alerts at least this loud are sent all the same")


class Rate(Part):
    """How much a channel takes; what is over goes into a digest at the end of the period."""

    messages: int = Field(ge=1, description="messages in one period")
    per: Duration = Field(description="length of the period")


class Retry(Part):
    """How long a failing channel is tried."""

    first: Duration = Field(default="1s", validate_default=True, description="wait after the first failure; doubles")
    longest: Duration = Field(default="10m", validate_default=True, description="longest wait")
    give_up: Duration = Field(default="2d", validate_default=True, description="after this the delivery is dead")


class ChannelConfig(Part):
    """One channel; which of the options apply depends on `type`."""

    type: Literal["console", "file", "webhook", "email", "apprise", "feed", "alertmanager"] = Field(description="kind")
    url: str = Field(default="", description="webhook, alertmanager: address; apprise: its address")
    url_file: Path | None = Field(default=None, description="file that holds the address, where it is a secret")
    secret: SecretStr = Field(default=SecretStr(""), description="webhook: key of the signature")
    secret_file: Path | None = Field(default=None, description="file that holds the secret or the SMTP password")
    headers: dict[str, str] = Field(default={}, description="webhook: more headers")
    timeout: float = Field(default=10.0, gt=0, le=120, description="seconds a send may take")
    path: Path | None = Field(default=None, description="file, feed: where to write")
    title: str = Field(default="newswatch alerts", description="feed: its title")
    limit: int = Field(default=200, ge=1, le=5000, description="feed: entries kept")
    host: str = Field(default="", description="email: SMTP server")
    port: int = Field(default=587, ge=1, le=65535, description="email: its port")
    security: Literal["starttls", "tls", "none"] = Field(default="starttls", description="email: how it is secured")
    username: str = Field(default="", description="email: user")
    sender: str = Field(default="", description="email: From")
    to: Names = Field(default=(), description="email: receivers")
    language: Literal["en", "es"] = Field(default="en", description="language of the message")
    templates: Path | None = Field(default=None, description="folder with templates of your own")
    least: Severity = Field(default=Severity.INFO, description="quieter alerts are not sent here")
    quiet_hours: QuietHours | None = Field(default=None, description="when not to send")
    rate: Rate | None = Field(default=None, description="how much it takes")
    digest: Duration | None = Field(default=None, description="collect alerts for this long into one message")
    schedule: Cron | None = Field(default=None, description="collect alerts and send them at these times (cron)")
    retry: Retry = Field(default=Retry(), description="how long a failing send is tried")


class Route(Part):
    """Alerts that match go to `channels`; the first route that matches decides, unless it says `continue`."""

    match: dict[str, Names] = Field(
        default={}, description="field → values, as in silences; `severity` may be `warning+`; empty: every alert"
    )
    channels: Names = Field(description="channels by name")
    go_on: bool = Field(default=False, alias="continue", description="later routes apply too")


class NotifyConfig(Part):
    """The whole file."""

    channels: dict[str, ChannelConfig] = Field(description="channels by name")
    routes: tuple[Route, ...] = Field(default=(), description="who gets what; empty: everybody gets everything")


def load_config(settings: NotifySettings, data: Path) -> NotifyConfig:
    """The channels file when one is set, else console, file, webhook and Apprise as settings say. Raises UserError."""
    return _from_file(settings.channels_file) if settings.channels_file else _from_settings(settings, data)


def _from_settings(settings: NotifySettings, data: Path) -> NotifyConfig:
    channels = {"file": ChannelConfig(type="file", path=settings.file or data / "alerts.jsonl")}
    if settings.console:
        channels["console"] = ChannelConfig(type="console")
    if settings.webhook_url:
        channels["webhook"] = ChannelConfig(type="webhook", url=settings.webhook_url, secret=settings.webhook_secret)
    addresses = [part.strip() for part in settings.apprise.split(",") if part.strip()]
    for number, address in enumerate(addresses, 1):
        channels[f"apprise-{number}"] = ChannelConfig(type="apprise", url=address)
    return NotifyConfig(channels=channels)


def _from_file(path: Path) -> NotifyConfig:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise UserError(f"the channels file {path} cannot be read: {error}") from error
    try:
        config = NotifyConfig.model_validate(content or {})
    except ValidationError as error:
        raise UserError(f"the channels file {path} is wrong: {sentences(error, NotifyConfig)}") from error
    for route in config.routes:
        check_matchers(route.match)
    unknown = sorted({name for route in config.routes for name in route.channels} - set(config.channels))
    if unknown:
        raise UserError(f"the channels file {path} routes to {unknown[0]!r}, which is not one of its channels")
    return config
