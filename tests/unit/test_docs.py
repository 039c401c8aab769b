"""What the documentation says is what the program does."""

import re
from pathlib import Path

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
