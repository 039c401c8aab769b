"""`newswatch process`: the Faust stages as services."""

import os
import sys

import click

from newswatch.flow import PROCESS_STAGES
from newswatch.kafka_clients import ensure_topics, wait_for_kafka
from newswatch.rights_held import require_rights
from newswatch.service import Service
from newswatch.settings import Settings, load_settings
from newswatch.supervisor import Role, Supervisor

START_PATIENCE = 120.0
"""Seconds a worker waits for Kafka at start before it ends with a message."""


@click.command()
@click.option(
    "--stage",
    type=click.Choice(PROCESS_STAGES),
    help="One stage in this process; all, one process each, when left out.",
)
@click.option(
    "--past-rejects",
    is_flag=True,
    help="Do not stop however many inputs fail: they are laid aside. For once, when their cause is known.",
)
def command(stage: str | None, past_rejects: bool) -> None:
    """Extract, group and match articles: the stages extract, stories and alerts.

    Start as many workers of `--stage extract` as there are cores (12 at most: the partitions of news.raw); one worker
    of each other stage is enough for thousands of articles a minute. Ctrl-C or SIGTERM drains and commits. A stage over
    half of whose inputs fail by its own fault ends with exit code 78.

    \b
    Examples:
      newswatch process                    all three stages, each a process of its own
      newswatch process --stage extract    one more extraction worker
    """
    settings = load_settings()
    if stage is None:
        _all_stages(settings, ("--past-rejects",) if past_rejects else ())
    else:
        sys.exit(_one_stage(stage, settings, past_rejects))


def _one_stage(name: str, settings: Settings, past_rejects: bool) -> int:
    from processors.stages.catalogue import make_stage
    from processors.streaming.reject_budget import RATIO, UNLIMITED, RejectBudget
    from processors.streaming.run import run_stage

    with Service(f"process-{name}", settings) as service:
        wait_for_kafka(settings.kafka, START_PATIENCE)
        require_rights(settings.kafka, name)
        ensure_topics(settings.kafka)
        budget = RejectBudget(ratio=UNLIMITED if past_rejects else RATIO)
        return run_stage(make_stage(name, settings, service.worker), settings, service, budget)


def _all_stages(settings: Settings, more: tuple[str, ...]) -> None:
    roles = [Role(name=f"process-{name}", arguments=("process", "--stage", name, *more)) for name in PROCESS_STAGES]
    with Service("process", settings) as service:
        wait_for_kafka(settings.kafka, START_PATIENCE)
        supervisor = Supervisor(roles, {"NEWSWATCH_HTTP__PORT": "0"}, settings.data / "logs")
        supervisor.start()
        service.ready.set()
        while not service.stop.wait(1.0):
            supervisor.look()
            service.heartbeat.beat()
        codes = supervisor.stop()
    sys.exit(max(map(abs, codes.values()), default=os.EX_OK))
