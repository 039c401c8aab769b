"""Access control lists as the catalogue of rights has them, given and taken on a real broker."""

from typing import Any

import kafka.admin

from newswatch import kafka_clients
from newswatch.rights import RIGHTS, Right
from newswatch.settings import KafkaSettings

ADMIN: Any = kafka.admin


def _entries(role: str, right: Right) -> list[Any]:
    pattern = ADMIN.ResourcePattern(
        ADMIN.ResourceType[right.kind.upper()],
        right.name,
        ADMIN.ACLResourcePatternType.PREFIXED if right.prefixed else ADMIN.ACLResourcePatternType.LITERAL,
    )
    return [
        ADMIN.ACL(f"User:{role}", "*", ADMIN.ACLOperation[name], ADMIN.ACLPermissionType.ALLOW, pattern)
        for name in right.operations
    ]


def give(settings: KafkaSettings, role: str) -> None:
    """The user called as the role gets its rights."""
    client = kafka_clients.admin(settings)
    answer = client.create_acls([entry for right in RIGHTS[role] for entry in _entries(role, right)])
    client.close()
    assert not answer["failed"], answer["failed"]


def take(settings: KafkaSettings, role: str, topic: str, operation: str) -> None:
    """The user loses one operation on one topic."""
    client = kafka_clients.admin(settings)
    pattern = ADMIN.ResourcePatternFilter(ADMIN.ResourceType.TOPIC, topic, ADMIN.ACLResourcePatternType.LITERAL)
    chosen = ADMIN.ACLFilter(f"User:{role}", "*", ADMIN.ACLOperation[operation], ADMIN.ACLPermissionType.ALLOW, pattern)
    client.delete_acls([chosen])
    client.close()
