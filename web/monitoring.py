"""The web process's health and metrics, where METRICS_PORT asks for them."""

from typing import Any

from sanic import Sanic

from registration.metrics.health import OK, Check, Pulse
from registration.metrics.names.web import REQUEST_SECONDS
from registration.metrics.requests import keep_pulse, page_of, time_requests
from registration.metrics.server import Monitor, start_monitor
from registration.settings import Settings
from registration.storage.engine import open_engine
from registration.storage.last_stored import last_stored


def monitor(app: "Sanic[Any, Any]", settings: Settings) -> None:
    """Times every request; serves metrics and health from the start of the application to its end."""
    pulse = Pulse()
    time_requests(app, REQUEST_SECONDS, page_of)
    keep_pulse(app, pulse)
    running: list[Monitor] = []

    @app.listener("after_server_start")
    async def begin(*_: object) -> None:
        started = start_monitor(settings.metrics, "web", [_database(settings)], pulse.is_alive)
        running.extend([started] if started else [])

    @app.listener("after_server_stop")
    async def end(*_: object) -> None:
        while running:
            running.pop().close()


def _database(settings: Settings) -> Check:
    """The timetables are drawn without it; only the review needs it."""
    engine = open_engine(settings.database_url)

    def probe() -> str:
        last_stored(engine)
        return OK

    return Check("database", probe, essential=bool(settings.web.review_password_hash))
