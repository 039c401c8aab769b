"""A stage whose watch has faults does not start: it ends with every fault in words, file and line."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from newswatch.cli.pipeline import Plan, environment
from newswatch.settings import DEFAULT_WATCH, Settings

pytestmark = pytest.mark.servers

COMMAND = (sys.executable, "-m", "newswatch.cli.app", "process", "--stage", "extract")


def test_a_wrong_watch_ends_the_extract_stage_with_its_faults(settings: Settings, tmp_path: Path) -> None:
    watch = tmp_path / "watch"
    shutil.copytree(DEFAULT_WATCH, watch)
    actors = watch / "actors.tsv"
    lines = len(actors.read_text(encoding="utf-8").splitlines())
    with actors.open("a", encoding="utf-8") as file:
        file.write("x\tX\tperson\tXXX\tFOO\n")
    told = {**os.environ, **environment(settings, Plan()), "NEWSWATCH_WATCH": str(watch)}
    ended = subprocess.run(COMMAND, env=told, stderr=subprocess.PIPE, check=False, timeout=60)
    assert ended.returncode == 1
    *_, said, more = ended.stderr.decode().splitlines()
    assert said == f"newswatch: actors.tsv:{lines + 1}: unknown country 'XXX'"
    assert more == f"actors.tsv:{lines + 1}: unknown sector 'FOO'"
