"""Every overlay renders, is valid for the oldest and the newest Kubernetes with a known schema, and hangs together."""

from functools import cache
from pathlib import Path

import kubernetes_validate  # type: ignore[import-untyped]
import pytest
import yaml

from newswatch.flow import FLOW, PROCESS_STAGES
from newswatch.rights import RIGHTS, operation_name
from newswatch.topics import BY_NAME
from tests.deploy.artefacts import DEPLOY, OF_PACKAGES, copied, plant, run, unknown_settings
from tests.deploy.loose_ends import Resource
from tests.deploy.operator_kinds import OF_OPERATORS

OVERLAYS = ("dev", "production", "operators")
VERSIONS = ("1.25", "1.37")
ROLES = {"ingest", "board", *PROCESS_STAGES, *(stage.role for stage in FLOW if stage.role != "process")}


def render(overlay: Path) -> list[Resource]:
    """The overlay's resources. Fails with what kustomize said."""
    code, said = run(str(OF_PACKAGES / "kubectl"), "kustomize", str(overlay))
    assert code == 0, said
    return [resource for resource in yaml.safe_load_all(said) if resource]


@cache
def rendered(name: str) -> list[Resource]:
    return render(DEPLOY / "kubernetes" / "overlays" / name)


def problems(resources: list[Resource], version: str) -> list[str]:
    """What is wrong by the schema, misspelt keys included."""
    found = []
    for resource in resources:
        name = f"{resource['kind']}/{resource['metadata']['name']}"
        try:
            model = OF_OPERATORS.get(resource["kind"])
            if model:
                model.model_validate(resource)
            else:
                kubernetes_validate.validate(resource, version, strict=True)
        except (kubernetes_validate.ValidationError, kubernetes_validate.SchemaNotFoundError, ValueError) as error:
            found.append(f"{name}: {error}")
    return found


def of_kind(resources: list[Resource], *kinds: str) -> list[Resource]:
    return [resource for resource in resources if resource["kind"] in kinds]


def pods(resources: list[Resource]) -> list[Resource]:
    """The pod templates' specs, by kind."""
    specs = [one["spec"]["template"]["spec"] for one in of_kind(resources, "Deployment", "Job")]
    return specs + [one["spec"]["jobTemplate"]["spec"]["template"]["spec"] for one in of_kind(resources, "CronJob")]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("overlay", OVERLAYS)
def test_overlay_is_valid(overlay: str, version: str) -> None:
    assert problems(rendered(overlay), version) == []


@pytest.mark.parametrize(
    ("file", "right", "wrong"),
    [
        pytest.param("base/role.yaml", "readinessProbe:", "readynessProbe:", id="misspelt probe"),
        pytest.param("base/index.yaml", "replicas: 2", "replicas: two", id="a word for a number"),
        pytest.param("overlays/production/scaling.yaml", "maxReplicas: 12", "maximumReplicas: 12", id="autoscaler"),
        pytest.param("overlays/operators/keda.yaml", "maxReplicaCount", "maxReplicasCount", id="KEDA"),
        pytest.param("overlays/operators/kafka.yaml", "authorization: {type", "authorisation: {type", id="Strimzi"),
        pytest.param("overlays/operators/elastic.yaml", "nodeSets:", "nodeSet:", id="ECK"),
    ],
)
def test_a_planted_mistake_is_found(tmp_path: Path, file: str, right: str, wrong: str) -> None:
    folder = copied(tmp_path, "kubernetes")
    plant(folder / file, right, wrong)
    overlay = file.split("/")[1] if file.startswith("overlays") else "production"
    assert problems(render(folder / "overlays" / overlay), VERSIONS[1]) != []


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_role_is_deployed_with_probes_walls_and_resources(overlay: str) -> None:
    deployments = of_kind(rendered(overlay), "Deployment")
    assert {one["metadata"]["labels"]["app.kubernetes.io/component"] for one in deployments} == ROLES
    for one in deployments:
        (container,) = one["spec"]["template"]["spec"]["containers"]
        assert {"livenessProbe", "readinessProbe", "startupProbe"} <= set(container), one["metadata"]["name"]
        assert container["resources"]["requests"].keys() == {"cpu", "memory"}
    for pod in pods(rendered(overlay)):
        (container,) = pod["containers"]
        walls = container["securityContext"]
        assert pod["securityContext"]["runAsNonRoot"]
        assert walls["readOnlyRootFilesystem"]
        assert not walls["allowPrivilegeEscalation"]
        assert not pod["automountServiceAccountToken"]
        assert "memory" in container["resources"]["limits"]
        assert ":" in container["image"].rpartition("/")[2], "the image's version is not pinned"


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_variables_are_settings(overlay: str) -> None:
    resources = rendered(overlay)
    given = [name for one in of_kind(resources, "ConfigMap") for name in one["data"]]
    given += [entry["name"] for pod in pods(resources) for entry in pod["containers"][0].get("env", [])]
    assert "NEWSWATCH_KAFKA__BOOTSTRAP" in given
    assert unknown_settings(given) == []


@pytest.mark.parametrize("overlay", ["production", "operators"])
def test_no_secret_is_in_a_file(overlay: str) -> None:
    assert of_kind(rendered(overlay), "Secret") == []


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_extraction_never_grows_past_its_partitions(overlay: str) -> None:
    (extract,) = (stage for stage in FLOW if stage.name == "extract")
    most = BY_NAME[extract.reads[0].value].partitions
    for scaler in of_kind(rendered(overlay), "HorizontalPodAutoscaler", "ScaledObject"):
        spec = scaler["spec"]
        assert spec.get("maxReplicas", spec.get("maxReplicaCount")) == most


def not_given(user: Resource) -> set[tuple[str, str]]:
    """(kind of resource, operation) that some role needs and the user of all roles is not given."""
    given = {
        (acl["resource"]["type"], operation)
        for acl in user["spec"]["authorization"]["acls"]
        for operation in acl["operations"]
    }
    wanted = {
        (str(one.kind), operation_name(name)) for held in RIGHTS.values() for one in held for name in one.operations
    }
    return wanted - given


def test_the_kafka_user_may_do_what_the_roles_do() -> None:
    (user,) = of_kind(rendered("operators"), "KafkaUser")
    assert not_given(user) == set()


def test_an_operation_left_out_of_the_kafka_user_is_found() -> None:
    (user,) = of_kind(rendered("operators"), "KafkaUser")
    planted = {**user, "spec": {**user["spec"], "authorization": {"acls": user["spec"]["authorization"]["acls"][1:]}}}
    assert ("topic", "Write") in not_given(planted)
