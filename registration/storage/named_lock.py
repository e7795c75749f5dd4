"""A named lock of MySQL and MariaDB: one process has it at a time, and it ends with that process."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.engine import Engine

from registration.errors import StorageUnavailable
from registration.storage.faults import storage_errors


@contextmanager
def named_lock(engine: Engine, name: str, refusal: str, patience: int = 0) -> Iterator[None]:
    """Raises StorageUnavailable, which says `refusal` where another has the lock for `patience` seconds."""
    with storage_errors():
        connection = engine.connect()
        taken = connection.execute(
            text("SELECT GET_LOCK(:name, :patience)"), {"name": _whole(engine, name), "patience": patience}
        ).scalar()
    try:
        if not taken:
            raise StorageUnavailable(refusal)
        yield
    finally:
        # Not back to the pool: the lock ends with its connection.
        connection.invalidate()
        connection.close()


def is_taken(engine: Engine, name: str) -> bool:
    """Whether some process has it. Raises StorageUnavailable."""
    with storage_errors(), engine.connect() as connection:
        free = connection.execute(text("SELECT IS_FREE_LOCK(:name)"), {"name": _whole(engine, name)}).scalar()
    return bool(free == 0)  # no answer (NULL) counts as free


def _whole(engine: Engine, name: str) -> str:
    # A lock's name is the server's, not the database's, and has 64 characters at most.
    return f"{name}.{hashlib.sha256(str(engine.url.database).encode()).hexdigest()[:32]}"
