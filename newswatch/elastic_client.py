"""The Elasticsearch client, as settings say: address, credentials, certificate authority, timeouts."""

from typing import Any

from elasticsearch import Elasticsearch

from newswatch.errors import UserError
from newswatch.settings import ElasticsearchSettings


def elasticsearch_client(settings: ElasticsearchSettings) -> Elasticsearch:
    """A client that retries nothing by itself: back-off is the caller's. Raises UserError without an address."""
    if not settings.url:
        raise UserError(
            "no Elasticsearch address is set: start the embedded servers with `newswatch servers up` and evaluate "
            "`newswatch servers env`, or set NEWSWATCH_ELASTICSEARCH__URL"
        )
    options: dict[str, Any] = {"request_timeout": settings.timeout, "max_retries": 0, "retry_on_timeout": False}
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
