"""The pinned archives: read, fetched, verified."""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from newswatch.embedded import jars
from newswatch.errors import UserError

CONTENT = b"a jar's bytes"
JAR = jars.Jar(coordinate="org.example:thing:1.2", sha256=hashlib.sha256(CONTENT).hexdigest(), bytes=len(CONTENT))


def test_every_pin_has_a_coordinate_a_sha256_and_a_size() -> None:
    for jar in jars.pinned(*jars.GROUPS):
        assert re.fullmatch(r"[\w.-]+:[\w.-]+:[\w.-]+", jar.coordinate)
        assert re.fullmatch(r"[0-9a-f]{64}", jar.sha256)
        assert jar.bytes > 1000


def test_no_archive_is_pinned_twice_so_two_sets_can_be_fetched_at_once() -> None:
    names = [jar.coordinate for jar in jars.pinned(*jars.GROUPS)]
    assert len(names) == len(set(names))


def test_the_pins_name_no_download_address() -> None:
    text = Path(jars.__file__).with_name("jars.toml").read_text()
    assert "://" not in text


def test_versions_match_the_pinned_archives() -> None:
    coordinates = {jar.coordinate for jar in jars.pinned(*jars.GROUPS)}
    assert f"org.apache.kafka:kafka_2.13:{jars.version('kafka')}" in coordinates
    assert f"org.elasticsearch:elasticsearch:{jars.version('elasticsearch')}" in coordinates
    assert f"org.eclipse.jdt:ecj:{jars.version('compiler')}" in coordinates


Answer = Callable[[httpx.Request], httpx.Response]


@pytest.fixture
def repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Answer], tuple[jars.Repository, list[int]]]:
    """Makes a repository on a cache folder of its own whose network is a function, and the bytes it reported."""
    monkeypatch.setenv("M2_REPO", str(tmp_path / "m2"))
    monkeypatch.setenv("JGO_CONFIG_FILE", str(tmp_path / "absent.conf"))

    def make(answer: Answer) -> tuple[jars.Repository, list[int]]:
        heard: list[int] = []
        client = httpx.Client(transport=httpx.MockTransport(answer))
        return jars.Repository(client, heard.append, sleep=lambda seconds: None), heard

    return make


Make = Callable[[Answer], tuple[jars.Repository, list[int]]]


def test_an_absent_archive_is_downloaded_once_and_verified(repository: Make) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(200, content=CONTENT)

    made, heard = repository(answer)
    path = made.obtain(JAR)
    assert path.read_bytes() == CONTENT
    assert made.obtain(JAR) == path
    assert [name.rpartition("/maven2/")[2] for name in asked] == ["org/example/thing/1.2/thing-1.2.jar"]
    assert sum(heard) == 2 * len(CONTENT)


def test_a_damaged_cached_archive_is_replaced(repository: Make) -> None:
    made, _ = repository(lambda request: httpx.Response(200, content=CONTENT))
    path = made.obtain(JAR)
    path.write_bytes(CONTENT[:-1])
    assert made.obtain(JAR).read_bytes() == CONTENT


def test_a_download_cut_short_is_tried_again(repository: Make) -> None:
    answers = iter([CONTENT[:3], CONTENT])
    made, _ = repository(lambda request: httpx.Response(200, content=next(answers)))
    assert made.obtain(JAR).read_bytes() == CONTENT


def test_an_altered_archive_is_refused_by_name_and_never_kept(repository: Make) -> None:
    made, _ = repository(lambda request: httpx.Response(200, content=b"something else"))
    with pytest.raises(UserError, match=r"thing-1\.2\.jar .* is not the pinned file.* mirror"):
        made.obtain(JAR)
    assert not [path for path in made.folder.rglob("*") if path.is_file()]


def test_without_network_the_sentence_names_the_archive_and_the_command(repository: Make) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route")

    made, _ = repository(answer)
    with pytest.raises(UserError, match=r"thing-1\.2\.jar .*ConnectError.*`newswatch servers fetch`"):
        made.obtain(JAR)


def test_a_refusing_repository_is_named_by_its_status(repository: Make) -> None:
    made, _ = repository(lambda request: httpx.Response(403))
    with pytest.raises(UserError, match="HTTP 403"):
        made.obtain(JAR)


def test_mirrors_of_jgos_settings_are_asked_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "jgo.conf").write_text(
        "[repositories]\nfirst = https://one.example/m\nsecond = https://two.example/m/\n"
    )
    monkeypatch.setenv("M2_REPO", str(tmp_path / "m2"))
    monkeypatch.setenv("JGO_CONFIG_FILE", str(tmp_path / "jgo.conf"))
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(404) if request.url.host == "one.example" else httpx.Response(200, content=CONTENT)

    made = jars.Repository(httpx.Client(transport=httpx.MockTransport(answer)), lambda count: None)
    assert made.obtain(JAR).read_bytes() == CONTENT
    assert asked == ["one.example", "two.example"]


def test_a_given_up_start_ends_the_download_and_leaves_nothing(repository: Make, tmp_path: Path) -> None:
    class GivenUp(Exception):
        pass

    def refuse(count: int) -> None:
        raise GivenUp

    client = httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(200, content=CONTENT)))
    repository(lambda request: httpx.Response(500))
    made = jars.Repository(client, refuse)
    with pytest.raises(GivenUp):
        made.obtain(JAR)
    assert not [path for path in made.folder.rglob("*") if path.is_file()]
