"""The pinned Java archives: read from jars.toml, fetched in parallel through jgo, verified by SHA-256."""

import contextlib
import hashlib
import os
import time
import tomllib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import httpx

from newswatch.embedded.folders import exclusive, writing
from newswatch.errors import UserError

GROUPS = ("kafka", "elasticsearch", "netty", "compiler")
PARALLEL_DOWNLOADS = 6  # connections of each server's set
ATTEMPTS = 3
RETRY_SECONDS = 1.0
CHUNK_BYTES = 256 * 1024
TIMEOUT_SECONDS = 30  # of one read from the repository
OnBytes = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Jar:
    """One archive: Maven coordinate group:artifact:version, SHA-256 in hex, size in bytes."""

    coordinate: str
    sha256: str
    bytes: int

    @property
    def filename(self) -> str:
        """The file's name in every Maven repository."""
        _, artifact, version = self.coordinate.split(":")
        return f"{artifact}-{version}.jar"


@cache
def _document() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("jars.toml").read_text(encoding="utf-8"))


def version(name: str) -> str:
    """The pinned version of kafka, elasticsearch or compiler."""
    found: str = _document()["versions"][name]
    return found


def pinned(*groups: str) -> tuple[Jar, ...]:
    """The pinned archives of these groups, in the file's order."""
    return tuple(Jar(**row) for group in groups for row in _document()[group]["jars"])


def fetch(*groups: str, on_bytes: OnBytes = lambda count: None) -> dict[Jar, Path]:
    """Every archive of these groups as a verified file in jgo's repository cache, downloaded where absent.

    `on_bytes` is told of progress in bytes, from several threads; what it raises ends the fetch. Raises UserError when
    an archive is absent and the repository does not answer, when one differs from its pin at every attempt, or when the
    cache cannot be written.
    """
    limits = httpx.Limits(max_connections=PARALLEL_DOWNLOADS)
    with httpx.Client(limits=limits, timeout=TIMEOUT_SECONDS, follow_redirects=True) as client:
        repository = Repository(client, on_bytes)
        with writing(repository.folder, "the variable M2_REPO"):
            return _fetch(repository, groups)


def _fetch(repository: "Repository", groups: tuple[str, ...]) -> dict[Jar, Path]:
    lock = repository.folder / f".newswatch-{groups[0]}.lock"
    with exclusive(lock), ThreadPoolExecutor(PARALLEL_DOWNLOADS) as pool:
        futures = {jar: pool.submit(repository.obtain, jar) for jar in pinned(*groups)}
        try:
            return {jar: future.result() for jar, future in futures.items()}
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


class Repository:
    """jgo's view of Maven, whose settings name the cache folder and any mirror of the user's company.

    The files come over a few kept connections: one connection a file, as jgo makes them, took 30 times as long.
    """

    def __init__(self, client: httpx.Client, on_bytes: OnBytes, sleep: Callable[[float], None] = time.sleep) -> None:
        from jgo.config import GlobalSettings
        from jgo.constants import MAVEN_CENTRAL_URL
        from jgo.maven import MavenContext

        settings = GlobalSettings.load()
        self.folder = Path(settings.repo_cache)
        self._remotes = tuple(settings.repositories.values()) or (MAVEN_CENTRAL_URL,)
        self._context = MavenContext(repo_cache=self.folder)
        self._client = client
        self._on_bytes = on_bytes
        self._sleep = sleep

    def obtain(self, jar: Jar) -> Path:
        """The verified file, downloaded when absent or wrong."""
        group, artifact, number = jar.coordinate.split(":")
        component = self._context.project(group, artifact).at_version(number)
        path = self.folder / component.path_prefix / jar.filename
        if path.exists() and matches(path, jar):
            self._on_bytes(jar.bytes)
            return path
        suffix = f"{component.path_prefix.as_posix()}/{jar.filename}"
        for attempt in range(1, ATTEMPTS):
            with contextlib.suppress(UserError):
                return self._download(suffix, path, jar)
            self._sleep(RETRY_SECONDS * attempt)
        return self._download(suffix, path, jar)

    def _download(self, suffix: str, path: Path, jar: Jar) -> Path:
        """One attempt; the cache holds the whole, right file or what it held before."""
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}.new")
        try:
            self._copy(suffix, draft, jar)
            if not matches(draft, jar):
                raise mismatch(jar, sha256(draft))
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        return path

    def _copy(self, suffix: str, draft: Path, jar: Jar) -> None:
        reason = "no repository is set"
        for remote in self._remotes:
            try:
                with self._client.stream("GET", f"{remote.rstrip('/')}/{suffix}") as answer, draft.open("wb") as target:
                    if answer.is_success:
                        for part in answer.iter_bytes(CHUNK_BYTES):
                            target.write(part)
                            self._on_bytes(len(part))
                        return
                    reason = f"HTTP {answer.status_code}"
            except httpx.HTTPError as error:
                reason = type(error).__name__
        raise absent(jar, reason)


def matches(path: Path, jar: Jar) -> bool:
    """Whether the file is the pinned one, byte for byte."""
    return path.stat().st_size == jar.bytes and sha256(path) == jar.sha256


def sha256(path: Path) -> str:
    """The file's SHA-256 in hex."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def mismatch(jar: Jar, found: str) -> UserError:
    """The sentence for an archive that stays different from its pin."""
    return UserError(
        f"{jar.filename} ({jar.coordinate}) is not the pinned file: SHA-256 {found[:16]}…, not {jar.sha256[:16]}…; "
        "the repository or a proxy altered it: fix the mirror named in jgo's settings, or fetch over another network"
    )


def absent(jar: Jar, reason: str) -> UserError:
    """The sentence for an archive that is neither cached nor to be had."""
    return UserError(
        f"{jar.filename} is not cached on this machine and could not be downloaded ({reason}); "
        "connect to the network and run `newswatch servers fetch` once, later starts need none"
    )
