"""Starts a stage's worker with its guards and keeps it until it is asked to stop."""

import asyncio
import logging
import time

from newswatch.logs import logger
from newswatch.service import EXIT_GUARD, Service
from newswatch.settings import Settings
from processors.streaming.app import group_id
from processors.streaming.guards import OffsetGuard
from processors.streaming.lag import GroupOffsets, LagReporter
from processors.streaming.reject_budget import RejectBudget
from processors.streaming.worker import Stage, Worker

LOOK_EVERY = 0.2
"""Seconds between two looks at the stop signal."""

TICK_EVERY = 30.0
"""Seconds between two ticks: how late a stage may notice that nothing came."""

STOP_SECONDS = 5.0

QUIET_LOGGERS = ("faust", "mode", "aiokafka")

log = logger(__name__)


def run_stage(stage: Stage, settings: Settings, service: Service, budget: RejectBudget) -> int:
    """Runs until `service.stop` is set, then drains and commits. Gives the exit code: 0, or EXIT_GUARD on a crash.

    Ends the process with EXIT_POISON once more inputs failed than `budget` allows.
    """
    for name in QUIET_LOGGERS:
        logging.getLogger(name).setLevel(logging.ERROR)
    try:
        return asyncio.run(_run(stage, settings, service, budget))
    finally:
        stage.close()


async def _run(stage: Stage, settings: Settings, service: Service, budget: RejectBudget) -> int:
    worker = Worker(stage, settings, service, budget)
    offsets = GroupOffsets(settings.kafka, group_id(stage.name))
    worker.app.sensors.add(OffsetGuard(stage.name, offsets.committed, offsets.log_start, service.fail))
    lag = LagReporter(stage.name, offsets, lambda: _assigned(worker, stage), service.fail)
    try:
        await asyncio.gather(worker.app.start(), stage.start())
        lag.start()
        return await _until_stopped(worker, stage, service)
    finally:
        lag.stop()
        await _stop_app(worker)
        offsets.close()


async def _until_stopped(worker: Worker, stage: Stage, service: Service) -> int:
    ticked = time.monotonic()
    while not service.stop.is_set():
        if worker.app.crashed:
            log.error("worker-crashed", stage=stage.name, error=repr(worker.app.crash_reason))
            return EXIT_GUARD
        worker.beat_if_idle()
        if time.monotonic() - ticked >= TICK_EVERY:
            ticked = time.monotonic()
            await worker.tick([number for _, number in _assigned(worker, stage)])
        await asyncio.sleep(LOOK_EVERY)
    await worker.drain()
    return 0


async def _stop_app(worker: Worker) -> None:
    """What was to be committed is committed by now; an app that does not stop in time is left to the process's end."""
    try:
        await asyncio.wait_for(worker.app.stop(), timeout=STOP_SECONDS)
    except TimeoutError:
        log.warning("app-left", stage=worker.stage.name, after_seconds=STOP_SECONDS)


def _assigned(worker: Worker, stage: Stage) -> list[tuple[str, int]]:
    try:
        assigned = worker.app.consumer.assignment()
    except AttributeError:  # between two rebalances there is no consumer to ask
        return []
    return [(tp.topic, tp.partition) for tp in assigned if tp.topic == stage.input.value]
