"""A pipeline with a board on real servers, started once, and a headless Chromium that tells on every fault."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

from newswatch.cli.pipeline import Plan, environment
from tests.browser.news import RULES, news
from tests.pipeline.harness import Pipeline, pipeline, wait_for

OPTIONS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--hide-scrollbars", "--disable-dev-shm-usage",
)  # fmt: skip
PATIENCE = 30.0


@dataclass
class BoardProcess:
    """The board as a process of its own on a fixed port; may be killed and started again."""

    running: Pipeline
    port: int
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def address(self) -> str:
        """Where it serves."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Starts it and waits until it serves and follows Kafka."""
        told = environment(self.running.settings, Plan())
        command = [sys.executable, "-m", "newswatch.cli.app", "board", "--port", str(self.port)]
        with (self.running.settings.data / "board.log").open("ab") as log:
            self.process = subprocess.Popen(command, env={**os.environ, **told}, stdout=log, stderr=log)
        wait_for(self._live, 60, f"the board; log: {(self.running.settings.data / 'board.log').read_text()[-1500:]}")

    def end(self, number: int = signal.SIGTERM) -> int:
        """Ends it; gives its exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(20)

    def _live(self) -> bool:
        try:
            return bool(httpx.get(self.address + "/healthz", timeout=2).json()["live"])
        except httpx.HTTPError:
            return False


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """A pipeline that has read the first news."""
    folder = tmp_path_factory.mktemp("browser")
    rules = folder / "rules.yaml"
    rules.write_text(RULES, encoding="utf-8")
    with pipeline(folder, rules) as made:
        news(made).publish_all()
        made.wait_until_done()
        yield made


@pytest.fixture(scope="session")
def board(running: Pipeline) -> Iterator[BoardProcess]:
    """A board over it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    made = BoardProcess(running, port)
    made.start()
    yield made
    assert made.end() == 0


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """Debian's Chromium."""
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for option in (*OPTIONS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    driver.set_page_load_timeout(PATIENCE)
    yield driver
    driver.quit()


class Reader:
    """A person at the board: opens pages, waits for what they look for, and keeps an eye on console and network."""

    def __init__(self, driver: webdriver.Chrome, board: BoardProcess) -> None:
        self.driver, self.board = driver, board
        self.expects_breaks = False

    def open(self, path: str) -> None:
        """Opens a page of the board."""
        self.driver.get(self.board.address + path)

    def one(self, selector: str, text: str = "", seconds: float = PATIENCE) -> Any:
        """The first element with this selector and text, waited for."""
        found: list[Any] = []

        def look() -> bool:
            found[:] = self.driver.execute_script(
                "return [...document.querySelectorAll(arguments[0])].filter(e => e.textContent.includes(arguments[1]))",
                selector,
                text,
            )[:1]
            return bool(found)

        wait_for(look, seconds, f"{selector} with {text!r} on {self.driver.current_url}")
        return found[0]

    def many(self, selector: str) -> list[Any]:
        """Every element with this selector."""
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def js(self, script: str, *arguments: Any) -> Any:
        """What a script gives."""
        return self.driver.execute_script(script, *arguments)

    def faults(self) -> list[str]:
        """Console messages and requests to other hosts since the last time."""
        found = [entry["message"] for entry in self._log("browser") if entry["level"] in ("SEVERE", "WARNING")]
        for entry in self._log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                url = message["params"]["request"]["url"]
                if not url.startswith((self.board.address, "data:", "about:", "chrome:")):
                    found.append(f"request to {url}")
        return found

    def _log(self, kind: str) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = self.driver.execute("getLog", {"type": kind})["value"]
        return entries


@pytest.fixture
def reader(chromium: webdriver.Chrome, board: BoardProcess) -> Iterator[Reader]:
    """A reader with no cookies; fails the test on a console error or a request to another host."""
    chromium.get("about:blank")
    chromium.execute_cdp_cmd("Network.clearBrowserCookies", {})
    chromium.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    chromium.set_window_size(1440, 900)
    made = Reader(chromium, board)
    made.faults()
    yield made
    faults = made.faults()
    assert made.expects_breaks or not faults, faults


@pytest.fixture(scope="session")
def artifacts() -> Path:
    """Where screenshots go."""
    folder = Path(__file__).parents[2] / "artifacts" / "board"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
