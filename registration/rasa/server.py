"""The action server's life: what starts and stops with it, through rasa-sdk's own plugin hook."""

import logging
from collections.abc import Callable
from typing import Any

import pluggy
from rasa_sdk.plugin import plugin_manager

from registration.garbage import spare_what_stays
from registration.quiet_logs import NoTraces
from registration.tracing.spans import settle_that_nobody_traces

_LOGGERS = ("rasa_sdk.endpoint", "sanic.error", "sanic.root", "sanic.server")
_hook = pluggy.HookimplMarker("rasa_sdk")


class Lifecycle:
    """Calls `start` when a server process begins to serve, and `stop` when it ends."""

    def __init__(
        self, start: Callable[[], None], stop: Callable[[], None], extend: Callable[[Any], None]
    ) -> None:
        self._start = start
        self._stop = stop
        self._extend = extend

    @_hook
    def attach_sanic_app_extensions(self, app: Any) -> None:
        async def start(*_: Any) -> None:
            self._start()
            settle_that_nobody_traces()
            spare_what_stays()

        async def stop(*_: Any) -> None:
            self._stop()

        for name in _LOGGERS:
            logging.getLogger(name).addFilter(NoTraces())
        self._extend(app)
        app.register_listener(start, "after_server_start")
        app.register_listener(stop, "after_server_stop")


def follow_server(
    start: Callable[[], None], stop: Callable[[], None], extend: Callable[[Any], None] = lambda app: None
) -> None:
    """Tie `start` and `stop` to the action server; nothing of them is called before it serves.

    `extend` gets the Sanic application while it is being made.
    """
    plugin_manager().register(Lifecycle(start, stop, extend), name="registration")
