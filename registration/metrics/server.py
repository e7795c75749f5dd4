"""A small HTTP server beside each process's own work: `/metrics`, `/live` and `/ready`.

On a port of its own, so that none of it is open to students, and each of several processes has one.
"""

import json
import logging
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from registration.metrics.health import Check, readiness
from registration.metrics.names.process import PROCESS
from registration.settings import MetricsSettings

log = logging.getLogger(__name__)

_JSON = "application/json"
_TEXT = "text/plain; charset=utf-8"
_Answer = tuple[int, str, bytes]


class Monitor:
    """Serves until `close`; scrapes are answered on threads of their own."""

    def __init__(
        self, server: ThreadingHTTPServer, part: str, checks: Sequence[Check], is_alive: Callable[[], bool]
    ) -> None:
        self._server = server
        self._part = part
        self._checks = checks
        self._is_alive = is_alive
        self.port = int(server.server_address[1])
        server.RequestHandlerClass = self._handler()
        Thread(target=server.serve_forever, name="metrics", daemon=True).start()

    def answer(self, path: str) -> _Answer:
        if path == "/metrics":
            return 200, CONTENT_TYPE_LATEST, generate_latest()
        if path == "/live":
            alive = self._is_alive()
            return (200 if alive else 503), _TEXT, b"alive" if alive else b"stuck"
        if path == "/ready":
            ready, said = readiness(self._checks)
            body = json.dumps({"part": self._part, **said}, ensure_ascii=False)
            return (200 if ready else 503), _JSON, body.encode()
        return 404, _TEXT, b"there are /metrics, /live and /ready"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        monitor = self

        class Handler(BaseHTTPRequestHandler):
            timeout = 10  # seconds for a client to say what it wants

            def do_GET(self) -> None:
                status, content_type, body = monitor.answer(self.path.split("?")[0])
                self.send_response(status)
                self.send_header("Content-Type", content_type)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        return Handler


def start_monitor(
    settings: MetricsSettings,
    part: str,
    checks: Sequence[Check] = (),
    is_alive: Callable[[], bool] = lambda: True,
) -> Monitor | None:
    """A monitor at the first free port from METRICS_PORT on; None where that is 0, or no port is free."""
    if not settings.port:
        return None
    PROCESS.info({"part": part})
    for port in settings.ports:
        try:
            server = ThreadingHTTPServer((settings.host, port), BaseHTTPRequestHandler)
        except OSError:
            continue
        server.daemon_threads = True
        log.info("metrics and health part=%s at http://%s:%d", part, settings.host, port)
        return Monitor(server, part, checks, is_alive)
    log.warning("no metrics: no port is free from %d on host=%s", settings.port, settings.host)
    return None
