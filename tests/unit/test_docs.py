"""What the documentation says is what the program does."""

import re
from pathlib import Path

import click
import pytest

from tests.docs_pages import FOLDER, commands, pages

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize("name", sorted(pages()))
def test_reference_page_is_what_the_code_says(name: str) -> None:
    path = FOLDER / name
    assert path.is_file(), f"{name} is missing: run `make docs`"
    assert path.read_text(encoding="utf-8") == pages()[name], f"{name} is out of date: run `make docs`"


@pytest.mark.parametrize("name", [name for name, _ in commands()])
def test_every_command_has_help_with_an_example(name: str) -> None:
    command = dict(commands())[name]
    text = command.help or ""
    assert len(text) > 40, f"{name} has no help"
    assert "newswatch " in text, f"{name} shows no example"


@pytest.mark.parametrize("name", [name for name, _ in commands()])
def test_examples_in_help_name_options_that_there_are(name: str) -> None:
    known = {name: options(command) for name, command in commands()}
    for line in re.findall(r"\bnewswatch [a-z].*", dict(commands())[name].help or ""):
        called = max((each for each in known if f"{line} ".startswith(f"{each} ")), key=len, default=None)
        used = set(re.findall(r"(?<=\s)--[a-z][a-z-]*", line.split(" | ")[0]))
        assert called is None or used <= known[called], f"{name}: {line}"


def options(command: click.Command) -> set[str]:
    return {option for one in command.params for option in (*one.opts, *one.secondary_opts)}


def links() -> list[tuple[Path, str]]:
    documents = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "deploy").rglob("*.md"))]
    return [
        (document, target)
        for document in documents
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))
        if "://" not in target
    ]


@pytest.mark.parametrize(("document", "target"), links())
def test_links_lead_somewhere(document: Path, target: str) -> None:
    assert (document.parent / target).exists(), f"{document.relative_to(ROOT)} links to {target}"
