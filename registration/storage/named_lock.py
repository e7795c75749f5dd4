"""A named lock of the database server: one process has it at a time, and it ends with that process."""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.engine import Connection, Engine

from registration.errors import StorageUnavailable
from registration.storage.faults import storage_errors

_POLL = 0.05  # seconds


@contextmanager
def named_lock(engine: Engine, name: str, refusal: str, patience: int = 0) -> Iterator[None]:
    """Raises StorageUnavailable, which says `refusal` where another has the lock for `patience` seconds."""
    with storage_errors():
        connection = engine.connect()
        taken = _take(connection, name, patience)
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
        if engine.dialect.name == "postgresql":
            return bool(connection.execute(_IS_HELD, _halves(name)).scalar())
        free = connection.execute(text("SELECT IS_FREE_LOCK(:name)"), {"name": _whole(engine, name)}).scalar()
    return bool(free == 0)  # no answer (NULL) counts as free


def _take(connection: Connection, name: str, patience: int) -> bool:
    if connection.engine.dialect.name != "postgresql":
        wanted = {"name": _whole(connection.engine, name), "patience": patience}
        return bool(connection.execute(text("SELECT GET_LOCK(:name, :patience)"), wanted).scalar())
    deadline = time.monotonic() + patience
    while not connection.execute(text("SELECT pg_try_advisory_lock(:high, :low)"), _halves(name)).scalar():
        if time.monotonic() >= deadline:
            return False
        time.sleep(_POLL)
    return True


# PostgreSQL's advisory locks have two numbers for a name, and belong to a database.
_IS_HELD = text(
    "SELECT count(*) > 0 FROM pg_locks WHERE locktype = 'advisory' AND classid = :high AND objid = :low"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


def _halves(name: str) -> dict[str, int]:
    digest = hashlib.sha256(name.encode()).digest()
    # Without their first bit, for the functions take signed numbers and pg_locks shows them unsigned.
    return {"high": int.from_bytes(digest[:4], "big") >> 1, "low": int.from_bytes(digest[4:8], "big") >> 1}


def _whole(engine: Engine, name: str) -> str:
    # A lock's name is the server's, not the database's, and has 64 characters at most.
    return f"{name}.{hashlib.sha256(str(engine.url.database).encode()).hexdigest()[:32]}"
