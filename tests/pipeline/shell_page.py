"""A page of documentation as a script: its ```sh blocks in order, in one shell, with the words each must print.

`<!-- expect: one thing | another -->` before a block names them.
"""

import contextlib
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_EXPECT = re.compile(r"<!-- expect: (.+) -->")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One ```sh block: the line of the page it begins on, its text, the words its output must have."""

    line: int
    script: str
    expected: tuple[str, ...]


def blocks(page: str) -> Iterator[Block]:
    """The page's ```sh blocks in order. Raises ValueError for an `expect` comment without a block right after it."""
    expected: tuple[str, ...] = ()
    body: list[str] | None = None
    begins = 0
    for number, line in enumerate(page.splitlines(), 1):
        if body is None:
            if expected and line != "```sh":
                raise ValueError(f"line {number}: a ```sh block must follow the `expect` comment")
            if found := _EXPECT.fullmatch(line):
                expected = tuple(word.strip() for word in found[1].split(" | "))
            if line == "```sh":
                body, begins = [], number
        elif line == "```":
            yield Block(line=begins, script="\n".join(body) + "\n", expected=expected)
            body, expected = None, ()
        else:
            body.append(line)


def unshown(page: str) -> list[str]:
    """Words a block must print that stand in none of the ```text blocks, the output the page shows."""
    shown = "\n".join(re.findall(r"^```text\n(.*?)^```$", page, re.DOTALL | re.MULTILINE))
    return [word for block in blocks(page) for word in block.expected if word not in shown]


class Shell:
    """One bash that reads block after block, as a person's terminal does; ends with all it has in the background."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self._output = folder / "shell.out"
        with self._output.open("wb") as output:
            self._bash = subprocess.Popen(
                ["bash", "--noprofile", "--norc", "-e"], stdin=subprocess.PIPE, stdout=output, stderr=output,
                cwd=folder, env=environment, start_new_session=True,
            )  # fmt: skip

    def run(self, block: Block, seconds: float) -> str:
        """What the block prints. Raises AssertionError when a command of it fails, time is up, or a word is missing."""
        began = self._output.stat().st_size
        script, done = self._folder / "block.sh", self._folder / "block.done"
        script.write_text(block.script, encoding="utf-8")
        done.unlink(missing_ok=True)
        assert self._bash.stdin
        with contextlib.suppress(BrokenPipeError):
            self._bash.stdin.write(f". {script} < /dev/null\n: > {done}\n".encode())
            self._bash.stdin.flush()
        self._wait(done, time.monotonic() + seconds)
        printed = self._output.read_bytes()[began:].decode("utf-8", "replace")
        assert done.exists(), f"the block of line {block.line} failed:\n{block.script}\n--- it printed\n{printed}"
        missing = [word for word in block.expected if word not in printed]
        assert not missing, f"the block of line {block.line} did not print {missing}:\n{printed}"
        return printed

    def close(self) -> None:
        """Ends the shell and whatever a failed block left running; waits until all of it is gone."""
        group = self._bash.pid
        if self._bash.stdin:
            with contextlib.suppress(BrokenPipeError):
                self._bash.stdin.close()
        for number, patience in ((signal.SIGTERM, 30.0), (signal.SIGKILL, 5.0)):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(group, number)
            if _gone(group, self._bash, patience):
                return

    def _wait(self, done: Path, deadline: float) -> None:
        waiting = threading.Event()
        while not done.exists() and self._bash.poll() is None and time.monotonic() < deadline:
            waiting.wait(0.05)


def _gone(group: int, bash: "subprocess.Popen[bytes]", patience: float) -> bool:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        bash.poll()
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False
