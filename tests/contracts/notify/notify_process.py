"""A notify process of our own, killed with -9 at a named step: python -m …notify_process STEP COUNT.

A process that has fallen out of its group and ends to be started anew is, as by its supervisor, without the fuse.
STEP is before-send, after-send, record-written, committed or never; the process dies the COUNT-th time it gets there.
"""

import os
import signal
import sys
from typing import Any

from newswatch.service import EXIT_GUARD, Service
from newswatch.settings import load_settings
from sinks.notify.channels.webhook import WebhookChannel
from sinks.notify.commits import Commits
from sinks.notify.ledger import Ledger
from sinks.notify.runner import run_notify

STEPS = ("before-send", "after-send", "record-written", "committed")


class Fuse:
    """Ends this process, as a power cut would, the `count`-th time `step` is reached."""

    def __init__(self, step: str, count: int) -> None:
        self._step, self._left = step, count

    def reached(self, step: str) -> None:
        if step == self._step:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def main(step: str, count: int) -> None:
    """Runs notify with a fuse at every step."""
    fuse = Fuse(step, count)
    send, write, commit = WebhookChannel.send, Ledger.write, Commits.commit

    def fused_send(self: WebhookChannel, message: Any) -> str:
        fuse.reached("before-send")
        how = send(self, message)
        fuse.reached("after-send")
        return how

    def fused_write(self: Ledger, delivery: Any, partition: int, acknowledged: Any) -> None:
        def told() -> None:
            fuse.reached("record-written")
            acknowledged()

        write(self, delivery, partition, told)

    def fused_commit(self: Commits) -> None:
        commit(self)
        if any(completion.to_commit() is None for completion in self._partitions.values()):
            fuse.reached("committed")

    WebhookChannel.send, Ledger.write, Commits.commit = fused_send, fused_write, fused_commit  # type: ignore[method-assign]
    settings = load_settings()
    with Service("notify", settings) as service:
        run_notify(settings, service)


def start_anew(self: Service, why: str, code: int = EXIT_GUARD) -> None:
    """What a supervisor does with a role that ends itself; the process keeps its number."""
    os.execv(sys.executable, [sys.executable, "-m", "tests.contracts.notify.notify_process", "never", "1"])


if __name__ == "__main__":
    Service.fail = start_anew  # type: ignore[method-assign]
    main(sys.argv[1], int(sys.argv[2]))
