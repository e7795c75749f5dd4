"""What a forked child must not share: locks in the hands of threads it does not have, and open files."""

import os
from threading import Lock
from typing import Any, Protocol
from weakref import WeakSet


class Forkable(Protocol):
    """Something with a lock around all its use of SQLite, and a way to begin anew in a child."""

    lock: Any  # a threading.Lock
    fork_rank: int  # locks are taken in this order, the same as everywhere else

    def after_fork_in_child(self) -> None:
        """Begin anew with a lock of its own, and never touch again what the parent has open."""


_forkables: "WeakSet[Any]" = WeakSet()
_forking = Lock()  # the first in the order of locks: one fork at a time
# The last in the order of locks: whoever holds it takes no other. So one may register with a lock in hand,
# as a forwarder does that makes its reader.
_registering = Lock()
_held: list[Forkable] = []


def make_fork_safe(forkable: Forkable) -> None:
    """No thread is inside `forkable` while this process forks, and its child begins anew."""
    with _registering:
        _forkables.add(forkable)


def _before() -> None:
    _forking.acquire()
    while not _hold_all():
        _let_go()


def _hold_all() -> bool:
    """Whether none has come while the locks were taken; none can come any more before `_let_go`."""
    with _registering:
        _held[:] = sorted(_forkables, key=lambda forkable: forkable.fork_rank)
    for forkable in _held:
        forkable.lock.acquire()
    _registering.acquire()
    return all(forkable in _held for forkable in _forkables)


def _let_go() -> None:
    _registering.release()
    for forkable in reversed(_held):
        forkable.lock.release()
    _held.clear()


def _after_in_parent() -> None:
    _let_go()
    _forking.release()


def _after_in_child() -> None:
    for forkable in _held:
        forkable.after_fork_in_child()
    _held.clear()
    _registering.release()
    _forking.release()


os.register_at_fork(before=_before, after_in_parent=_after_in_parent, after_in_child=_after_in_child)
