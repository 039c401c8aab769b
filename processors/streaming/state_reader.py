"""Reads one partition of a compacted topic from its beginning to its end, outside any consumer group."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from newswatch.errors import Unavailable
from newswatch.settings import KafkaSettings
from newswatch.topics import MAX_MESSAGE_BYTES, Topic
from processors.streaming.app import FileToken, tls_context

POLL_MS = 500


class TopicReader:
    """Reads the compacted topic `state` of a stage whose input is `source`."""

    def __init__(self, settings: KafkaSettings, state: Topic, source: Topic) -> None:
        self._settings, self._state, self._source = settings, state, source

    async def records(self, partition: int) -> AsyncIterator[tuple[bytes, bytes | None]]:
        """Key and value of each record, oldest first, up to the log's end at the call. Raises Unavailable."""
        tp = TopicPartition(self._state.value, partition)
        async with self._consumer() as consumer:
            consumer.assign([tp])
            end = (await consumer.end_offsets([tp]))[tp]
            await consumer.seek_to_beginning(tp)
            while await consumer.position(tp) < end:
                batches = await consumer.getmany(tp, timeout_ms=POLL_MS, max_records=2000)
                for record in batches.get(tp, ()):
                    yield record.key or b"", record.value

    async def input_end(self, partition: int) -> int:
        """The offset the next message of the stage's input will get. Raises Unavailable."""
        tp = TopicPartition(self._source.value, partition)
        async with self._consumer() as consumer:
            return int((await consumer.end_offsets([tp]))[tp])

    @contextlib.asynccontextmanager
    async def _consumer(self) -> AsyncIterator[AIOKafkaConsumer]:
        consumer = AIOKafkaConsumer(**_options(self._settings))
        try:
            await consumer.start()
            yield consumer
        except (KafkaError, OSError) as error:
            raise Unavailable(f"the memory in {self._state.value} cannot be read: {error}") from error
        finally:
            await consumer.stop()


def _options(settings: KafkaSettings) -> dict[str, Any]:
    options: dict[str, Any] = {
        "bootstrap_servers": settings.bootstrap,
        "enable_auto_commit": False,
        "auto_offset_reset": "earliest",
        "security_protocol": settings.security_protocol,
        "max_partition_fetch_bytes": MAX_MESSAGE_BYTES,
    }
    if settings.security_protocol.endswith("SSL"):
        options["ssl_context"] = tls_context(settings)
    if settings.security_protocol.startswith("SASL") and settings.sasl_mechanism == "OAUTHBEARER":
        provider = FileToken(settings.token_file)
        options |= {"sasl_mechanism": "OAUTHBEARER", "sasl_oauth_token_provider": provider}
    elif settings.security_protocol.startswith("SASL"):
        options |= {
            "sasl_mechanism": settings.sasl_mechanism,
            "sasl_plain_username": settings.username,
            "sasl_plain_password": settings.password.get_secret_value(),
        }
    return options
