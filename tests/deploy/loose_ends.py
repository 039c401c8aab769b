"""What in rendered Kubernetes resources refers to something that is not there: names, keys, ports, topics …"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from newswatch.cli.app import COMMANDS
from newswatch.flow import FLOW, PROCESS_STAGES
from newswatch.topics import BY_NAME

Resource = dict[str, Any]

SECRETS = "/run/secrets/newswatch/"
"""Where the Secret is mounted."""

OURS = {"app.kubernetes.io/name": "newswatch"}

METRICS, BOARD = "NEWSWATCH_HTTP__PORT", "NEWSWATCH_BOARD__PORT"
"""Settings that are ports of a container, which are named `metrics` and `board`."""


@dataclass(frozen=True, kw_only=True)
class Pod:
    """The pods of one workload."""

    owner: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    spec: Resource

    @property
    def container(self) -> Resource:
        """The only one."""
        (container,) = self.spec["containers"]
        return dict(container)

    @property
    def ports(self) -> dict[str, int]:
        """Name → number."""
        return {port["name"]: port["containerPort"] for port in self.container.get("ports", [])}


class Rendered:
    """The resources of an overlay. `secrets` are those made by hand: name → keys."""

    def __init__(self, resources: Sequence[Resource], secrets: Mapping[str, frozenset[str]]) -> None:
        self.resources = resources
        self.secrets = {name: set(keys) for name, keys in secrets.items()}
        for one in self.of("Secret"):
            self.secrets[one["metadata"]["name"]] = set(one.get("data", {})) | set(one.get("stringData", {}))

    def of(self, *kinds: str) -> list[Resource]:
        """The resources of these kinds."""
        return [one for one in self.resources if one["kind"] in kinds]

    def named(self, kind: str) -> set[str]:
        """The names of the resources of a kind."""
        return {one["metadata"]["name"] for one in self.of(kind)}

    @cached_property
    def pods(self) -> list[Pod]:
        """One for each workload."""
        found = []
        for one in self.of("Deployment", "Job", "CronJob"):
            spec = one["spec"]["jobTemplate"]["spec"] if one["kind"] == "CronJob" else one["spec"]
            meta = spec["template"]["metadata"]
            found.append(
                Pod(
                    owner=f"{one['kind']}/{one['metadata']['name']}",
                    labels=meta.get("labels", {}),
                    annotations=meta.get("annotations", {}),
                    spec=spec["template"]["spec"],
                )
            )
        return found

    def settings(self, pod: Pod) -> dict[str, str]:
        """The environment of a pod's container, as far as it is here."""
        data = {one["metadata"]["name"]: one["data"] for one in self.of("ConfigMap")}
        found: dict[str, str] = {}
        for source in pod.container.get("envFrom", []):
            found |= data.get(source["configMapRef"]["name"], {})
        return found | {entry["name"]: entry["value"] for entry in pod.container.get("env", [])}

    def chosen(self, selector: Resource) -> list[Pod]:
        """The pods a label selector chooses."""
        return [pod for pod in self.pods if _chooses(selector, pod.labels)]


def loose_ends(resources: Sequence[Resource], secrets: Mapping[str, frozenset[str]]) -> list[str]:
    """A sentence for each reference that leads nowhere. `secrets` are those made by hand: name → keys."""
    rendered = Rendered(resources, secrets)
    checks = (_names, _volumes, _secret_keys, _commands, _ports, _services, _selectors, _policies, _servers, _scalers)
    return [fault for check in checks for fault in check(rendered)]


def _names(rendered: Rendered) -> Iterator[str]:
    for pod in rendered.pods:
        if pod.spec["serviceAccountName"] not in rendered.named("ServiceAccount"):
            yield f"{pod.owner}: no ServiceAccount {pod.spec['serviceAccountName']}"
        for source in pod.container.get("envFrom", []):
            if source["configMapRef"]["name"] not in rendered.named("ConfigMap"):
                yield f"{pod.owner}: no ConfigMap {source['configMapRef']['name']}"


def _volumes(rendered: Rendered) -> Iterator[str]:
    for pod in rendered.pods:
        volumes = {volume["name"]: volume for volume in pod.spec["volumes"]}
        mounted = {mount["name"] for mount in pod.container["volumeMounts"]}
        yield from (f"{pod.owner}: volume {name} is mounted or defined only" for name in mounted ^ set(volumes))
        for volume in volumes.values():
            claim = volume.get("persistentVolumeClaim", {}).get("claimName")
            if claim and claim not in rendered.named("PersistentVolumeClaim"):
                yield f"{pod.owner}: no PersistentVolumeClaim {claim}"
            secret = volume.get("secret", {}).get("secretName")
            if secret and secret not in rendered.secrets:
                yield f"{pod.owner}: no Secret {secret}"


