"""How long Redis may keep anybody waiting."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Seconds. A turn asks Redis three times at the most and may lose 300 ms to it, all told."""

    connect: float = 0.1
    answer: float = 0.09
    probe_interval: float = 0.5


DEFAULT_LIMITS = Limits()
