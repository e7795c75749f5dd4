"""Times the requests of a Sanic application, without knowing Sanic."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from prometheus_client import Histogram

from registration.metrics.children import child
from registration.metrics.health import Pulse

_NONE = "none"


def keep_pulse(app: Any, pulse: Pulse) -> None:
    """Beats once a second as long as the application's event loop turns."""

    beating: list[asyncio.Task[None]] = []

    async def begin(*_: Any) -> None:
        beating.append(asyncio.get_running_loop().create_task(_beat(pulse)))

    async def end(*_: Any) -> None:
        while beating:
            beating.pop().cancel()

    app.register_listener(begin, "after_server_start")
    app.register_listener(end, "before_server_stop")


async def _beat(pulse: Pulse) -> None:
    while True:
        pulse.beat()
        await asyncio.sleep(1)


def time_requests(app: Any, metric: Histogram, name_of: Callable[[Any], str]) -> None:
    """Observes each request in `metric`, labelled with what `name_of` gives and the status."""

    async def begin(request: Any) -> None:
        request.ctx.began = time.perf_counter()

    async def end(request: Any, response: Any) -> None:
        began = getattr(request.ctx, "began", None)
        if began is not None:
            # A name that is not ours comes with an error, and does not become a label.
            name = name_of(request) if response.status < 400 else _NONE
            child(metric, name, str(response.status)).observe(time.perf_counter() - began)

    app.register_middleware(begin, "request")
    app.register_middleware(end, "response")


def action_of(request: Any) -> str:
    """The name of the action that is called."""
    if request.path != "/webhook":
        return _NONE
    compressed = request.headers.get("content-encoding") == "deflate"
    call = None if compressed else request.json
    return str(call.get("next_action") or _NONE) if isinstance(call, dict) else "compressed"


def page_of(request: Any) -> str:
    """The route, never the address, which may hold a token."""
    return str(request.uri_template or _NONE)
