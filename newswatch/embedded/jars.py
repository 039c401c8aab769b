"""The pinned Java archives: read from jars.toml, fetched in parallel through jgo, verified by SHA-256."""

import contextlib
import errno
import hashlib
import time
import tomllib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newswatch.embedded.folders import exclusive, write_failure
from newswatch.errors import UserError

if TYPE_CHECKING:
    from jgo.maven import Artifact

GROUPS = ("kafka", "elasticsearch", "netty", "compiler")
PARALLEL_DOWNLOADS = 12
ATTEMPTS = 3
RETRY_SECONDS = 1.0
_DISK_ERRORS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS})
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
    repository = _Repository(on_bytes)
    try:
        with (
            exclusive(repository.folder / f".newswatch-{groups[0]}.lock"),
            ThreadPoolExecutor(PARALLEL_DOWNLOADS) as pool,
        ):
            futures = {jar: pool.submit(repository.obtain, jar) for jar in pinned(*groups)}
            try:
                return {jar: future.result() for jar, future in futures.items()}
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
    except OSError as error:
        raise write_failure(error, repository.folder, "the variable M2_REPO") from error


class _Repository:
    """jgo's view of Maven: its settings name the cache folder and any mirror of the user's company."""

    def __init__(self, on_bytes: OnBytes) -> None:
        from jgo.config import GlobalSettings
        from jgo.constants import MAVEN_CENTRAL_URL
        from jgo.maven import MavenContext, PythonResolver

        @contextlib.contextmanager
        def progress(filename: str, total: int) -> Iterator[OnBytes]:
            yield on_bytes

        settings = GlobalSettings.load()
        remotes = dict(settings.repositories) or {"central": MAVEN_CENTRAL_URL}
        self.folder = Path(settings.repo_cache)
        self._on_bytes = on_bytes
        self._context = MavenContext(
            resolver=PythonResolver(progress_callback=progress),
            repo_cache=self.folder,
            remote_repos=remotes,
            timeout=TIMEOUT_SECONDS,
        )

    def obtain(self, jar: Jar) -> Path:
        group, artifact, number = jar.coordinate.split(":")
        wanted = self._context.project(group, artifact).at_version(number).artifact()
        path = self.folder / wanted.component.path_prefix / jar.filename
        if path.exists() and matches(path, jar):
            self._on_bytes(jar.bytes)
            return path
        for attempt in range(1, ATTEMPTS):
            with contextlib.suppress(UserError):
                return self._download(wanted, path, jar)
            time.sleep(RETRY_SECONDS * attempt)
        return self._download(wanted, path, jar)

    @staticmethod
    def _download(wanted: "Artifact", path: Path, jar: Jar) -> Path:
        """One attempt; leaves the whole, right file or none."""
        path.unlink(missing_ok=True)
        try:
            wanted.resolve()
            if not matches(path, jar):
                raise mismatch(jar, sha256(path))
        except BaseException as error:
            path.unlink(missing_ok=True)
            if isinstance(error, (OSError, RuntimeError)) and getattr(error, "errno", None) not in _DISK_ERRORS:
                raise _absent(jar, error) from error
            raise
        return path


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


def _absent(jar: Jar, error: Exception) -> UserError:
    kind = type(error).__name__
    return UserError(
        f"{jar.filename} is not cached on this machine and could not be downloaded ({kind}); "
        "connect to the network and run `newswatch servers fetch` once, later starts need none"
    )
