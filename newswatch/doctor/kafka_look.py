"""Asks Kafka what the judging needs."""

from collections.abc import Iterator
from typing import Any

import kafka.admin as spec
from kafka import errors as kafka_errors

from newswatch import kafka_clients
from newswatch.doctor.findings import Finding, problem, well
from newswatch.doctor.kafka_judging import LiveTopic, judge_cluster, judge_offset_retention, judge_rights, judge_topics
from newswatch.errors import Unavailable
from newswatch.rights import needed
from newswatch.rights_held import held, missing
from newswatch.settings import KafkaSettings
from newswatch.topics import SPECS

KINDS: Any = spec
"""kafka-python's admin vocabulary; it has no types of its own."""


def look_at_kafka(settings: KafkaSettings, role: str | None = None) -> Iterator[Finding]:
    """Every finding about Kafka, the rights being those of `role`; one problem when it cannot be reached."""
    try:
        client = kafka_clients.admin(settings)
    except Unavailable as error:
        yield problem("kafka reach", str(error), _reach_advice(settings))
        return
    try:
        yield well("kafka reach", f"{settings.bootstrap} answers over {settings.security_protocol}")
        yield from _ask(client, settings, role)
    except kafka_errors.KafkaError as error:
        yield problem("kafka", f"refused a question: {type(error).__name__}: {error}", "look into the broker's log")
    finally:
        client.close()


def _ask(client: Any, settings: KafkaSettings, role: str | None) -> Iterator[Finding]:
    cluster = client.describe_cluster()
    brokers = cluster["brokers"]
    version = client.get_broker_version_data(brokers[0]["broker_id"]).broker_version
    yield from judge_cluster(version, len(brokers), settings.replication)
    yield judge_rights(missing(needed(role), held(client, needed(role))), role)
    minutes = _config(client, KINDS.ConfigResourceType.BROKER, str(brokers[0]["broker_id"]))
    if "offsets.retention.minutes" in minutes:
        yield judge_offset_retention(int(minutes["offsets.retention.minutes"]))
    yield from judge_topics(_live_topics(client), settings.replication)


def _live_topics(client: Any) -> dict[str, LiveTopic]:
    described = client.describe_topics([one.name.value for one in SPECS])
    return {one["name"]: _live(client, one) for one in described if one["error_code"] == 0}


def _live(client: Any, described: dict[str, Any]) -> LiveTopic:
    partitions = described["partitions"]
    return LiveTopic(
        name=described["name"],
        partitions=len(partitions),
        replicas=min((len(one["replica_nodes"]) for one in partitions), default=0),
        under_replicated=sum(len(one["isr_nodes"]) < len(one["replica_nodes"]) for one in partitions),
        leaderless=sum(one["leader_id"] < 0 for one in partitions),
        config=_config(client, KINDS.ConfigResourceType.TOPIC, described["name"]),
    )


def _config(client: Any, kind: Any, name: str) -> dict[str, str]:
    """Settings of a topic or broker; empty when we may not read them."""
    try:
        answer = client.describe_configs([KINDS.ConfigResource(kind, name)], config_filter="all")
    except kafka_errors.KafkaError:
        return {}
    return {key: str(one["value"]) for key, one in next(iter(answer.values()))[name].items()}


def _reach_advice(settings: KafkaSettings) -> str:
    if settings.security_protocol.endswith("SSL"):
        return "start its brokers; else check address, port of the TLS listener, kafka.ca_file, user and password"
    return "start its brokers; else check address and firewall (TLS or SASL needs kafka.security_protocol)"
