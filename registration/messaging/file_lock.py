"""Locks on files that end with the process that holds them, however it ends."""

import contextlib
import errno
import fcntl
import os
from pathlib import Path

from registration.errors import SpoolError, SpoolFull


class FileLock:
    """An exclusive lock (flock) on a file of its own, which is made if it is missing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def acquire(self) -> bool:
        """Whether the lock is ours now; never waits. Raises SpoolError when the file cannot be made."""
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            kind = SpoolFull if error.errno == errno.ENOSPC else SpoolError
            raise kind(f"cannot write {self.path}: {error.strerror}") from error
        if not _lock(descriptor, fcntl.LOCK_EX):
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        """Close our descriptor. Called in a forked child, it leaves the lock to the parent."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def is_locked(path: Path) -> bool:
    """Whether some process holds the lock on `path`."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    except OSError:
        return True  # not ours to judge: leave it alone
    with contextlib.closing(os.fdopen(descriptor)):
        # Shared, so that two who ask at once do not take each other for the owner.
        return not _lock(descriptor, fcntl.LOCK_SH)


def _lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
