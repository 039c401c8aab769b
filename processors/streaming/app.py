"""The Faust app of one stage: at-least-once, no tables, acknowledged idempotent writes, topics made beforehand."""

import asyncio
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import faust
from aiokafka.abc import AbstractTokenProvider
from faust.auth import OAuthCredentials
from faust.transport.drivers import aiokafka as driver

from newswatch import topics
from newswatch.kafka_clients import read_token
from newswatch.settings import KafkaSettings, Settings

COMMIT_INTERVAL = 1.0
"""Seconds between two commits of what is fully handled: how much work a killed worker's successor repeats."""

BUFFERED_MESSAGES = 64
"""Messages waiting in a stream; small, because a raw article may hold megabytes."""

FETCHED_MESSAGES = 100
"""Messages one poll may bring, at most."""

FETCHED_BYTES = 1024 * 1024
"""Bytes of a partition fetched ahead; a larger message comes alone (KIP-74). At 8 MiB for each of twelve partitions the
extract worker held 50 MiB of pages of 170 kB."""


class FileToken(AbstractTokenProvider):  # type: ignore[misc]
    """The bearer token that is in a file now, for aiokafka."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    async def token(self) -> str:  # pyright: ignore[reportIncompatibleMethodOverride] - the base's lacks its type
        """The token now. Raises UserError when there is none."""
        return await asyncio.to_thread(read_token, self._path)


class IdempotentProducer(driver.Producer):
    """Faust's producer writes idempotently only inside transactions; ours always does."""

    def _settings_extra(self) -> Mapping[str, Any]:
        return {"acks": "all", "enable_idempotence": True}


class CarefulConsumer(driver.Consumer):
    """Faust's consumer acknowledges a prefetched message it skips after a rebalance; ours does not.

    A stream drops messages of an older generation unread and acknowledges them, so that the commit could run ahead of
    their second delivery. Such a message was never tracked: its acknowledgement is ignored here.
    """

    def ack(self, message: Any) -> bool:
        """True when the acknowledgement counted."""
        return bool(message.tracked) and bool(super().ack(message))


class CarefulTransport(driver.Transport):
    """Faust's Kafka transport with the producer and consumer above."""

    Consumer = CarefulConsumer
    Producer = IdempotentProducer


def group_id(stage: str) -> str:
    """The consumer group of a stage."""
    return f"newswatch-{stage}"


def make_app(stage: str, settings: Settings) -> faust.App:
    """The app of `stage`; agents are added by processors.agents."""
    kafka = settings.kafka
    datadir = settings.data / "faust" / stage
    datadir.mkdir(parents=True, exist_ok=True)
    app = faust.App(
        group_id(stage),
        broker=[f"kafka://{part.strip()}" for part in kafka.bootstrap.split(",")],
        broker_credentials=_credentials(kafka),
        datadir=str(datadir),
        store="memory://",
        autodiscover=False,
        web_enabled=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        processing_guarantee="at_least_once",
        consumer_auto_offset_reset="earliest",
        consumer_max_fetch_size=FETCHED_BYTES,
        broker_max_poll_records=FETCHED_MESSAGES,
        broker_commit_interval=COMMIT_INTERVAL,
        broker_session_timeout=kafka.session_timeout,
        broker_heartbeat_interval=kafka.session_timeout / 5,
        broker_request_timeout=max(30.0, kafka.session_timeout + 5),
        stream_buffer_maxsize=BUFFERED_MESSAGES,
        stream_wait_empty=False,
        producer_acks=-1,
        producer_compression_type=None if kafka.compression == "none" else kafka.compression,
        producer_max_request_size=topics.MAX_MESSAGE_BYTES,
        producer_max_batch_size=256 * 1024,
        producer_linger_ms=0,
    )
    app.transport = CarefulTransport(app.conf.broker, app, loop=None)
    return app


def _credentials(kafka: KafkaSettings) -> Any:
    if kafka.security_protocol == "PLAINTEXT":
        return None
    context = tls_context(kafka) if kafka.security_protocol.endswith("SSL") else None
    if kafka.security_protocol == "SSL":
        return faust.SSLCredentials(context)
    if kafka.sasl_mechanism == "OAUTHBEARER":
        return OAuthCredentials(oauth_cb=FileToken(kafka.token_file), ssl_context=context)
    return faust.SASLCredentials(
        username=kafka.username,
        password=kafka.password.get_secret_value(),
        mechanism=kafka.sasl_mechanism,
        ssl_context=context,
    )


def tls_context(kafka: KafkaSettings) -> ssl.SSLContext:
    """The TLS settings as a context: authority, and client certificate for mutual TLS."""
    context = ssl.create_default_context(cafile=str(kafka.ca_file) if kafka.ca_file else None)
    if kafka.cert_file:
        context.load_cert_chain(str(kafka.cert_file), str(kafka.key_file) if kafka.key_file else None)
    return context
