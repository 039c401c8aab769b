"""Processes that extract: warm, killed when a page takes too long or too much memory, replaced when one dies."""

import asyncio
import multiprocessing
import resource
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import TimeoutError as PoolTimeout
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any, TypeVar

import pebble

from newswatch import metric_names as metrics
from newswatch.errors import Unavailable, Unprocessable
from newswatch.logs import logger
from newswatch.reject_reasons import Reason

PRELOAD = ("processors.extraction.pool", "processors.extraction.jobs", "processors.extraction.warm")
"""Modules the fork server imports once, so that a new process starts with them; the last sets all that apart."""

START_SECONDS = 60.0
"""Seconds a process may take to start, beyond the time its page may take."""

ATTEMPTS = 2
"""How often an input is tried when its process dies: the first death may be the machine's fault, not the page's."""

MEBIBYTE = 1024 * 1024

T = TypeVar("T")
log = logger(__name__)


class ExtractionPool:
    """`processes` single processes, each with one input at a time: a death or a kill is always that input's.

    Calls beyond the number of processes wait for a free one. Used from one event loop.
    """

    def __init__(
        self,
        processes: int,
        *,
        timeout: float,
        max_memory_mb: int,
        prepare: Callable[..., None] | None = None,
        prepare_args: Sequence[Any] = (),
    ) -> None:
        """`timeout` in seconds a call; memory in MiB above a process's start; `prepare` runs once in each process."""
        self._timeout = timeout
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(list(PRELOAD))
        arguments = (max_memory_mb, prepare, tuple(prepare_args))
        self._slots = [_Slot(context, arguments) for _ in range(processes)]
        self._free: asyncio.Queue[_Slot] = asyncio.Queue()
        for slot in self._slots:
            self._free.put_nowait(slot)

    async def start(self) -> None:
        """Returns when every process is warm. Raises Unavailable when one cannot start."""
        await asyncio.gather(*(self.run(_nothing) for _ in self._slots))

    async def run(self, function: Callable[..., T], *arguments: Any) -> T:
        """What `function(*arguments)` returns in one of the processes; both must be picklable.

        Raises Unprocessable: TIMEOUT when it took too long and was killed, WORKER_DIED when it ended its process
        (ATTEMPTS times) or hit the memory limit; Unavailable when no process starts; else what `function` raised.
        """
        slot = await self._free.get()
        try:
            return await self._attempts(slot, function, arguments)
        finally:
            self._free.put_nowait(slot)

    def close(self) -> None:
        """Ends the processes at once."""
        for slot in self._slots:
            slot.discard()

    def pids(self) -> tuple[int, ...]:
        """Process ids of the processes alive now."""
        return tuple(pid for slot in self._slots for pid in slot.pids())

    async def _attempts(self, slot: "_Slot", function: Callable[..., T], arguments: Sequence[Any]) -> T:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return await self._once(slot, function, arguments)
            except (pebble.ProcessExpired, BrokenProcessPool) as error:
                metrics.counter(metrics.EXTRACT_KILLS).labels("died").inc()
                log.warning("extract-process-died", attempt=attempt, error=str(error))
                await asyncio.to_thread(slot.discard)
        if not await self._answers(slot):
            raise Unavailable("extraction processes end as soon as they start; is the watch folder right?")
        raise Unprocessable(f"extracting it ended its process, {ATTEMPTS} times", Reason.WORKER_DIED)

    async def _once(self, slot: "_Slot", function: Callable[..., T], arguments: Sequence[Any]) -> T:
        try:
            future = asyncio.wrap_future(slot.schedule(function, arguments, self._timeout))
            result: T = await asyncio.wait_for(future, self._timeout + START_SECONDS)
        except (PoolTimeout, TimeoutError) as error:
            metrics.counter(metrics.EXTRACT_KILLS).labels("timeout").inc()
            if not str(error):  # not pebble's own: the process never took the input, so the whole slot is suspect
                await asyncio.to_thread(slot.discard)
            raise Unprocessable(
                f"extraction took longer than {self._timeout:g} s and was ended (extract.timeout)", Reason.TIMEOUT
            ) from error
        except MemoryError as error:
            metrics.counter(metrics.EXTRACT_KILLS).labels("memory").inc()
            await asyncio.to_thread(slot.discard)
            raise Unprocessable(
                "extraction needed more memory than extract.max_memory_mb", Reason.WORKER_DIED
            ) from error
        return result

    async def _answers(self, slot: "_Slot") -> bool:
        """Whether a new process starts and answers: the input was at fault then, not the process."""
        try:
            await self._once(slot, _nothing, ())
        except (pebble.ProcessExpired, BrokenProcessPool, Unprocessable):
            await asyncio.to_thread(slot.discard)
            return False
        return True


class _Slot:
    """One process, made when it is needed and made anew after it was discarded."""

    def __init__(self, context: Any, arguments: tuple[Any, ...]) -> None:
        self._context = context
        self._arguments = arguments
        self._pool: Any = None

    def schedule(self, function: Callable[..., Any], arguments: Sequence[Any], timeout: float) -> Any:
        """The future of a call."""
        if self._pool is None or not self._pool.active:
            self.discard()
            self._pool = pebble.ProcessPool(
                max_workers=1, initializer=_begin, initargs=self._arguments, context=self._context
            )
        return self._pool.schedule(function, args=arguments, timeout=timeout)

    def discard(self) -> None:
        """Ends the process; the next call makes a new one."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()
            pool.join()

    def pids(self) -> tuple[int, ...]:
        """The process id, when there is one."""
        manager = getattr(self._pool, "_pool_manager", None)
        return tuple(manager.worker_manager.workers) if manager else ()


def _nothing() -> None:
    """What start() runs to see a process answer."""


def _begin(max_memory_mb: int, prepare: Callable[..., None] | None, arguments: tuple[Any, ...]) -> None:
    """First in each process: dies at once on SIGTERM, loads what it needs, then limits its own memory."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if prepare is not None:
        prepare(*arguments)
    limit = _address_space() + max_memory_mb * MEBIBYTE
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _address_space() -> int:
    """Bytes of address space this process has now; 0 where the system does not tell."""
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[0]) * resource.getpagesize() if statm.exists() else 0
