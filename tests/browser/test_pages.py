"""Every page: accessible (axe-core), readable on a phone, and photographed in light, dark and phone size."""

import base64
from pathlib import Path

import httpx
import pytest

from tests.browser.conftest import Reader
from tests.pipeline.harness import Pipeline

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.timeout(600)]

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
RUN = """
const done = arguments[arguments.length - 1];
axe.run(document, {resultTypes: ["violations"]}).then((found) => done(found.violations
  .filter((one) => ["serious", "critical"].includes(one.impact))
  .map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`)));
"""
LOOKS = {"light": (1440, 900, "light"), "dark": (1440, 900, "dark"), "phone": (390, 844, "light")}
TALLEST = {"light": 1600, "dark": 1600, "phone": 2400}


@pytest.fixture(scope="session")
def paths(running: Pipeline) -> dict[str, str]:
    """Every page by name."""
    alert = next(hit["_source"] for hit in running.search("alerts") if hit["_source"]["rule"]["id"] == "arrests")
    article, story = alert["article_id"], alert["story_id"]
    return {
        "now": "/?span=1h", "search": "/search?q=Venezuela", "stories": "/stories", "story": f"/story/{story}",
        "article": f"/article/{article}", "alerts": "/alerts", "alert": f"/alert/{alert['alert_id']}",
        "pipeline": "/pipeline", "rejected": "/rejected", "silences": "/silences", "feeds": "/feeds",
        "trace": f"/trace/{article}", "rule": "/rules/new?q=gasolina",
    }  # fmt: skip


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_is_accessible_fits_and_is_photographed(
    reader: Reader, paths: dict[str, str], look: str, artifacts: Path
) -> None:
    width, height, theme = LOOKS[look]
    reader.driver.execute_cdp_cmd(
        "Network.setCookie", {"name": "newswatch-theme", "value": theme, "url": reader.board.address}
    )
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": look == "phone"}
    reader.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    faults = []
    for name, path in paths.items():
        reader.open(path)
        reader.one("main h1")
        if name == "now":
            reader.one(".chart canvas")
            reader.one('#live-state[data-state="on"]')
        wide, tall = reader.js("return [document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
        clip = {"x": 0, "y": 0, "width": width, "height": min(tall, TALLEST[look]), "scale": 1}
        shot = reader.driver.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True, "clip": clip})
        (artifacts / f"{name}-{look}.png").write_bytes(base64.b64decode(shot["data"]))
        if wide > width:
            faults.append(f"{name} is {wide} pixels wide")
        reader.js(AXE)
        faults += [f"{name}: {fault}" for fault in reader.driver.execute_async_script(RUN)]
    assert not faults, "\n".join(faults)


def test_every_answer_carries_the_security_headers(board: object, reader: Reader) -> None:
    for path in ("/", "/nowhere", "/static/board.js", "/live?on=alerts"):
        with httpx.stream("GET", reader.board.address + path, timeout=10) as answer:
            policy = answer.headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert "access-control-allow-origin" not in answer.headers