def _secret_keys(rendered: Rendered) -> Iterator[str]:
    for pod in rendered.pods:
        held = {volume["secret"]["secretName"] for volume in pod.spec["volumes"] if "secret" in volume}
        keys = set().union(*(rendered.secrets.get(name, set()) for name in held))
        for name, value in rendered.settings(pod).items():
            if value.startswith(SECRETS) and PurePosixPath(value).name not in keys:
                yield f"{pod.owner}: {name} names {value}, which no Secret holds"
    for one in rendered.of("TriggerAuthentication"):
        for target in one["spec"]["secretTargetRef"]:
            if target["key"] not in rendered.secrets.get(target["name"], set()):
                yield f"{one['metadata']['name']}: Secret {target['name']} has no key {target['key']}"


def _commands(rendered: Rendered) -> Iterator[str]:
    for pod in rendered.pods:
        first, *rest = pod.container["args"]
        if first not in COMMANDS or (first == "process" and rest[-1] not in PROCESS_STAGES):
            yield f"{pod.owner}: newswatch has no {' '.join(pod.container['args'])}"


def _ports(rendered: Rendered) -> Iterator[str]:
    for pod in rendered.pods:
        settings = rendered.settings(pod)
        for variable, name in ((METRICS, "metrics"), (BOARD, "board")):
            if name in pod.ports and settings.get(variable) != str(pod.ports[name]):
                yield f"{pod.owner}: port {name} is {pod.ports[name]}, {variable} {settings.get(variable)}"
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            wanted = pod.container.get(probe, {}).get("httpGet", {}).get("port")
            if wanted is not None and wanted not in pod.ports:
                yield f"{pod.owner}: {probe} asks port {wanted}, which the container does not have"
        scraped = pod.annotations.get("prometheus.io/port")
        if scraped and scraped != str(pod.ports.get("metrics")):
            yield f"{pod.owner}: Prometheus is sent to port {scraped}"


def _services(rendered: Rendered) -> Iterator[str]:
    for service in rendered.of("Service"):
        name = service["metadata"]["name"]
        pods = rendered.chosen({"matchLabels": service["spec"]["selector"]})
        if not pods:
            yield f"Service/{name} chooses no pod"
        for port in service["spec"]["ports"]:
            yield from (
                f"Service/{name}: {pod.owner} has no port {port['targetPort']}"
                for pod in pods
                if port["targetPort"] not in (*pod.ports, *pod.ports.values())
            )


def _selectors(rendered: Rendered) -> Iterator[str]:
    guarded: set[str] = set()
    for budget in rendered.of("PodDisruptionBudget"):
        owners = {pod.owner for pod in rendered.chosen(budget["spec"]["selector"])}
        guarded |= owners
        if len(owners) != 1:
            yield f"PodDisruptionBudget/{budget['metadata']['name']} guards {sorted(owners)}"
    for one in rendered.of("Deployment"):
        owner = f"Deployment/{one['metadata']['name']}"
        if {pod.owner for pod in rendered.chosen(one["spec"]["selector"])} != {owner}:
            yield f"{owner}: its selector chooses other pods than its own"
        if owner not in guarded:
            yield f"{owner}: no PodDisruptionBudget guards it"


def _policies(rendered: Rendered) -> Iterator[str]:
    """A policy chooses pods of ours and no others (servers may share the namespace), and opens ports they have."""
    for policy in rendered.of("NetworkPolicy"):
        name, selector = f"NetworkPolicy/{policy['metadata']['name']}", policy["spec"]["podSelector"]
        if OURS.items() - selector.get("matchLabels", {}).items():
            yield f"{name} chooses pods that are not ours"
        for expression in selector.get("matchExpressions", []):
            known = {pod.labels.get(expression["key"]) for pod in rendered.pods}
            yield from (f"{name}: no pod is {value}" for value in expression["values"] if value not in known)
        pods = rendered.chosen(selector)
        if not pods:
            yield f"{name} chooses no pod"
        have = {number for pod in pods for number in pod.ports.values()}
        opened = {port["port"] for rule in policy["spec"].get("ingress", []) for port in rule["ports"]}
        yield from (f"{name} opens {port}, which no pod has" for port in sorted(opened - have))


