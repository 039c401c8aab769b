"""Asks Elasticsearch what the judging needs."""

import time
from collections.abc import Iterator
from typing import Any

from elasticsearch import ApiError, BadRequestError, Elasticsearch, TransportError

from newswatch.doctor.elastic_judging import (
    NEEDED_CLUSTER,
    NEEDED_INDEX,
    judge_clock,
    judge_disks,
    judge_health,
    judge_privileges,
    judge_version,
)
from newswatch.doctor.findings import Finding, problem, well
from newswatch.settings import ElasticsearchSettings

REACH = "elasticsearch reach"


def look_at_elasticsearch(es: Elasticsearch, settings: ElasticsearchSettings) -> Iterator[Finding]:
    """Every finding about the cluster but its templates; one problem when it cannot be reached or refuses us."""
    try:
        info = es.info().body
        yield well(REACH, f"{settings.url} answers")
        yield judge_version(info["version"]["number"])
        yield judge_privileges(_privileges(es, settings.prefix), settings.url)
        yield judge_health(es.cluster.health().body, settings.replicas)
        before = time.time()
        nodes = es.nodes.stats(metric="fs").body["nodes"]
        ours = (before + time.time()) / 2
        yield from judge_disks(nodes)
        for node in nodes.values():
            yield judge_clock(f"clock of {node['name']}", node["timestamp"] / 1000, ours)
    except TransportError as error:
        yield problem(REACH, f"{settings.url} does not answer: {error}", _advice(settings))
    except ApiError as error:
        yield problem("elasticsearch", f"refused a question: {error}", "check elasticsearch.api_key and its privileges")


def _privileges(es: Elasticsearch, prefix: str) -> Any:
    wanted: list[dict[str, Any]] = [{"names": [f"{prefix}-*"], "privileges": list(NEEDED_INDEX)}]
    try:
        return es.security.has_privileges(cluster=list(NEEDED_CLUSTER), index=wanted).body
    except BadRequestError:  # no handler: the cluster runs without security
        return None


def _advice(settings: ElasticsearchSettings) -> str:
    if settings.url.startswith("https"):
        return "start its nodes; else check address, port, and that elasticsearch.ca_file signed the certificate"
    return "start its nodes; else check address and firewall (a cluster that wants TLS needs https:// and a ca_file)"
