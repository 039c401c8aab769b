"""Where the servers' programs are kept, exclusive use of a folder, and what a failed write means to a person."""

import errno
import fcntl
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from newswatch.errors import UserError

CACHE_VARIABLE = "NEWSWATCH_CACHE"
_WHY = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EACCES: "this user may not write there",
    errno.EPERM: "this user may not write there",
    errno.EROFS: "the file system is read-only",
    errno.ENOTDIR: "a part of that path is a file",
    errno.EEXIST: "a part of that path is a file",
}


def cache_folder(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path:
    """The folder for built server homes: NEWSWATCH_CACHE, else the platform's user cache folder + newswatch."""
    if given := environment.get(CACHE_VARIABLE):
        return Path(given).expanduser().absolute()
    if platform == "darwin":
        return Path("~/Library/Caches/newswatch").expanduser()
    if xdg := environment.get("XDG_CACHE_HOME"):
        return Path(xdg) / "newswatch"
    return Path("~/.cache/newswatch").expanduser()


def write_failure(error: OSError, folder: Path, remedy: str) -> UserError:
    """The sentence for a failed write under `folder`; `remedy` names the option that chooses another."""
    why = _WHY.get(error.errno or 0, error.strerror or str(error))
    return UserError(f"cannot write in {folder}: {why}; free or fix it, or choose another folder with {remedy}")


@contextmanager
def writing(folder: Path, remedy: str) -> Iterator[None]:
    """Turns an OSError of the operating system inside the block into a UserError that names `folder` and `remedy`."""
    try:
        yield
    except OSError as error:
        if error.errno is None:
            raise
        raise write_failure(error, folder, remedy) from error


@contextmanager
def exclusive(lock: Path, *, wait: bool = True) -> Iterator[bool]:
    """Holds `lock` (made when absent) against other processes; it is free again when the holder dies.

    Blocks until it is free, or with `wait=False` yields False when another process holds it.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