def _servers(rendered: Rendered) -> Iterator[str]:
    """Each pod may go out to the servers its settings name; where the operators make the servers, they exist."""
    made = {f"{name}-kafka-bootstrap": "Kafka" for name in rendered.named("Kafka")}
    made |= {f"{name}-es-http": "Elasticsearch" for name in rendered.named("Elasticsearch")}
    for pod in rendered.pods:
        settings = rendered.settings(pod)
        for address in (settings.get("NEWSWATCH_KAFKA__BOOTSTRAP"), settings.get("NEWSWATCH_ELASTICSEARCH__URL")):
            if address is None:
                yield f"{pod.owner} is not told where the servers are"
                continue
            parts = urlsplit(address if "//" in address else f"//{address}")
            if parts.port not in _ways_out(rendered, pod):
                yield f"{pod.owner}: no NetworkPolicy lets it out to {address}"
            if made and parts.hostname not in made:
                yield f"{pod.owner}: no resource makes {parts.hostname}"
    for one in rendered.of("Kafka"):
        ports = {listener["port"] for listener in one["spec"]["kafka"]["listeners"]}
        told = {rendered.settings(pod).get("NEWSWATCH_KAFKA__BOOTSTRAP", "") for pod in rendered.pods}
        yield from (f"no listener of Kafka is {at}" for at in sorted(told) if urlsplit(f"//{at}").port not in ports)
    yield from _made_by_operators(rendered)


def _made_by_operators(rendered: Rendered) -> Iterator[str]:
    for one in rendered.of("KafkaNodePool", "KafkaUser"):
        cluster = one["metadata"]["labels"]["strimzi.io/cluster"]
        if cluster not in rendered.named("Kafka"):
            yield f"{one['kind']}/{one['metadata']['name']}: no Kafka {cluster}"
    for one in rendered.of("Kibana"):
        if one["spec"]["elasticsearchRef"]["name"] not in rendered.named("Elasticsearch"):
            yield f"Kibana/{one['metadata']['name']}: no Elasticsearch {one['spec']['elasticsearchRef']['name']}"
    users = rendered.named("KafkaUser")
    for pod in rendered.pods:
        user = rendered.settings(pod).get("NEWSWATCH_KAFKA__USERNAME")
        if users and user not in users:
            yield f"{pod.owner}: no KafkaUser {user}"


def _scalers(rendered: Rendered) -> Iterator[str]:
    groups = {stage.group: {topic.value for topic in stage.reads} for stage in FLOW}
    scalers = rendered.of("HorizontalPodAutoscaler", "ScaledObject")
    targets = [one["spec"]["scaleTargetRef"]["name"] for one in scalers]
    yield from (f"no Deployment {name} to scale" for name in targets if name not in rendered.named("Deployment"))
    yield from (f"{name} has two scalers" for name in sorted(set(targets)) if targets.count(name) > 1)
    bootstraps = {rendered.settings(pod).get("NEWSWATCH_KAFKA__BOOTSTRAP") for pod in rendered.pods}
    for trigger in (trigger for one in rendered.of("ScaledObject") for trigger in one["spec"]["triggers"]):
        told = trigger["metadata"]
        if told["topic"] not in groups.get(told["consumerGroup"], set()) or told["topic"] not in BY_NAME:
            yield f"KEDA: no stage reads {told['topic']} as {told['consumerGroup']}"
        if bootstraps != {told["bootstrapServers"]}:
            yield f"KEDA asks {told['bootstrapServers']}, the roles {sorted(map(str, bootstraps))}"
        if told["username"] not in rendered.named("KafkaUser"):
            yield f"KEDA: no KafkaUser {told['username']}"
        if trigger["authenticationRef"]["name"] not in rendered.named("TriggerAuthentication"):
            yield f"KEDA: no TriggerAuthentication {trigger['authenticationRef']['name']}"


def _ways_out(rendered: Rendered, pod: Pod) -> set[int]:
    return {
        port["port"]
        for policy in rendered.of("NetworkPolicy")
        if _chooses(policy["spec"]["podSelector"], pod.labels)
        for rule in policy["spec"].get("egress", [])
        for port in rule["ports"]
    }


def _chooses(selector: Resource, labels: Mapping[str, str]) -> bool:
    matched = selector.get("matchLabels", {}).items() <= labels.items()
    return matched and all(labels.get(one["key"]) in one["values"] for one in selector.get("matchExpressions", []))
