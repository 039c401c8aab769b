"""The Elasticsearch client, as settings say: address, credentials, certificate authority, timeouts."""

from contextlib import suppress
from typing import Any

import msgspec
from elasticsearch import Elasticsearch, SerializationError
from elasticsearch.serializer import CompatibilityModeJsonSerializer

from newswatch.errors import UserError, no_address
from newswatch.settings import ElasticsearchSettings


class FastJson(CompatibilityModeJsonSerializer):
    """Requests written and answers read by msgspec, in about a fifth of the standard library's time."""

    def dumps(self, data: Any) -> bytes:
        """The request as bytes; what msgspec does not take (lone surrogates, odd types) is left to the library."""
        if not isinstance(data, str | bytes):
            with suppress(TypeError, ValueError):
                return msgspec.json.encode(data)
        return super().dumps(data)

    def loads(self, data: bytes) -> Any:
        """The answer as Python objects."""
        return _decode(data, Any)


class _Hits(msgspec.Struct, frozen=True):
    hits: msgspec.Raw = msgspec.Raw(b"[]")


class _Answer(msgspec.Struct):
    hits: _Hits = _Hits()
    error: Any = None


class HitsAsBytes(CompatibilityModeJsonSerializer):
    """Leaves the hits of a search undecoded, for copying them as they are."""

    def loads(self, data: bytes) -> Any:
        """`{"hits": {"hits": msgspec.Raw}}` of a search; an error is decoded whole."""
        found = _decode(data, _Answer)
        return _decode(data, Any) if found.error else {"hits": {"hits": found.hits.hits}}


def _decode(data: Any, kind: Any) -> Any:
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SerializationError(message=f"no JSON: {bytes(data[:200])!r}", errors=(error,)) from error


def elasticsearch_client(
    settings: ElasticsearchSettings, serializer: CompatibilityModeJsonSerializer | None = None
) -> Elasticsearch:
    """A client that retries nothing by itself: back-off is the caller's. Raises UserError without an address."""
    if not settings.url:
        raise no_address("Elasticsearch", "NEWSWATCH_ELASTICSEARCH__URL")
    options: dict[str, Any] = {"request_timeout": settings.timeout, "max_retries": 0, "retry_on_timeout": False}
    options["serializers"] = {CompatibilityModeJsonSerializer.mimetype: serializer or FastJson()}
    if settings.api_key.get_secret_value():
        options["api_key"] = settings.api_key.get_secret_value()
    elif settings.username:
        options["basic_auth"] = (settings.username, settings.password.get_secret_value())
    if settings.ca_file:
        options["ca_certs"] = str(settings.ca_file)
    try:
        return Elasticsearch([part.strip() for part in settings.url.split(",") if part.strip()], **options)
    except ValueError as error:
        raise UserError(f"the Elasticsearch address {settings.url!r} is wrong: {error}") from error
