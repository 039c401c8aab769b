"""Kafka clients as every role uses them: kafka-python with acknowledged, idempotent writes and manual commits."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import kafka
from kafka import errors as kafka_errors
from kafka.admin import KafkaAdminClient
from kafka.net.sasl.oauth import AbstractTokenProvider

from newswatch import topics
from newswatch.errors import Unavailable, UserError, no_address
from newswatch.rejoining import rejoin_to_the_end
from newswatch.settings import KafkaSettings

METADATA_MAX_AGE_MS = 30_000
"""How soon a client notices a new topic or leader, in milliseconds."""


COORDINATOR_SECONDS = 30.0
"""Seconds a broker may take until it knows who looks after a group."""

T = TypeVar("T")


class FileToken(AbstractTokenProvider):  # type: ignore[misc]
    """The bearer token a sidecar or the platform keeps fresh in a file."""

    def __init__(self, path: Path | None) -> None:
        super().__init__()
        self._path = path

    def token(self) -> str:  # pyright: ignore[reportIncompatibleMethodOverride] - the base lacks its type
        """The token now. Raises UserError when there is none."""
        return read_token(self._path)


def read_token(path: Path | None) -> str:
    """The content of the token file. Raises UserError when it is not set or cannot be read."""
    if path is None:
        raise UserError("SASL mechanism OAUTHBEARER needs a token: set kafka.token_file (NEWSWATCH_KAFKA__TOKEN_FILE)")
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise UserError(f"kafka.token_file names {path}, which cannot be read: {error.strerror}") from error


def connection_options(settings: KafkaSettings) -> dict[str, Any]:
    """Bootstrap servers, TLS and SASL for any kafka-python client. Raises UserError when no address is set."""
    if not settings.bootstrap:
        raise no_address("Kafka", "NEWSWATCH_KAFKA__BOOTSTRAP")
    options: dict[str, Any] = {
        "bootstrap_servers": [part.strip() for part in settings.bootstrap.split(",") if part.strip()],
        "security_protocol": settings.security_protocol,
        "bootstrap_timeout_ms": 10_000,
    }
    if settings.security_protocol.endswith("SSL"):
        options |= {
            "ssl_cafile": _text(settings.ca_file),
            "ssl_certfile": _text(settings.cert_file),
            "ssl_keyfile": _text(settings.key_file),
        }
    if settings.security_protocol.startswith("SASL") and settings.sasl_mechanism == "OAUTHBEARER":
        read_token(settings.token_file)
        options |= {"sasl_mechanism": "OAUTHBEARER", "sasl_oauth_token_provider": FileToken(settings.token_file)}
    elif settings.security_protocol.startswith("SASL"):
        options |= {
            "sasl_mechanism": settings.sasl_mechanism,
            "sasl_plain_username": settings.username,
            "sasl_plain_password": settings.password.get_secret_value(),
        }
    return options


def producer(settings: KafkaSettings, **overrides: Any) -> kafka.KafkaProducer:
    """A producer that acknowledges on all replicas, idempotent and compressed. Raises Unavailable."""
    options = connection_options(settings) | {
        "acks": "all",
        "enable_idempotence": True,
        "compression_type": None if settings.compression == "none" else settings.compression,
        "max_request_size": topics.MAX_MESSAGE_BYTES,
        "linger_ms": 5,
        "batch_size": 256 * 1024,
        "allow_auto_create_topics": False,
        "metadata_max_age_ms": METADATA_MAX_AGE_MS,
        "reconnect_backoff_max_ms": 2_000,
    }
    return _made(settings, kafka.KafkaProducer, options | overrides)


def consumer(settings: KafkaSettings, *names: str, group: str | None = None, **overrides: Any) -> kafka.KafkaConsumer:
    """A consumer of `names` from the earliest uncommitted message; commits are by hand. Raises Unavailable."""
    options = connection_options(settings) | {
        "group_id": group,
        "enable_auto_commit": False,
        "auto_offset_reset": "earliest",
        "allow_auto_create_topics": False,
        "fetch_max_bytes": 16 * 1024 * 1024,
        "max_partition_fetch_bytes": topics.MAX_MESSAGE_BYTES,
        "fetch_max_wait_ms": 200,
        "session_timeout_ms": int(settings.session_timeout * 1000),
        "heartbeat_interval_ms": int(settings.session_timeout * 1000 / 5),
        "metadata_max_age_ms": METADATA_MAX_AGE_MS,
        "reconnect_backoff_max_ms": 2_000,
    }
    options |= overrides
    made: kafka.KafkaConsumer = _made(settings, kafka.KafkaConsumer, options)
    if group:
        rejoin_to_the_end(made)
    if names:
        made.subscribe(list(names))
    return made


def admin(settings: KafkaSettings) -> Any:
    """An admin client. Raises Unavailable."""
    return _made(settings, KafkaAdminClient, connection_options(settings))


def ensure_topics(settings: KafkaSettings) -> tuple[str, ...]:
    """Creates each missing topic of the catalogue and names it; safe to repeat. Raises Unavailable."""
    client = admin(settings)
    try:
        present = set(client.list_topics())
        missing = [spec for spec in topics.SPECS if spec.name not in present]
        wanted = {
            spec.name.value: {
                "num_partitions": spec.partitions,
                "replication_factor": settings.replication,
                "configs": spec.settings(settings.replication),
            }
            for spec in missing
        }
        if wanted:
            _create(client, wanted)
        return tuple(wanted)
    except kafka_errors.KafkaError as error:
        raise Unavailable(f"topics could not be created on {settings.bootstrap}: {error}") from error
    finally:
        client.close()


def wait_for_kafka(settings: KafkaSettings, seconds: float) -> None:
    """Returns when the broker answers. Raises Unavailable after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            admin(settings).close()
        except Unavailable:
            if time.monotonic() >= deadline:
                raise
            time.sleep(0.5)
        else:
            return


def coordinated(ask: Callable[[], T], seconds: float = COORDINATOR_SECONDS) -> T:
    """The answer of a question about groups; a broker that is new makes its topic of groups at the first, and refuses.

    Raises the KafkaError of the last attempt.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            return ask()
        except (
            kafka_errors.CoordinatorNotAvailableError,
            kafka_errors.CoordinatorLoadInProgressError,
            kafka_errors.NotCoordinatorError,
        ):
            if time.monotonic() >= deadline:
                raise
            time.sleep(0.3)


def _create(client: Any, wanted: dict[str, dict[str, Any]]) -> None:
    try:
        client.create_topics(wanted, wait_for_metadata=True)
    except kafka_errors.TopicAlreadyExistsError:  # another process was faster
        client.wait_for_topics(list(wanted))


def _made(settings: KafkaSettings, kind: Any, options: dict[str, Any]) -> Any:
    try:
        return kind(**options)
    except (kafka_errors.KafkaError, OSError) as error:
        raise Unavailable(
            f"Kafka does not answer at {settings.bootstrap} ({type(error).__name__}: {error}); "
            "is it running, and are the address and security settings right?"
        ) from error


def _text(path: Any) -> str | None:
    return str(path) if path else None


def names_of(chosen: Iterable[topics.Topic]) -> list[str]:
    """Topic names as plain strings."""
    return [topic.value for topic in chosen]
