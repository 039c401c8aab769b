"""Rules that follow their files: a valid change is taken up, an invalid one keeps the last good rules and says so."""

import time
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from newswatch.errors import UserError
from newswatch.logs import logger
from processors.rule_files import RuleError, rule_paths
from processors.rules import RuleSet, load_rules

LOOK_EVERY = 2.0
"""Seconds between two looks at the files."""

log = logger(__name__)


class Reload(StrEnum):
    """What a look at the files found."""

    UNCHANGED = "unchanged"
    RELOADED = "reloaded"
    INVALID = "invalid"


class RuleSource:
    """Calling it gives the rules in force. Raises RuleError at the start only: later faults are logged and counted."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._path, self._clock = path, clock
        self._signature = _signature(path)
        self._looked = clock()
        self.faults: tuple[str, ...] = ()
        self.rules = load_rules(path)

    def __call__(self) -> RuleSet:
        """The rules in force; looks at the files every LOOK_EVERY seconds."""
        if self._clock() - self._looked >= LOOK_EVERY:
            self.refresh()
        return self.rules

    def refresh(self) -> Reload:
        """Looks at the files now."""
        self._looked = self._clock()
        signature = _signature(self._path)
        if signature == self._signature:
            return Reload.UNCHANGED
        self._signature = signature
        try:
            rules = load_rules(self._path)
        except UserError as error:
            self.faults = error.faults if isinstance(error, RuleError) else (str(error),)
            for fault in self.faults:
                log.error("rules-invalid", fault=fault, kept=self.rules.version)
            return Reload.INVALID
        self.faults = ()
        log.info("rules-reloaded", rules=len(rules.rules), before=self.rules.version, version=rules.version)
        self.rules = rules
        return Reload.RELOADED


def _signature(path: Path) -> tuple[tuple[str, int, int, int], ...]:
    """Changes when a file changes, comes or goes."""
    try:
        stats = [(part, part.stat()) for part in rule_paths(path)]
    except (OSError, UserError):
        return ()
    return tuple((str(part), stat.st_mtime_ns, stat.st_size, stat.st_ino) for part, stat in stats)
