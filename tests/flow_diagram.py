"""Draws the flow of docs/architecture.md from the topic catalogue and the stages (`make docs`)."""

from pathlib import Path

from newswatch.flow import FLOW
from newswatch.topics import SPECS, Topic

PAGE = Path(__file__).parent.parent / "docs" / "architecture.md"
BEGIN, END = "<!-- made by `make docs`: the flow -->\n", "<!-- end of the flow -->"


def diagram() -> str:
    """A Mermaid flow chart: every topic as a pipe, every stage as a box, what commands and pollers write included."""
    lines = ["```mermaid", "flowchart LR", "  sources([feeds, files]) --> ingest[ingest]"]
    lines += [f"  {_id(spec.name)}[({spec.name})]" for spec in SPECS]
    lines += [f"  ingest --> {_id(topic)}" for topic in (Topic.RAW, Topic.FEEDS)]
    for stage in FLOW:
        lines.append(f"  {stage.name}[{stage.name}]")
        lines += [f"  {_id(topic)} --> {stage.name}" for topic in stage.reads]
        lines += [f"  {stage.name} --> {_id(topic)}" for topic in stage.writes]
    lines += ["  index --> elasticsearch[(Elasticsearch)]", "  elasticsearch --> reading([Kibana, board])"]
    return "\n".join([*lines, "  notify --> people([people])", "```", ""])


def page() -> str:
    """The page with its diagram drawn anew."""
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}{diagram()}{END}{rest.partition(END)[2]}"


def _id(topic: Topic) -> str:
    return topic.value.replace(".", "_").replace("-", "_")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
