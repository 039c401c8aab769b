"""Asks Kafka what this user may do, so that a role that may not do its work says so at its start."""

from collections.abc import Iterable, Mapping
from typing import Any

from kafka import errors as kafka_errors

from newswatch import kafka_clients
from newswatch.errors import Unavailable, UserError
from newswatch.rights import needed, operation_name
from newswatch.settings import KafkaSettings

TOPIC_HIDDEN = 29
"""Kafka's error code for a topic we may not even describe, there or not."""

Held = Mapping[tuple[str, str], frozenset[str] | None]
"""Operations allowed by (kind, name); None where the broker does not tell."""


def require_rights(settings: KafkaSettings, role: str) -> None:
    """Returns when the user may do all that `role` does. Raises UserError naming what is missing, Unavailable.

    Brokers without authentication are not asked: they let everybody do everything.
    """
    if settings.security_protocol == "PLAINTEXT":
        return
    client = kafka_clients.admin(settings)
    try:
        lacking = missing(needed(role), held(client, needed(role)))
    except kafka_errors.KafkaError as error:
        raise Unavailable(f"Kafka does not tell what we may do: {error}") from error
    finally:
        client.close()
    if lacking:
        raise UserError(
            f"user {settings.username or 'of this certificate or token'} lacks rights in Kafka that {role} needs: "
            f"{'; '.join(lacking)}. `newswatch setup --acls` prints the commands that give them"
        )


def missing(wanted: Mapping[tuple[str, str], frozenset[str]], allowed: Held) -> list[str]:
    """What is wanted and not allowed, in words; what the broker does not tell is taken to be allowed. Pure."""
    lacking = []
    for (kind, name), operations in wanted.items():
        present = allowed.get((kind, name))
        if present is not None and operations - present:
            words = ", ".join(operation_name(one) for one in sorted(operations - present))
            lacking.append(f"{words} on {kind} {name}" if kind != "cluster" else f"{words} on the cluster")
    return lacking


def held(client: Any, places: Iterable[tuple[str, str]]) -> dict[tuple[str, str], frozenset[str] | None]:
    """What the user of `client` may do on topics, groups and the cluster. Raises KafkaError."""
    found: dict[tuple[str, str], frozenset[str] | None] = {}
    topics = [name for kind, name in places if kind == "topic"]
    for one in client.describe_topics(topics) if topics else ():
        found["topic", one["name"]] = _of_topic(one)
    groups = [name for kind, name in places if kind == "group"]
    for name in groups:
        found["group", name] = _of_group(client, name)
    if any(kind == "cluster" for kind, _ in places):
        found["cluster", "kafka-cluster"] = _told(client.describe_cluster())
    return found


def _of_topic(described: Mapping[str, Any]) -> frozenset[str] | None:
    if described["error_code"] == TOPIC_HIDDEN:
        return frozenset()
    return None if described["error_code"] else _told(described)


def _of_group(client: Any, name: str) -> frozenset[str] | None:
    try:
        described = kafka_clients.coordinated(lambda: client.describe_groups([name]))[name]
    except kafka_errors.GroupAuthorizationFailedError:
        return frozenset()
    if "GroupAuthorizationFailed" in str(described.get("error")):
        return frozenset()
    return _told(described)


def _told(described: Mapping[str, Any]) -> frozenset[str] | None:
    return frozenset(described.get("authorized_operations") or ()) or None
