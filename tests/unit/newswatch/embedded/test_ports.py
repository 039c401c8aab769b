"""The range our ports come from."""

import pytest

from newswatch.embedded.ports import highest


@pytest.mark.parametrize(
    ("text", "top"),
    [
        pytest.param("32768\t60999\n", 32000, id="Linux as shipped: below the ephemeral ports"),
        pytest.param("20000 60999", 19999, id="a wider ephemeral range pushes ours down"),
        pytest.param("1024 65535", 32000, id="when everything is ephemeral nothing can be avoided"),
        pytest.param("", 32000, id="no such file: the common range"),
    ],
)
def test_highest(text: str, top: int) -> None:
    assert highest(text) == top
