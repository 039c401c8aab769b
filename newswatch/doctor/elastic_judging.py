"""What Elasticsearch tells, judged. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from newswatch.doctor.findings import Finding, problem, warning, well

SUPPORTED_MAJOR = 9
"""The client library of this version speaks to this major version."""

NEEDED_CLUSTER = ("monitor", "manage_index_templates", "manage_ilm")
NEEDED_INDEX = (
    "auto_configure", "create_index", "index", "delete", "read", "maintenance", "manage", "view_index_metadata"
)  # fmt: skip

SKEW_WARNING = 2.0
SKEW_PROBLEM = 60.0
"""Seconds a server's clock may differ from ours: `first_seen` decides windows, months and latencies."""

DISK_WARNING = 0.2
DISK_PROBLEM = 0.1
"""Free part of a disk. Elasticsearch allocates nothing new under 0.15 and moves shards away under 0.1."""

LOOPBACK = ("http://127.", "http://localhost", "http://[::1]")


def judge_version(number: str) -> Finding:
    """The server's version against the client's."""
    major = int(number.partition(".")[0])
    if major != SUPPORTED_MAJOR:
        return problem(
            "elasticsearch version", f"the cluster is {number}", f"this version needs Elasticsearch {SUPPORTED_MAJOR}"
        )
    return well("elasticsearch version", number)


def judge_health(health: Mapping[str, Any], replicas: int) -> Finding:
    """Colour of the cluster, and nodes enough for the replicas asked for."""
    nodes, status = health["number_of_data_nodes"], health["status"]
    if status == "red":
        return problem(
            "elasticsearch health", f"red: {health['unassigned_primary_shards']} primary shards are missing",
            "ask GET _cluster/allocation/explain; bring the nodes back that hold them, or restore a snapshot",
        )  # fmt: skip
    if nodes <= replicas:
        return warning(
            "elasticsearch health", f"{nodes} data nodes cannot hold {replicas} replicas",
            f"add nodes, or set elasticsearch.replicas to {nodes - 1}",
        )  # fmt: skip
    if status == "yellow":
        return warning(
            "elasticsearch health", f"yellow: {health['unassigned_shards']} shards wait for a node",
            "ask GET _cluster/allocation/explain",
        )  # fmt: skip
    return well("elasticsearch health", f"{status}, {nodes} data nodes")


def judge_disks(nodes: Mapping[str, Any]) -> Iterator[Finding]:
    """Free space of every node (the body of `_nodes/stats/fs`)."""
    for node in nodes.values():
        total = node["fs"]["total"]
        yield judge_disk(f"disk of {node['name']}", total["available_in_bytes"], total["total_in_bytes"])


def judge_disk(check: str, free: int, total: int) -> Finding:
    """Free space of one disk, both in bytes."""
    part = free / total if total else 0.0
    found = f"{free / 1e9:.1f} GB of {total / 1e9:.0f} GB free ({part:.0%})"
    if part < DISK_PROBLEM:
        return problem(check, found, "free space now: `newswatch retention`; writing stops at 5 %")
    if part < DISK_WARNING:
        return warning(check, found, "grow the disk, or keep fewer months: `newswatch retention --dry-run`")
    return well(check, found)


def judge_clock(check: str, theirs: float, ours: float) -> Finding:
    """Two clocks read at about the same moment, in seconds since 1970."""
    skew = theirs - ours
    found = f"{abs(skew):.1f} s {'ahead of' if skew > 0 else 'behind'} this machine"
    if abs(skew) > SKEW_PROBLEM:
        return problem(check, found, "run a time service (chrony, systemd-timesyncd) on both machines")
    if abs(skew) > SKEW_WARNING:
        return warning(check, found, "run a time service (chrony, systemd-timesyncd) on both machines")
    return well(check, f"within {SKEW_WARNING:.0f} s of this machine")


def judge_privileges(answer: Mapping[str, Any] | None, url: str) -> Finding:
    """The body of `_security/user/_has_privileges`; None where the cluster has no security."""
    if answer is None:
        if url.startswith(LOOPBACK):
            return well("elasticsearch rights", "security is off, on this machine only")
        return warning(
            "elasticsearch rights", "security is off: whoever reaches the cluster may read and delete everything",
            "switch xpack.security on and set elasticsearch.api_key and elasticsearch.ca_file",
        )  # fmt: skip
    held = {**answer["cluster"], **{name: ok for index in answer["index"].values() for name, ok in index.items()}}
    missing = sorted(name for name, ok in held.items() if not ok)
    if missing:
        return problem(
            "elasticsearch rights", f"{answer['username']} lacks {', '.join(missing)}",
            "make an API key with these privileges; docs/operations.md has the request",
        )  # fmt: skip
    return well("elasticsearch rights", f"{answer['username']} holds every privilege needed")
