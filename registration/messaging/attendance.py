"""Who is at work on the spool of embedded mode: one locked file for each worker and queue.

Its lock ends with its process, so a worker that was killed is not taken for one that works.
"""

import os
from pathlib import Path

from registration.messaging.file_lock import FileLock, is_locked

_ENDING = ".attending"


class Attendance:
    """One worker's place at one queue."""

    def __init__(self, folder: Path, queue: str) -> None:
        self._folder = folder
        self._lock = FileLock(folder / f"{queue}-{os.getpid()}-{id(self):x}{_ENDING}")

    def begin(self) -> None:
        """Raises SpoolError."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock.acquire()

    def end(self) -> None:
        self._lock.path.unlink(missing_ok=True)
        self._lock.release()


def attending(folder: Path, queue: str) -> int:
    """How many workers serve `queue` from the spool in `folder`."""
    return sum(is_locked(path) for path in folder.glob(f"{queue}-*{_ENDING}"))
