"""The worker's health and metrics, where METRICS_PORT asks for them."""

from collections.abc import Callable, Sequence

from registration.metrics.health import OK, Check
from registration.metrics.names.worker import LANE_HEALTHY
from registration.metrics.server import Monitor, start_monitor
from registration.settings import Settings

from .lane import Lane


def monitored(settings: Settings, lanes: Sequence[Lane]) -> Monitor | None:
    """A monitor that tells of each lane whether its queue and the database work."""
    checks = [Check(lane.queue.name, _probe_of(lane)) for lane in lanes]
    for lane in lanes:
        LANE_HEALTHY.labels(lane.queue.name).set_function(_health_of(lane))
    return start_monitor(settings.metrics, "worker", checks)


def _probe_of(lane: Lane) -> Callable[[], str]:
    return lambda: OK if lane.healthy.is_set() else lane.trouble


def _health_of(lane: Lane) -> Callable[[], float]:
    return lambda: float(lane.healthy.is_set())
