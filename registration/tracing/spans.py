"""Spans of this process. OpenTelemetry is imported only where it is used: most never trace."""

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from registration.messaging.trace import header_of
from registration.settings import TracingSettings

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span

_SERVICE = "class-registration"


class Tracing:
    """Makes spans and hands them to the collector that the settings name, if any, on a thread of its own."""

    def __init__(self, settings: TracingSettings, part: str) -> None:
        self._provider = _provider(settings, part)
        self._tracer = self._provider.get_tracer(_SERVICE)

    def begin(self, name: str, carrier: Mapping[str, str], start: float | None = None) -> "Span":
        """A span under the one that `carrier` names by `traceparent`, or the first of a new trace."""
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        parent = TraceContextTextMapPropagator().extract(dict(carrier))
        nanoseconds = None if start is None else int(start * 1e9)
        return self._tracer.start_span(name, context=parent, start_time=nanoseconds)

    def tell(self, name: str, traceparent: str, began: float, attributes: Mapping[str, Any]) -> None:
        """A span that is over, of work since `began` (seconds since 1970) for somebody else's trace."""
        span = self.begin(name, header_of(traceparent), start=began)
        span.set_attributes(attributes)
        span.end()

    def close(self) -> None:
        """Hands over what is left."""
        self._provider.shutdown()


def settle_that_nobody_traces() -> None:
    """Unless somebody does. Else OpenTelemetry looks for who does in each span that a library opens."""
    trace = sys.modules.get("opentelemetry.trace")  # an old rasa-sdk opens none
    if trace is not None and isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider):
        trace.set_tracer_provider(trace.NoOpTracerProvider())


def traceparent_of(span: "Span") -> str:
    context = span.get_span_context()
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"


def _provider(settings: TracingSettings, part: str) -> "TracerProvider":
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    named = {"service.name": _SERVICE, "service.instance.id": f"{part}-{os.getpid()}"}
    provider = TracerProvider(resource=Resource.create(named), shutdown_on_exit=False)
    if settings.endpoint:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        exporter = OTLPSpanExporter(endpoint=f"{settings.endpoint.rstrip('/')}/v1/traces")
        provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider
