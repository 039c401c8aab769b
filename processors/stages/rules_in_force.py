"""The alert rules in force: loaded at start and again when a file changes; a wrong file keeps the last good rules."""

import time
from collections.abc import Callable
from pathlib import Path

from newswatch.errors import UserError
from newswatch.logs import logger
from processors.alerts.rules import RuleSet, load_rules

LOOK_EVERY = 2.0
"""Seconds between two looks at the files."""

Stamp = tuple[tuple[str, int, int], ...]

log = logger(__name__)


class RulesInForce:
    """Called for the rules in force now. Raises UserError at construction when the files are wrong from the start."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._path, self._clock = path, clock
        self._stamp = _stamp(path)
        self._rules = load_rules(path)
        self._looked = clock()
        log.info("rules-loaded", path=str(path), rules=len(self._rules.rules), version=self._rules.version)

    def __call__(self) -> RuleSet:
        """The rules, at most LOOK_EVERY seconds behind their files."""
        now = self._clock()
        if now - self._looked >= LOOK_EVERY:
            self._looked = now
            self._reload_if_changed()
        return self._rules

    def _reload_if_changed(self) -> None:
        stamp = _stamp(self._path)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._rules = load_rules(self._path)
        except UserError as error:
            log.error("rules-wrong", kept=self._rules.version, error=str(error))
            return
        log.info("rules-loaded", path=str(self._path), rules=len(self._rules.rules), version=self._rules.version)


def _stamp(path: Path) -> Stamp:
    paths = sorted(path.rglob("*.y*ml")) if path.is_dir() else [path]
    return tuple((str(one), one.stat().st_mtime_ns, one.stat().st_size) for one in paths if one.exists())
