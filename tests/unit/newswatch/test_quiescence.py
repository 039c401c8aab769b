"""All is done when no stage, looked at upstream first, has anything left."""

from newswatch.flow import FLOW, StageSpec
from newswatch.quiescence import Waiting, first_waiting


def test_nothing_left_anywhere() -> None:
    assert first_waiting(lambda stage: 0) is None


def test_the_first_stage_upstream_is_named() -> None:
    left = {"stories": 3, "index": 9}
    assert first_waiting(lambda stage: left.get(stage.name, 0)) == Waiting(stage="stories", lag=3)


def test_a_late_write_back_to_an_earlier_stage_is_seen() -> None:
    looks: list[str] = []

    def lag(stage: StageSpec) -> int:
        looks.append(stage.name)
        return 1 if stage.name == "notify" and len(looks) > len(FLOW) else 0

    assert first_waiting(lag) == Waiting(stage="notify", lag=1)
