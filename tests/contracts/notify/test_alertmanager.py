"""The Alertmanager channel against a real Alertmanager on this machine."""

import subprocess
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from newswatch.errors import Unavailable
from sinks.notify.channels.alertmanager import AlertmanagerChannel
from sinks.notify.rendering import Renderer
from tests.contracts.notify.mailbox import free_port
from tests.unit.sinks.notify.samples import alert
from tests.waiting import until

PATIENCE = 20
CONFIG = "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("alertmanager")
    (folder / "am.yml").write_text(CONFIG, encoding="utf-8")
    port = free_port()
    command = [
        "prometheus-alertmanager", f"--config.file={folder / 'am.yml'}", f"--storage.path={folder}",
        f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=",
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        until(lambda: ready(f"http://127.0.0.1:{port}"), PATIENCE)
        yield f"http://127.0.0.1:{port}"
        running.terminate()


def ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/-/ready").is_success
    except httpx.HTTPError:
        return False


def active(address: str, rule: str) -> list[dict[str, Any]]:
    """The alerts of a rule that fire there."""
    found: list[dict[str, Any]] = httpx.get(
        f"{address}/api/v2/alerts", params={"active": "true", "filter": f'alertname="{rule}"'}
    ).json()
    return found


def test_an_alert_sent_twice_is_one_alert_that_fires_however_late_it_is_sent(address: str) -> None:
    channel = AlertmanagerChannel(address)
    for _ in range(2):
        assert channel.send(Renderer().one(alert(title="Díaz-Canel: «apagón»", rule_id="once"), "pager")) == "HTTP 200"
    (there,) = active(address, "once")
    labels = there["labels"]
    assert [labels[name] for name in ("alertname", "severity", "watch", "alert_id")] == ["once", "warning", "w", "a1"]
    assert there["annotations"]["summary"] == "Díaz-Canel: «apagón»"
    channel.close()


def test_a_digest_is_all_of_its_alerts(address: str) -> None:
    together = [alert(number, rule_id="many") for number in (1, 2, 3)]
    AlertmanagerChannel(address).send(Renderer().several(together, "digest", "pager"))
    assert sorted(there["labels"]["alert_id"] for there in active(address, "many")) == ["a1", "a2", "a3"]


def test_labels_of_any_name_and_an_address_that_is_none_are_taken(address: str) -> None:
    odd = alert(rule_id="odd", labels={"desk.team-a": "oil", "país": "Cuba", "empty": ""}, url="urn:newswatch:x")
    AlertmanagerChannel(address).send(Renderer().one(odd, "pager"))
    (there,) = active(address, "odd")
    assert (there["labels"]["label_desk_team_a"], there["labels"]["label_pa_s"]) == ("oil", "Cuba")


def test_an_alertmanager_that_is_away_is_tried_again() -> None:
    with pytest.raises(Unavailable):
        AlertmanagerChannel("http://127.0.0.1:1").send(Renderer().one(alert(), "pager"))
