"""Writes the reference pages (`make docs`)."""

from sinks.indices.field_reference import field_reference
from tests.docs_pages import FOLDER, pages

if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    (FOLDER.parent / "fields.md").write_text(field_reference(), encoding="utf-8")
