"""The small HTTP server beside each process."""

import json
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from registration.errors import StorageUnavailable
from registration.metrics.health import OK, Check, Pulse
from registration.metrics.server import Monitor, start_monitor
from registration.settings import MetricsSettings
from registration.testing.processes import free_port
from tests.metrics.scraping import get


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def started(opened: ExitStack, settings: MetricsSettings, *checks: Check, **options: object) -> Monitor:
    monitor = start_monitor(settings, "worker", checks, **options)  # type: ignore[arg-type]
    assert monitor is not None
    opened.callback(monitor.close)
    return monitor


def test_processes_of_one_machine_take_ports_of_their_own(opened: ExitStack) -> None:
    settings = MetricsSettings(port=free_port())
    first, second = (started(opened, settings) for _ in range(2))
    assert first.port != second.port
    assert second.port in range(settings.port, settings.port + 20)
    assert all(get(monitor.port, "/live") == (200, b"alive") for monitor in (first, second))


def test_without_a_port_nothing_listens() -> None:
    assert start_monitor(MetricsSettings(port=0), "worker") is None


def test_ready_says_which_part_is_not(opened: ExitStack) -> None:
    def away() -> str:
        raise StorageUnavailable("OperationalError: connection refused")

    def broken() -> str:
        raise KeyError("what a student wrote")

    settings = MetricsSettings(port=free_port())
    spool, database = Check("spool", lambda: OK), Check("database", away)
    optional = Check("redis", lambda: "does not answer", essential=False)

    port = started(opened, settings, spool, optional).port
    assert get(port, "/ready")[0] == 200
    port = started(opened, settings, spool, database, optional, Check("other", broken)).port
    status, body = get(port, "/ready")
    assert status == 503
    assert json.loads(body) == {
        "part": "worker",
        "ready": False,
        "parts": {
            "spool": "ok",
            "database": "OperationalError: connection refused",
            "redis": "does not answer",
            "other": "cannot be asked: KeyError",
        },
    }


def test_a_loop_that_stands_still_is_told(opened: ExitStack) -> None:
    pulse = Pulse(longest=60.0)
    port = started(opened, MetricsSettings(port=free_port()), is_alive=pulse.is_alive).port
    assert get(port, "/live")[0] == 200
    pulse._last -= 61.0
    assert get(port, "/live") == (503, b"stuck")
    pulse.beat()
    assert get(port, "/live")[0] == 200


@pytest.mark.parametrize("path", ["/", "/metrics/../../etc/passwd", "/readyx"])
def test_there_is_nothing_else(opened: ExitStack, path: str) -> None:
    assert get(started(opened, MetricsSettings(port=free_port())).port, path)[0] == 404
