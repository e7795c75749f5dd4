"""Waiting for a condition, in place of sleeping and hoping."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def wait_until(condition: Callable[[], T], timeout: float = 10.0, what: str = "") -> T:
    """The first truthy value of `condition`, asked every few milliseconds for `timeout` seconds.

    Raises TimeoutError that says `what` was waited for and the last value seen.
    """
    deadline = time.monotonic() + timeout
    pause = 0.002
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() >= deadline:
            waited_for = what or getattr(condition, "__name__", "the condition")
            raise TimeoutError(f"waited {timeout:g} s for {waited_for}; last seen: {value!r}")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.1)
