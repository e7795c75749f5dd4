"""Looks now and then at what counts by itself: the forwarder, and the spool's folder."""

import logging
import math
from collections.abc import Callable
from datetime import datetime, timezone
from threading import Event, Thread

from prometheus_client import Counter

from registration.errors import SpoolError, place_of
from registration.messaging.glance import glance
from registration.messaging.lane import Counters
from registration.messaging.spool_survey import Survey, survey
from registration.messaging.topology import QUEUES
from registration.metrics.names.publishing import (
    CONFIRMED,
    CONNECTED,
    PUBLISHED,
    REFUSED,
    RETURNED,
    SPOOL_AGE,
    SPOOL_BYTES,
    SPOOL_MAX_BYTES,
    SPOOL_MESSAGES,
)
from registration.settings import SpoolSettings

log = logging.getLogger(__name__)

_INTERVAL = 5.0  # seconds
_COUNTED: dict[str, Counter] = {
    "published": PUBLISHED,
    "confirmed": CONFIRMED,
    "refused": REFUSED,
    "returned": RETURNED,
}


class Sampler:
    """Runs on a thread of its own until `stop`; `counters` is None where nothing is forwarded."""

    def __init__(self, settings: SpoolSettings, counters: Callable[[], Counters] | None = None) -> None:
        self._folder = settings.folder.absolute()
        self._counters = counters
        self._known = Counters()
        self._stop = Event()
        self.latest = Survey()
        SPOOL_MAX_BYTES.set(settings.max_bytes)
        if counters is None:
            CONNECTED.set(math.nan)  # neither connected nor not

    def start(self) -> None:
        Thread(target=self._run, name="sampler", daemon=True).start()

    def stop(self) -> None:
        self._stop.set()

    def sample(self) -> None:
        """Raises SpoolError."""
        if self._counters is not None:
            self._count(self._counters())
        self.latest = survey(self._folder)
        SPOOL_BYTES.set(self.latest.size)
        now = datetime.now(timezone.utc)
        for queue in QUEUES:
            SPOOL_MESSAGES.labels(queue).set(self.latest.waiting.get(queue, 0))
            SPOOL_AGE.labels(queue).set(_age(self.latest.oldest.get(queue), now))

    def _count(self, counters: Counters) -> None:
        for name, metric in _COUNTED.items():
            value = getattr(counters, name)
            metric.inc(max(0, value - getattr(self._known, name)))
            setattr(self._known, name, value)
        CONNECTED.set(counters.connected)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self.sample()
            except SpoolError as error:
                log.warning("the spool cannot be measured: %s", error)
            except Exception as error:
                log.error("the spool cannot be measured: %s at %s", type(error).__name__, place_of(error))
            self._stop.wait(_INTERVAL)


def _age(body: bytes | None, now: datetime) -> float:
    written_at = None if body is None else glance(body).written_at
    return 0.0 if written_at is None else max(0.0, (now - written_at).total_seconds())
