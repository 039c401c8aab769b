"""The kinds of Strimzi, ECK and KEDA that deploy/ uses, as far as it uses them: a key that is not here is a mistake.

Written from the operators' reference pages for KafkaNodePool, Kafka, KafkaUser (v1beta2), Elasticsearch, Kibana (v1),
ScaledObject and TriggerAuthentication (v1alpha1).
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Strict(BaseModel):
    """No unknown keys."""

    model_config = ConfigDict(extra="forbid")


class Metadata(Strict):
    name: str
    namespace: str = ""
    labels: dict[str, str] = {}


class ResourceNeeds(Strict):
    requests: dict[Literal["cpu", "memory"], str]
    limits: dict[Literal["cpu", "memory"], str]


class Volume(Strict):
    id: int
    type: Literal["persistent-claim", "ephemeral"]
    size: str
    deleteClaim: bool  # noqa: N815 - the operator's name


class Storage(Strict):
    type: Literal["jbod"]
    volumes: list[Volume]


class NodePoolSpec(Strict):
    replicas: int
    roles: list[Literal["controller", "broker"]]
    storage: Storage
    resources: ResourceNeeds


class Kind(Strict):
    """What every resource has beside its spec."""

    apiVersion: str  # noqa: N815 - Kubernetes' name
    kind: str
    metadata: Metadata


class KafkaNodePool(Kind):
    spec: NodePoolSpec


class Authentication(Strict):
    type: Literal["scram-sha-512", "tls", "oauth"]


class Listener(Strict):
    name: str
    port: int = Field(ge=9092)
    type: Literal["internal", "ingress", "loadbalancer", "nodeport", "route"]
    tls: bool
    authentication: Authentication


class Simple(Strict):
    type: Literal["simple"]


class KafkaServers(Strict):
    listeners: list[Listener]
    authorization: Simple
    config: dict[str, bool | int | str]


class EntityOperator(Strict):
    userOperator: dict[str, Any]  # noqa: N815 - the operator's name


class KafkaSpec(Strict):
    kafka: KafkaServers
    entityOperator: EntityOperator  # noqa: N815 - the operator's name


class Kafka(Kind):
    spec: KafkaSpec


class AclResource(Strict):
    type: Literal["topic", "group", "cluster", "transactionalId"]
    name: str = ""
    patternType: Literal["literal", "prefix"] = "literal"  # noqa: N815 - the operator's name


Operation = Literal[
    "Read", "Write", "Create", "Delete", "Alter", "Describe", "DescribeConfigs", "AlterConfigs", "IdempotentWrite"
]


class Acl(Strict):
    resource: AclResource
    operations: list[Operation]


class UserAuthorization(Simple):
    acls: list[Acl]


class KafkaUserSpec(Strict):
    authentication: Authentication
    authorization: UserAuthorization


class KafkaUser(Kind):
    spec: KafkaUserSpec


class NodeSet(Strict):
    name: str
    count: int
    config: dict[str, bool | int | str]
    podTemplate: dict[str, Any]  # noqa: N815 - Kubernetes' name
    volumeClaimTemplates: list[dict[str, Any]]  # noqa: N815 - Kubernetes' name


class ElasticsearchSpec(Strict):
    version: str
    nodeSets: list[NodeSet]  # noqa: N815 - the operator's name


class ElasticsearchKind(Kind):
    spec: ElasticsearchSpec


class NameOnly(Strict):
    name: str


class KibanaSpec(Strict):
    version: str
    count: int
    elasticsearchRef: NameOnly  # noqa: N815 - the operator's name


class KibanaKind(Kind):
    spec: KibanaSpec


class KafkaTrigger(Strict):
    bootstrapServers: str  # noqa: N815 - the operator's names, here and below
    consumerGroup: str  # noqa: N815
    topic: str
    lagThreshold: str  # noqa: N815
    activationLagThreshold: str  # noqa: N815
    offsetResetPolicy: Literal["earliest", "latest"]  # noqa: N815
    limitToPartitionsWithLag: Literal["true", "false"]  # noqa: N815
    sasl: Literal["plaintext", "scram_sha256", "scram_sha512", "oauthbearer", "none"]
    tls: Literal["enable", "disable"]
    username: str


class Trigger(Strict):
    type: Literal["kafka"]
    metadata: KafkaTrigger
    authenticationRef: NameOnly  # noqa: N815


class ScaledObjectSpec(Strict):
    scaleTargetRef: NameOnly  # noqa: N815
    minReplicaCount: int  # noqa: N815
    maxReplicaCount: int  # noqa: N815
    cooldownPeriod: int  # noqa: N815
    triggers: list[Trigger]


class ScaledObject(Kind):
    spec: ScaledObjectSpec


class SecretTarget(Strict):
    parameter: str
    name: str
    key: str


class TriggerAuthenticationSpec(Strict):
    secretTargetRef: list[SecretTarget]  # noqa: N815


class TriggerAuthentication(Kind):
    spec: TriggerAuthenticationSpec


OF_OPERATORS: dict[str, type[Kind]] = {
    "KafkaNodePool": KafkaNodePool,
    "Kafka": Kafka,
    "KafkaUser": KafkaUser,
    "Elasticsearch": ElasticsearchKind,
    "Kibana": KibanaKind,
    "ScaledObject": ScaledObject,
    "TriggerAuthentication": TriggerAuthentication,
}
