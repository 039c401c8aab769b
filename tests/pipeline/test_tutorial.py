"""The tutorial is run as it stands: every block in order, in one shell, each printing the words the page promises."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from newswatch.settings import DEFAULT_WATCH
from tests.pipeline.shell_page import Block, Shell, blocks, unshown

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "tutorial.md"

SECONDS = 150.0
"""For one block; the first starts everything."""

NO_FEEDS = '<opml version="2.0"><body/></opml>'


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with what the page uses of a checkout, so that `var` and `mine` are of this test alone."""
    for name in ("newswatch", "seeds"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    return tmp_path


@pytest.fixture
def shell(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """Nothing of this run's settings; the watch without its feeds, since no test asks newspapers for anything."""
    watch = tmp_path_factory.mktemp("watches") / DEFAULT_WATCH.name
    shutil.copytree(DEFAULT_WATCH, watch)
    (watch / "feeds.opml").write_text(NO_FEEDS, encoding="utf-8")
    plain = {name: value for name, value in os.environ.items() if "__" not in name}
    running = Shell(checkout, {**plain, "NEWSWATCH_WATCH": str(watch)})
    yield running
    running.close()


def test_what_the_page_promises_it_shows() -> None:
    assert not unshown(PAGE.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("script", "fault"),
    [
        pytest.param("true\nls nothing-here\necho after", "failed", id="a command that fails"),
        pytest.param("echo another", "did not print", id="a word that is not printed"),
        pytest.param("echo word; exit 0", "failed", id="a block that ends the shell"),
        pytest.param("echo word; sleep 60", "failed", id="a block that does not end in time"),
    ],
)
def test_a_page_that_is_wrong_fails(tmp_path: Path, script: str, fault: str) -> None:
    shell = Shell(tmp_path, os.environ)
    try:
        with pytest.raises(AssertionError, match=fault):
            shell.run(Block(line=1, script=script + "\n", expected=("word",)), 1)
    finally:
        shell.close()


def test_blocks_share_one_shell_and_leave_nothing_behind(tmp_path: Path) -> None:
    page = "text\n```sh\nHERE=there\nsleep 60 &\n```\n\n<!-- expect: over | there -->\n```sh\necho over $HERE $!\n```\n"
    shell = Shell(tmp_path, os.environ)
    first, second = blocks(page)
    shell.run(first, 5)
    pid = int(shell.run(second, 5).split()[-1])
    shell.close()

    assert (first.line, first.expected, second.expected) == (2, (), ("over", "there"))
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.servers
@pytest.mark.timeout(600)
def test_every_step_of_the_tutorial_does_what_it_says(shell: Shell) -> None:
    for block in blocks(PAGE.read_text(encoding="utf-8")):
        shell.run(block, SECONDS)
