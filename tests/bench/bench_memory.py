"""Memory of the extract role by process, with one and two extraction processes, without servers.

Run: python -m tests.bench.bench_memory [--articles 1500]
Goal: 350 MiB for the role. Each role is a process of its own that imports what `newswatch process --stage extract`
does, makes the stage and its Faust app, and hands the articles of bench_pipeline to the stage. A process's share is its
proportional set size: of a page that n processes hold, an n-th. What Kafka's connections hold is left out.

What the role needs is imported inside functions: the extraction processes import this module, as they do the command's.
"""

import argparse
import asyncio
import importlib
import json
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from newswatch.settings import ExtractSettings, Settings

GOAL = 350
EVERY = 25
"""Articles between two looks."""
IMPORTED = ("newswatch.cli.process", "processors.streaming.run")
"""What the command has imported besides the stage."""


async def role(processes: int, articles: int) -> dict[str, object]:
    """What a role's processes hold when started and at its peak, in MiB, and what its start cost."""
    for name in IMPORTED:
        importlib.import_module(name)
    from processors.stages.catalogue import make_stage
    from processors.streaming.app import make_app

    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder), extract=ExtractSettings(processes=processes))
        stage = make_stage("extract", settings, "bench")
        app = make_app("extract", settings)
    await stage.start()
    started = {"start_cpu_s": round(cpu(), 2), "started": shares()}
    peak = await busy(stage, articles)
    stage.close()
    return {"app": str(app.conf.id), "processes": processes, **started, "peak": peak}


async def busy(stage: Any, articles: int) -> dict[str, float]:
    """The shares when they are most, while the stage has as many articles in hand as it takes."""
    from processors.streaming.worker import Incoming
    from tests.pipeline.generated import article

    slots, looks = asyncio.Semaphore(stage.concurrency), list[dict[str, float]]()

    async def one(number: int) -> None:
        async with slots:
            value = article(number, seed=30, broken_every=10**9).message
            now = datetime.now(UTC)
            await stage.handle(Incoming(key=None, value=value, partition=0, offset=number, generation=1, now=now))
            if number % EVERY == 0:
                looks.append(shares())

    await asyncio.gather(*(one(number) for number in range(articles)))
    return max(looks, key=lambda held: held["all"])


def shares() -> dict[str, float]:
    """MiB by process, and of all."""
    me = psutil.Process()
    held = {"worker": share(me)}
    for child in me.children(recursive=True):
        if "resource_tracker" in " ".join(child.cmdline()):
            name = "resource tracker"
        elif child.ppid() == me.pid:
            name = "fork server"
        else:
            name = f"extraction {sum(one.startswith('extraction') for one in held) + 1}"
        held[name] = share(child)
    return {**{name: round(one, 1) for name, one in held.items()}, "all": round(sum(held.values()), 1)}


def share(process: psutil.Process) -> float:
    """A process's proportional set size in MiB."""
    return float(process.memory_full_info().pss) / 2**20


def cpu() -> float:
    """Seconds of processor time of this process and its children so far."""
    me = psutil.Process()
    return float(sum(sum(one.cpu_times()[:2]) for one in (me, *me.children(recursive=True))))


def main() -> None:
    """Prints one line for people and one of JSON for each number of processes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=1500)
    parser.add_argument("--role", type=int, help="with so many processes, in this process; prints the JSON alone")
    options = parser.parse_args()
    if options.role:
        print(json.dumps(asyncio.run(role(options.role, options.articles))))
        return
    for processes in (1, 2):
        command = [sys.executable, "-m", "tests.bench.bench_memory", "--role", str(processes)]
        told = subprocess.run([*command, "--articles", str(options.articles)], check=True, stdout=subprocess.PIPE)
        found = json.loads(told.stdout)
        peak = found["peak"]["all"]
        print(
            f"extract role, {processes} process(es): peak {peak:.0f} MiB (goal {GOAL}, "
            f"{'met' if peak <= GOAL else 'MISSED'}), started {found['started']['all']:.0f} MiB "
            f"after {found['start_cpu_s']:.2f} s of CPU"
        )
        print(json.dumps({"bench": "memory", **found}))


if __name__ == "__main__":
    main()
