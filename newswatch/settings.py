"""Settings: newswatch.toml, then NEWSWATCH_* in the environment; secrets may come from files (NEWSWATCH_…_FILE)."""

import os
import tomllib
from functools import partial
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from newswatch.embedded import state
from newswatch.errors import UserError
from newswatch.option_faults import sentences

PREFIX = "NEWSWATCH_"
CONFIG_FILE_VARIABLE = "NEWSWATCH_CONFIG"
DEFAULT_WATCH = Path(__file__).parent / "watches" / "venezuela-cuba-us"


class Section(BaseModel):
    """A group of settings; an unknown name in it is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class KafkaSettings(Section):
    """How to reach Kafka. Empty `bootstrap` means: the embedded servers, where the command starts them."""

    bootstrap: str = Field(
        default="", description="host:port, comma separated; empty: the embedded server of `newswatch up`"
    )
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        default="PLAINTEXT", description="how connections are secured"
    )
    ca_file: Path | None = Field(
        default=None, description="certificate authority that signed the brokers' certificates (PEM)"
    )
    cert_file: Path | None = Field(default=None, description="client certificate (PEM), for mutual TLS")
    key_file: Path | None = Field(default=None, description="client key (PEM), for mutual TLS")
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"] = Field(
        default="SCRAM-SHA-512", description="SASL mechanism"
    )
    username: str = Field(default="", description="SASL user")
    password: SecretStr = Field(default=SecretStr(""), description="SASL password")
    token_file: Path | None = Field(
        default=None, description="file with the OAUTHBEARER token, read anew for every connection"
    )
    replication: int = Field(
        default=1, ge=1, le=9, description="replication factor of our topics; min.insync.replicas is one less"
    )
    compression: Literal["gzip", "lz4", "zstd", "none"] = Field(
        default="lz4", description="what producers compress batches with"
    )
    session_timeout: float = Field(
        default=15.0, gt=1, le=300, description="seconds after which a silent worker's partitions move on"
    )


class ElasticsearchSettings(Section):
    """How to reach Elasticsearch. Empty `url` means: the embedded server, where the command starts it."""

    url: str = Field(
        default="",
        description="address, comma separated for several nodes; empty: the embedded server of `newswatch up`",
    )
    api_key: SecretStr = Field(default=SecretStr(""), description="API key (encoded form)")
    username: str = Field(default="", description="user, for basic authentication")
    password: SecretStr = Field(default=SecretStr(""), description="password, for basic authentication")
    ca_file: Path | None = Field(
        default=None, description="certificate authority that signed the server's certificate (PEM)"
    )
    timeout: float = Field(default=30.0, gt=0, description="seconds a request may take")
    prefix: str = Field(default="newswatch", pattern=r"^[a-z][a-z0-9-]*$", description="first part of every index name")
    replicas: int = Field(default=0, ge=0, le=9, description="replicas of each index")


class ExtractSettings(Section):
    """Limits of the extract stage."""

    processes: int = Field(default=2, ge=1, le=64, description="processes that extract, per worker")
    timeout: float = Field(
        default=20.0, gt=0, description="seconds a page may take before its process is killed and it is rejected"
    )
    max_html: int = Field(
        default=5 * 1024 * 1024, gt=0, description="characters of html accepted; more is rejected as too-large"
    )
    max_text: int = Field(default=400_000, gt=0, description="characters of text kept")
    max_memory_mb: int = Field(
        default=1024, gt=0, description="address space of an extraction process in MiB above its start"
    )
    min_text: int = Field(default=80, ge=0, description="characters below which a page holds no article")


class IndexSettings(Section):
    """How the index sink writes."""

    batch_documents: int = Field(default=500, ge=1, le=10_000, description="documents in one bulk request, at most")
    batch_bytes: int = Field(default=4 * 1024 * 1024, ge=1024, description="bytes in one bulk request, at most")
    linger: float = Field(default=0.1, ge=0, le=60, description="seconds a batch waits to fill")
    in_flight: int = Field(default=2, ge=1, le=16, description="bulk requests under way at once")
    refresh_interval: str = Field(default="1s", description="how soon a written document can be found")
    retention_months: int = Field(default=12, ge=1, description="months of articles kept by `newswatch retention`")


class IngestSettings(Section):
    """How feeds are polled."""

    contact: str = Field(default="", description="address or page put in the User-Agent, so that a site can reach you")
    min_interval: float = Field(default=300, ge=10, description="seconds between two polls of a feed, at least")
    max_interval: float = Field(default=6 * 3600, ge=60, description="seconds between two polls of a feed, at most")
    concurrency: int = Field(default=64, ge=1, le=2000, description="requests under way at once")
    per_host_gap: float = Field(default=1.0, ge=0, description="seconds between two requests to one host")
    allow_private: str = Field(
        default="", description="networks feeds may live in although they are private, comma separated (CIDR)"
    )
    proxy: str = Field(default="", description="address of an HTTP proxy for all fetches")
    websub_listen: str = Field(
        default="127.0.0.1:8090", description="host:port the WebSub callback is served on, behind its public address"
    )
    websub_callback: str = Field(
        default="", description="public address at which hubs reach this poller; empty: no WebSub"
    )


class NotifySettings(Section):
    """Where alerts go."""

    file: Path | None = Field(
        default=None, description="JSON-lines file that gets every alert; empty: alerts.jsonl in the data folder"
    )
    console: bool = Field(default=True, description="print alerts on standard output")
    apprise: str = Field(default="", description="Apprise addresses, comma separated")
    webhook_url: str = Field(default="", description="address that gets every alert as a signed POST")
    webhook_secret: SecretStr = Field(default=SecretStr(""), description="key of the webhook's HMAC-SHA256 signature")
    channels_file: Path | None = Field(
        default=None, description="YAML file with channels and routes; replaces the settings above"
    )


class HttpSettings(Section):
    """The small web server of each service: /metrics, /healthz, /readyz."""

    host: str = Field(default="127.0.0.1", description="address it binds to")
    port: int = Field(default=0, ge=0, le=65535, description="port it binds to; 0: a free one, logged at start")


class BoardSettings(Section):
    """The board."""

    host: str = Field(
        default="127.0.0.1",
        description="address the board binds to; anything but loopback needs a token or proxy header",
    )
    port: int = Field(default=0, ge=0, le=65535, description="port of the board; 0: a free one, printed at start")
    token: SecretStr = Field(default=SecretStr(""), description="token people log in with")
    proxy_header: str = Field(
        default="", description="header with the user's name set by a trusted reverse proxy, e.g. X-Forwarded-User"
    )


class LogSettings(Section):
    """How services log."""

    level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="least severity shown")
    format: Literal["auto", "json", "console"] = Field(
        default="auto", description="json, console, or auto: console on a terminal"
    )


class TracingSettings(Section):
    """Traces by OpenTelemetry, one per article; needs newswatch[otel]. Off while `endpoint` and `file` are empty."""

    endpoint: str = Field(
        default="", description="OTLP/HTTP address of a collector, e.g. http://localhost:4318/v1/traces; empty: off"
    )
    file: Path | None = Field(default=None, description="file that gets the spans as JSON lines instead")
    ratio: float = Field(default=1.0, ge=0, le=1, description="part of the articles that are traced")


class EnvironmentSource(EnvSettingsSource):
    """The environment; NEWSWATCH_A__B_FILE=/path gives a.b the file's content, the form container secrets come in."""

    def __call__(self) -> dict[str, Any]:
        """Nested values. Raises UserError for a file that cannot be read."""
        values = super().__call__()
        return {section: _with_secrets(section, given) for section, given in values.items()}


