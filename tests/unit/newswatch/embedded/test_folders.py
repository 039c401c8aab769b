"""Cache folder, exclusive use, sentences for failed writes."""

import errno
from pathlib import Path

import pytest

from newswatch.embedded.folders import cache_folder, exclusive, write_failure, writing
from newswatch.errors import UserError

HOME = Path("~").expanduser()


@pytest.mark.parametrize(
    ("environment", "platform", "folder"),
    [
        pytest.param({"NEWSWATCH_CACHE": "/c"}, "linux", Path("/c"), id="the variable decides"),
        pytest.param({"NEWSWATCH_CACHE": "/c"}, "darwin", Path("/c"), id="the variable decides on macOS"),
        pytest.param({"NEWSWATCH_CACHE": "", "XDG_CACHE_HOME": "/x"}, "linux", Path("/x/newswatch"), id="XDG is next"),
        pytest.param({}, "linux", HOME / ".cache/newswatch", id="home cache on Linux"),
        pytest.param({}, "darwin", HOME / "Library/Caches/newswatch", id="user library on macOS"),
    ],
)
def test_cache_folder(environment: dict[str, str], platform: str, folder: Path) -> None:
    assert cache_folder(environment, platform) == folder


@pytest.mark.parametrize(
    ("code", "words"),
    [
        pytest.param(errno.ENOSPC, "the disk is full", id="disk full"),
        pytest.param(errno.EDQUOT, "quota", id="quota used up"),
        pytest.param(errno.EACCES, "may not write", id="no permission"),
        pytest.param(errno.EROFS, "read-only", id="read-only file system"),
        pytest.param(errno.EIO, "Input/output error", id="anything else in the system's words"),
    ],
)
def test_a_failed_write_says_where_why_and_what_to_do(code: int, words: str) -> None:
    import os

    failure = str(write_failure(OSError(code, os.strerror(code)), Path("/data"), "--data"))
    assert failure.startswith("cannot write in /data: ")
    assert words in failure
    assert failure.endswith("with --data")


def test_writing_turns_the_systems_error_into_a_persons() -> None:
    with pytest.raises(UserError, match="disk is full"), writing(Path("/data"), "--data"):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_writing_leaves_errors_without_a_system_code_alone() -> None:
    with pytest.raises(ConnectionError, match="of a library"), writing(Path("/data"), "--data"):
        raise ConnectionError("of a library")


def test_a_lock_held_elsewhere_is_reported_when_not_waiting(tmp_path: Path) -> None:
    lock = tmp_path / "deep" / "a.lock"
    with exclusive(lock) as first:
        assert first
        with exclusive(lock, wait=False) as second:
            assert not second
    with exclusive(lock, wait=False) as third:
        assert third
