"""How long to wait before trying again."""

import random
from threading import Event

FIRST = 0.2  # seconds
LONGEST = 30.0


class Stopped(Exception):
    """The worker is to end; what is in hand is handed back."""


class Backoff:
    """Waits that double up to half a minute, ended at once by `stop`."""

    def __init__(self, stop: Event, longest: float = LONGEST) -> None:
        self._stop = stop
        self._longest = longest
        self._next = FIRST

    def wait(self) -> None:
        """Raises Stopped when `stop` is set, before or while waiting."""
        # Spread out, so that several workers do not come back in step.
        if self._stop.wait(self._next * random.uniform(0.8, 1.0)):
            raise Stopped
        self._next = min(self._next * 2, self._longest)

    def reset(self) -> None:
        self._next = FIRST
