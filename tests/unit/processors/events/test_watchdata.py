"""A watch folder is checked line by line."""

import shutil
from pathlib import Path

import pytest

from processors.events.watchdata import WatchError, load_watch

HAITI = Path(__file__).resolve().parents[3] / "cases" / "watches" / "haiti"


def broken(tmp_path: Path, file: str, line: str) -> str:
    """The message about the Haiti watch with one line more in a file."""
    folder = tmp_path / "watch"
    shutil.copytree(HAITI, folder)
    with (folder / file).open("a", encoding="utf-8") as stream:
        stream.write(line + "\n")
    with pytest.raises(WatchError) as caught:
        load_watch(folder)
    return str(caught.value)


@pytest.mark.parametrize(
    ("file", "line", "said"),
    [
        pytest.param("countries.tsv", "ht\tHaiti", "countries.tsv:6: a country needs an alpha-3 code", id="bad code"),
        pytest.param("countries.tsv", "HTI\tHaiti", "countries.tsv:6: country HTI is listed twice", id="twice"),
        pytest.param("places.tsv", "x\tX\tcity\tXXX", "places.tsv:5: unknown country 'XXX'", id="unknown country"),
        pytest.param("places.tsv", "x\tX\tcity\tHTI\t\t99\t0", "places.tsv:5: not degrees", id="no degrees"),
        pytest.param("actors.tsv", "x\tX\tperson\tHTI\tFOO", "actors.tsv:5: unknown sector 'FOO'", id="sector"),
        pytest.param("actors.tsv", "x\tX\tperson\tHTI\tGOV\t\tpresident", "actors.tsv:5: a role looks like", id="role"),
        pytest.param("actors.tsv", "luis-abinader\tX\tperson\tHTI", "actors.tsv:5: id 'luis-abinader'", id="id twice"),
        pytest.param("watch.toml", "core = 3", "watch.toml:", id="watch.toml"),
    ],
)
def test_a_fault_is_named_with_its_line(tmp_path: Path, file: str, line: str, said: str) -> None:
    assert said in broken(tmp_path, file, line)


def test_every_fault_is_listed(tmp_path: Path) -> None:
    message = broken(tmp_path, "actors.tsv", "x\tX\tperson\tXXX\tFOO\ny\tY\tperson\tYYY")
    assert len(message.splitlines()) == 3


def test_a_lexicon_fault_names_the_line(tmp_path: Path) -> None:
    folder = tmp_path / "watch"
    shutil.copytree(HAITI, folder)
    (folder / "lexicon.en.toml").write_text('lang = "en"\n[triggers]\nx = [{v="hit", t="PUNCH"}]\n')
    with pytest.raises(WatchError, match=r"lexicon.en.toml: \[triggers\] en.x.1: unknown PLOVER type 'PUNCH'"):
        load_watch(folder)


def test_a_folder_that_is_not_there() -> None:
    with pytest.raises(WatchError, match="no such folder"):
        load_watch(Path("/nowhere/at/all"))


def test_watches_with_the_same_lexicon_share_it(tmp_path: Path) -> None:
    folder = tmp_path / "watch"
    shutil.copytree(HAITI, folder)
    assert load_watch(folder).lexicons["en"] is load_watch(HAITI).lexicons["en"]


def test_a_language_without_lexicon_is_none_of_the_watch() -> None:
    lexicons = load_watch(HAITI).lexicons
    assert (lexicons.get("fr"), "fr" in lexicons, len(lexicons)) == (None, False, len(list(lexicons)))
