"""A span for each request of a Sanic application, without knowing Sanic."""

from collections.abc import Callable
from typing import Any

from registration.messaging.trace import HEADER, current_trace, header_of
from registration.tracing.spans import Tracing, traceparent_of


def trace_requests(app: Any, tracing: Callable[[], Tracing], name_of: Callable[[Any], str]) -> None:
    """What a request sets in motion belongs to its trace, or to that of its caller, who may have sent one."""

    async def begin(request: Any) -> None:
        span = tracing().begin(name_of(request), header_of(request.headers.get(HEADER, "")))
        request.ctx.span = span
        current_trace.set(traceparent_of(span))

    async def end(request: Any, response: Any) -> None:
        span = getattr(request.ctx, "span", None)
        if span is not None:
            span.set_attribute("http.response.status_code", response.status)
            span.end()
        current_trace.set("")  # the next request of this connection runs in the same task

    app.register_middleware(begin, "request")
    app.register_middleware(end, "response")
