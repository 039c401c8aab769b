"""The architecture page shows the flow as the code has it."""

from newswatch.flow import FLOW
from newswatch.topics import SPECS
from tests.flow_diagram import PAGE, diagram, page


def test_diagram_is_what_the_code_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs`"


def test_every_topic_and_stage_is_drawn() -> None:
    drawn = diagram()
    assert all(spec.name.value in drawn for spec in SPECS)
    assert all(f"  {stage.name}[" in drawn for stage in FLOW)
