"""An operator's wish that no worker takes anything meanwhile. It ends with the operator's process.

A named lock of the database server; a locked file beside SQLite's.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import Engine

from registration.errors import StorageUnavailable
from registration.messaging.file_lock import FileLock, is_locked
from registration.storage.named_lock import is_taken, named_lock
from registration.storage.sqlite_files import file_of

_NAME = "registration"
_REFUSAL = "another operator has paused the workers"


@contextmanager
def paused(engine: Engine) -> Iterator[None]:
    """Workers hand back what they have not stored. Raises StorageUnavailable if another operator holds it."""
    file = file_of(engine)
    with _file_held(_beside(file)) if file else named_lock(engine, _NAME, _REFUSAL):
        yield


def is_paused(engine: Engine) -> bool:
    """Whether workers are to rest. Raises StorageUnavailable."""
    file = file_of(engine)
    return is_locked(_beside(file)) if file else is_taken(engine, _NAME)


@contextmanager
def _file_held(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path)
    if not lock.acquire():
        raise StorageUnavailable(_REFUSAL)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        lock.release()


def _beside(database: Path) -> Path:
    return database.with_name(database.name + ".paused")
