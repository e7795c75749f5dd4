"""Metrics and health of a process that publishes: the action server, or a chatbot of somebody else's."""

from collections.abc import Callable

from registration.messaging.rabbitmq import RabbitMQManager
from registration.metrics.health import OK, Check, Pulse
from registration.metrics.sampler import Sampler
from registration.metrics.server import Monitor, start_monitor
from registration.settings import Settings


class Monitoring:
    """Begins with `start`, if METRICS_PORT asks for it, and ends with `stop`."""

    def __init__(
        self,
        settings: Settings,
        manager: RabbitMQManager,
        redis_answers: Callable[[], bool],
        pulse: Pulse,
    ) -> None:
        self._settings = settings
        self._forwarder = manager.forwarder
        self._redis_answers = redis_answers
        self._pulse = pulse
        forwarder = manager.forwarder
        self._sampler = Sampler(settings.spool, None if forwarder is None else lambda: forwarder.counters)
        self._monitor: Monitor | None = None

    def start(self) -> None:
        self._monitor = start_monitor(self._settings.metrics, "actions", self._checks(), self._pulse.is_alive)
        if self._monitor is not None:
            self._sampler.start()

    def stop(self) -> None:
        self._sampler.stop()
        if self._monitor is not None:
            self._monitor.close()
            self._monitor = None

    def _checks(self) -> list[Check]:
        # Without Redis the dialogue goes on from the slots, without RabbitMQ messages wait in the spool:
        # to take such a process out of service would make a small fault a large one.
        checks = [
            Check("spool", self._spool),
            Check("redis", lambda: OK if self._redis_answers() else "does not answer", essential=False),
        ]
        if self._forwarder is not None:
            checks.append(Check("rabbitmq", self._broker, essential=False))
        return checks

    def _spool(self) -> str:
        size, most = self._sampler.latest.size, self._settings.spool.max_bytes
        return OK if size < most else f"full: {size} of {most} bytes"

    def _broker(self) -> str:
        is_connected = self._forwarder is not None and self._forwarder.counters.connected
        return OK if is_connected else "takes no messages from here; they wait in the spool"
