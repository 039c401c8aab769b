"""One article is one trace: the spans of its stages, joined by a header of each Kafka message (W3C Trace Context).

Off unless tracing.endpoint or tracing.file is set. Then, and only then, OpenTelemetry is imported; while off, every
call here ends at the first comparison and no message gets a header.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib import import_module
from pathlib import Path
from typing import Any

import structlog

from newswatch.errors import UserError
from newswatch.settings import TracingSettings

Headers = Sequence[tuple[str, bytes]]
"""Headers of a Kafka message."""

EXPORT_SECONDS = 5
"""Seconds one export may take, and the last one at the end: a collector that is away must not hold up a role."""

PREFIX = "newswatch."
"""Before the name of each of our attributes."""

_NOTHING = nullcontext()


class _Off:
    """What stands here while tracing is off."""

    tracer: Any = None
    provider: Any = None
    carrier: Any = None


_state = _Off()


def set_up(settings: TracingSettings, role: str, worker: str) -> None:
    """Begins tracing where the settings ask for it. Raises UserError when OpenTelemetry is not installed."""
    if not settings.endpoint and settings.file is None:
        return
    try:
        sdk = import_module("opentelemetry.sdk.trace")
        export = import_module("opentelemetry.sdk.trace.export")
        sampling = import_module("opentelemetry.sdk.trace.sampling")
        resources = import_module("opentelemetry.sdk.resources")
        carrier = import_module("opentelemetry.trace.propagation.tracecontext")
        exporter = (
            _Lines(settings.file, export.SpanExportResult.SUCCESS)
            if settings.file
            else _to_collector(settings.endpoint)
        )
    except ImportError as error:
        raise UserError(f"tracing needs OpenTelemetry: pip install 'newswatch[otel]' ({error})") from error
    facts = {"service.name": "newswatch", "service.instance.id": worker, PREFIX + "role": role}
    _state.provider = sdk.TracerProvider(
        resource=resources.Resource.create(facts),
        sampler=sampling.ParentBased(sampling.TraceIdRatioBased(settings.ratio)),
    )
    _state.provider.add_span_processor(export.BatchSpanProcessor(exporter))
    _state.tracer = _state.provider.get_tracer("newswatch")
    _state.carrier = carrier.TraceContextTextMapPropagator()


def shut_down() -> None:
    """Exports what is left, within EXPORT_SECONDS, and ends tracing."""
    provider, _state.provider, _state.tracer = _state.provider, None, None
    if provider is not None:
        provider.force_flush(EXPORT_SECONDS * 1000)
        provider.shutdown()


def span(
    name: str, parent: Headers | Mapping[str, bytes] | None = None, *, began: int | None = None, **facts: Any
) -> AbstractContextManager[None]:
    """A span around the block, in the trace that a message's headers name, else in a new one.

    `began` is its start in nanoseconds since 1970 (None: now). Log events in the block carry trace_id.
    """
    return _NOTHING if _state.tracer is None else _span(name, parent, began, facts)


def headers() -> list[tuple[str, bytes]] | None:
    """What a message written inside a span carries; None outside of any and while tracing is off."""
    if _state.tracer is None:
        return None
    carried: dict[str, str] = {}
    _state.carrier.inject(carried)
    return [(key, value.encode()) for key, value in carried.items()] or None


def note(**facts: Any) -> None:
    """Adds facts to the span around; None is left out."""
    if _state.tracer is not None:
        import_module("opentelemetry.trace").get_current_span().set_attributes(_named(facts))


@contextmanager
def _span(
    name: str, parent: Headers | Mapping[str, bytes] | None, began: int | None, facts: Mapping[str, Any]
) -> Iterator[None]:
    carried = {key: value.decode("ascii", "replace") for key, value in dict(parent or ()).items() if value}
    context = _state.carrier.extract(carried)
    with _state.tracer.start_as_current_span(
        name, context=context, attributes=_named(facts), start_time=began
    ) as current:
        trace_id = f"{current.get_span_context().trace_id:032x}"
        with structlog.contextvars.bound_contextvars(trace_id=trace_id):
            yield


def _named(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {PREFIX + key: value for key, value in facts.items() if value is not None}


class _Lines:
    """Exports spans as JSON lines, each batch in one write: several roles may share the file."""

    def __init__(self, path: Path, success: Any) -> None:
        self._path, self._success = path, success
        path.parent.mkdir(parents=True, exist_ok=True)

    def export(self, spans: Sequence[Any]) -> Any:
        """See OpenTelemetry's SpanExporter."""
        text = "".join(one.to_json(indent=None) + "\n" for one in spans)
        with self._path.open("a", encoding="utf-8") as lines:
            lines.write(text)
        return self._success

    def force_flush(self, timeout_millis: int = 0) -> bool:
        """Nothing is held back."""
        return True

    def shutdown(self) -> None:
        """Nothing is open."""


def _to_collector(endpoint: str) -> Any:
    otlp = import_module("opentelemetry.exporter.otlp.proto.http.trace_exporter")
    return otlp.OTLPSpanExporter(endpoint=endpoint, timeout=EXPORT_SECONDS)
