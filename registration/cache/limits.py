"""How long Redis may keep anybody waiting."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Seconds. A turn asks Redis three times at the most and may lose 300 ms to it, all told.

    That is three answers on a connection that is open; opening one comes before the first and is rare.
    """

    connect: float = 0.1
    answer: float = 0.09
    probe_interval: float = 0.5

    @property
    def opening(self) -> float:
        """Until a connection is ready: it is made, and its greeting answered."""
        return self.connect + self.answer


DEFAULT_LIMITS = Limits()
