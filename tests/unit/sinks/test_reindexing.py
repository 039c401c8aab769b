"""Pages of a copy are sized by their bytes."""

import pytest

from sinks.copying import MOST_DOCUMENTS, PAGE_BYTES, next_size


@pytest.mark.parametrize(
    ("documents", "size", "expected"),
    [
        pytest.param(500, 500 * 4096, PAGE_BYTES // 4096, id="as many as fit"),
        pytest.param(500, 500 * 10, MOST_DOCUMENTS, id="small documents: never above the limit"),
        pytest.param(3, 3 * PAGE_BYTES, 1, id="large documents: one at a time"),
    ],
)
def test_next_size(documents: int, size: int, expected: int) -> None:
    assert next_size(documents, size) == expected