def _with_secrets(section: str, given: Any) -> Any:
    if not isinstance(given, dict):
        return given
    known = _field_names(section)
    files = {key for key in given if key.endswith("_file") and key not in known}
    read = {key.removesuffix("_file"): _read_secret(section, key, given[key]) for key in files}
    return {key: value for key, value in given.items() if key not in files} | read


def _read_secret(section: str, key: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        name = f"{PREFIX}{section}__{key}".upper()
        raise UserError(f"{name} names {path}, which cannot be read: {error.strerror}") from error


class Settings(BaseSettings):
    """All settings. Precedence: arguments, environment (and files it names), newswatch.toml, defaults."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True)

    data: Path = Field(default=Path("var"), description="folder for the embedded servers' data, logs and run files")
    watch: Path = Field(
        default=DEFAULT_WATCH, description="folder of the watch: actors, places, lexicons, feeds, alert rules"
    )
    rules: Path | None = Field(
        default=None, description="folder or file of alert rules; empty: alerts.yaml of the watch"
    )
    kafka: KafkaSettings = KafkaSettings()
    elasticsearch: ElasticsearchSettings = ElasticsearchSettings()
    extract: ExtractSettings = ExtractSettings()
    index: IndexSettings = IndexSettings()
    ingest: IngestSettings = IngestSettings()
    notify: NotifySettings = NotifySettings()
    http: HttpSettings = HttpSettings()
    board: BoardSettings = BoardSettings()
    log: LogSettings = LogSettings()
    tracing: TracingSettings = TracingSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, environment with *_FILE secrets, then the TOML file."""
        toml = InitSettingsSource(settings_cls, _toml_values())
        return init_settings, EnvironmentSource(settings_cls), toml


def _field_names(section: str) -> frozenset[str]:
    field = Settings.model_fields.get(section)
    kind = field.annotation if field else None
    return frozenset(kind.model_fields) if isinstance(kind, type) and issubclass(kind, BaseModel) else frozenset()


def _toml_values() -> dict[str, Any]:
    named = os.environ.get(CONFIG_FILE_VARIABLE)
    path = Path(named or "newswatch.toml")
    if not path.is_file():
        if named:
            raise UserError(f"{CONFIG_FILE_VARIABLE} names {named}, which is not a file")
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{path} is not valid TOML: {error}") from error


def load_settings(*, find_servers: bool = True, **overrides: Any) -> Settings:
    """The settings in force; addresses left empty are those of servers running on the data folder, if there are any.

    Raises UserError naming each wrong setting, the value's fault and where it can be set.
    """
    try:
        settings = partial(Settings, **overrides)()
    except ValidationError as error:
        faults = sentences(error, Settings)
        raise UserError(f"settings are wrong: {faults} (see newswatch.toml and NEWSWATCH_* variables)") from error
    return _with_running_servers(settings) if find_servers else settings


def _with_running_servers(settings: Settings) -> Settings:
    if settings.kafka.bootstrap or settings.elasticsearch.url:
        return settings
    for folder in (settings.data / "servers", settings.data):
        record = state.read_state(folder) if state.owner(folder) else None
        if record and record.ready:
            kafka = settings.kafka.model_copy(update={"bootstrap": record.kafka_bootstrap})
            elasticsearch = settings.elasticsearch.model_copy(update={"url": record.elasticsearch_url})
            return settings.model_copy(update={"kafka": kafka, "elasticsearch": elasticsearch})
    return settings
