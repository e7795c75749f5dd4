"""The collector of reference cycles in a process that serves."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from registration.garbage import spare_what_stays


class _Knot:
    """An object that only the collector can free."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def _collector() -> Iterator[None]:
    threshold = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*threshold)


def test_what_is_there_is_not_looked_at_again() -> None:
    staying = _Knot()

    spare_what_stays()

    assert gc.get_freeze_count() > 1000
    assert not any(thing is staying for thing in gc.get_objects())


def test_garbage_from_before_is_freed_first() -> None:
    gone = weakref.ref(_Knot())

    spare_what_stays()

    assert gone() is None


def test_garbage_from_afterwards_is_collected_without_being_asked() -> None:
    spare_what_stays()
    gone = weakref.ref(_Knot())

    kept = [[] for _ in range(30_000)]

    assert gone() is None, f"not even after {len(kept)} new containers"
