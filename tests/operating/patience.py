"""Waiting as long as a busy machine may take to start a process; only a test that fails waits so long."""

from collections.abc import Callable
from typing import TypeVar

from registration.testing.waiting import wait_until

T = TypeVar("T")


def eventually(condition: Callable[[], T], what: str = "") -> T:
    """The first truthy value of `condition`. Raises TimeoutError after two minutes."""
    return wait_until(condition, 120.0, what)
