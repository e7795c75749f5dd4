"""Keeps what the review looks into up to date, beside the lanes and slower than them."""

import logging
import time
from threading import Event, Thread

from registration.errors import StorageError, place_of
from registration.storage.following import Follower
from registration.storage.writer import Writer

from .backoff import Backoff, Stopped

log = logging.getLogger(__name__)

_IDLE = 0.5  # seconds between two looks at a log that has not grown
_LATE = 10.0  # seconds; longer than a transaction that stores may take


class Following:
    """Steps through the log on a thread of its own. Whatever goes wrong there, the lanes go on."""

    def __init__(self, writer: Writer, stop: Event) -> None:
        self._writer = writer
        self._follower = Follower(writer.engine)
        self._stop = stop
        self._backoff = Backoff(stop)
        self._look_back_until = 0.0  # rows may have become visible behind those that we have read

    def start(self) -> None:
        Thread(target=self.run, name="following", daemon=True).start()

    def run(self) -> None:
        try:
            while not self._stop.is_set():
                self._go_on()
        except Stopped:
            return

    def _go_on(self) -> None:
        try:
            self._writer.prepare()
            self._follow()
        except StorageError as error:
            log.warning("waiting for=review error=%s reason=%s", type(error).__name__, error)
        except Exception as error:
            # Not the error's own text: it could quote a message.
            log.error("waiting for=review error=%s at %s", type(error).__name__, place_of(error))
        self._backoff.wait()

    def _follow(self) -> None:
        """Returns only when stopped."""
        while not self._stop.is_set():
            began = time.monotonic()
            rows = self._follower.step()
            if rows or not self._look_back_until:
                self._look_back_until = began + _LATE
            elif began < self._look_back_until:
                self._follower.look_back()
            self._backoff.reset()
            # As long as the step took: storing goes first.
            self._stop.wait(time.monotonic() - began if rows else _IDLE)
