"""Envelopes as no producer of ours writes them, and as RabbitMQ passes them on."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from typing import Any


class Milliseconds(datetime):
    """A time that goes out in milliseconds, where AMQP wants seconds."""

    def utctimetuple(self) -> Any:
        return (1970, 1, 1, 0, 0, int(self.timestamp() * 1000))


TOO_LATE = Milliseconds(2026, 1, 2, tzinfo=timezone.utc)
NO_UTF8 = b"\xe9t\xe9-1"


def nested(levels: int) -> list[Any]:
    """A list in a list, and so on."""
    found: list[Any] = []
    for _ in range(levels):
        found = [found]
    return found


@contextmanager
def deep_stack() -> Iterator[None]:
    """Room to write what is too deep to be read."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(10 * limit)
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)
