"""The version before this one, out of the repository's history: what an upgrade begins with."""

import io
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent

BEFORE_THE_FIRST_TAG = "987757914059df48b8c42df83877ad9de7930bf8"
"""Taken while there is no tag."""

PACKAGES = ("newswatch", "ingest", "processors", "sinks")


def git(*arguments: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        ["git", "-c", "safe.directory=*", *arguments], cwd=ROOT, capture_output=True, timeout=120, check=False
    )


def previous_version() -> str:
    """The newest tag before this commit, or the commit that stands in for it."""
    found = git("tag", "--list", "v*", "--merged", "HEAD", "--no-contains", "HEAD", "--sort=-version:refname")
    assert found.returncode == 0, f"no git repository here: {found.stderr.decode()}"
    return next(iter(found.stdout.decode().split()), BEFORE_THE_FIRST_TAG)


def ensure_history(revision: str) -> None:
    """Fetches the revision where the clone is too shallow to hold it. Fails with a sentence when that cannot be."""
    if git("cat-file", "-e", f"{revision}^{{commit}}").returncode:
        asked = git("fetch", "--quiet", "--depth=1", "origin", revision)
        assert asked.returncode == 0, (
            f"the history lacks {revision}, with which the upgrade test begins; a shallow clone gets it by "
            f"`git fetch --unshallow --tags`. git said: {asked.stderr.decode()}"
        )


def check_out(revision: str, folder: Path) -> Mapping[str, str]:
    """Puts the revision's packages into `folder`; gives the environment in which Python imports them, not today's."""
    ensure_history(revision)
    archive = git("archive", "--format=tar", revision, *PACKAGES)
    assert archive.returncode == 0, archive.stderr.decode()
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
        files.extractall(folder, filter="data")
    told = {"PYTHONPATH": str(folder), "PYTHONSAFEPATH": "1"}
    for name in PACKAGES:
        asked = subprocess.run(
            [sys.executable, "-c", f"import {name}; print({name}.__file__)"],
            env=told, capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
        assert Path(asked.stdout.strip()).is_relative_to(folder), f"{name} is not the old one: {asked.stdout}"
    return told
