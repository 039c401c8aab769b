"""The field reference names every field and is as new as the code."""

from pathlib import Path

from sinks.indices.catalogue import CATALOGUE
from sinks.indices.field_reference import field_reference

PAGE = Path(__file__).parents[3] / "docs" / "fields.md"


def test_every_field_is_documented() -> None:
    text = field_reference()

    assert all(f"`{path}`" in text for fields in CATALOGUE.values() for path in fields)


def test_the_page_is_as_new_as_the_code() -> None:
    assert PAGE.read_text(encoding="utf-8") == field_reference(), "run `make docs` and read the difference"
