"""Traces: off they cost nothing; on, a message's header joins the next stage to the trace."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from newswatch import tracing
from newswatch.errors import UserError
from newswatch.settings import TracingSettings


@pytest.fixture
def spans(tmp_path: Path) -> Iterator[Path]:
    """The file that gets the spans, once tracing has shut down."""
    tracing.set_up(TracingSettings(file=tmp_path / "deep" / "spans.jsonl"), "planted", "host-1")
    yield tmp_path / "deep" / "spans.jsonl"
    tracing.shut_down()


def written(path: Path) -> list[dict[str, Any]]:
    tracing.shut_down()
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_off_there_is_no_header_no_trace_id_and_one_span_object_for_all() -> None:
    tracing.set_up(TracingSettings(), "planted", "host-1")
    with tracing.span("extract", [("traceparent", b"00-1-1-01")], offset=1) as nothing:
        assert nothing is None
        assert tracing.headers() is None
        assert "trace_id" not in structlog.contextvars.get_contextvars()
        tracing.note(rejected="no-text")
    assert tracing.span("a") is tracing.span("b")
    tracing.shut_down()


def test_off_opentelemetry_is_not_even_imported() -> None:
    program = (
        "import sys; from newswatch.service import Service; import newswatch.tracing as t; "
        "from newswatch.settings import load_settings; t.set_up(load_settings(find_servers=False).tracing, 'a', 'b'); "
        "print([name for name in sys.modules if name.startswith('opentelemetry')])"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert ended.stdout.strip() == "[]"


def test_on_without_opentelemetry_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with pytest.raises(UserError, match=r"newswatch\[otel\]"):
        tracing.set_up(TracingSettings(file=tmp_path / "spans"), "planted", "host-1")


def test_a_header_joins_the_next_stage_to_the_trace(spans: Path) -> None:
    with tracing.span("replay", article_id="a1"):
        carried = tracing.headers()
        first = structlog.contextvars.get_contextvars()["trace_id"]
    assert tracing.headers() is None, "outside of a span there is no trace to name"
    assert carried
    assert dict(carried)["traceparent"].split(b"-")[1].decode() == first
    with tracing.span("extract", carried, began=1_000, offset=7):
        tracing.note(rejected=None, discarded="off-watch")
        assert structlog.contextvars.get_contextvars()["trace_id"] == first
    root, child = written(spans)
    assert child["context"]["trace_id"] == root["context"]["trace_id"]
    assert child["parent_id"] == root["context"]["span_id"]
    assert child["attributes"] == {"newswatch.offset": 7, "newswatch.discarded": "off-watch"}
    assert child["start_time"] == "1970-01-01T00:00:00.000001Z"
    assert root["resource"]["attributes"]["service.instance.id"] == "host-1"


@pytest.mark.parametrize(
    "header",
    [
        pytest.param([("traceparent", b"nonsense")], id="a header that is none"),
        pytest.param([("traceparent", b"\xff\xfe")], id="bytes that are no text"),
        pytest.param([("other", b"1")], id="another's header"),
        pytest.param(None, id="no headers"),
        pytest.param([("traceparent", None)], id="a header without a value"),
    ],
)
def test_a_message_without_a_trace_begins_one(spans: Path, header: list[tuple[str, bytes]] | None) -> None:
    with tracing.span("extract", header):
        pass
    (only,) = written(spans)
    assert only["parent_id"] is None


def test_an_article_left_out_of_the_sample_is_left_out_by_every_stage(tmp_path: Path) -> None:
    path = tmp_path / "spans.jsonl"
    tracing.set_up(TracingSettings(file=path, ratio=0.0), "planted", "host-1")
    with tracing.span("replay"):
        carried = tracing.headers()
    tracing.shut_down()
    tracing.set_up(TracingSettings(file=path, ratio=1.0), "planted", "host-1")
    with tracing.span("extract", carried):
        pass
    tracing.shut_down()
    assert not path.exists()


def test_a_collector_that_is_away_holds_nobody_up_at_the_end() -> None:
    program = (
        "from newswatch import tracing; from newswatch.settings import TracingSettings; import time\n"
        "tracing.set_up(TracingSettings(endpoint='http://127.0.0.1:9/v1/traces'), 'a', 'b')\n"
        "with tracing.span('extract'): pass\n"
        "began = time.monotonic(); tracing.shut_down(); print(time.monotonic() - began)"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert float(ended.stdout) < 12
