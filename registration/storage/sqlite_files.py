"""SQLite keeps deleted bytes in its file; here they go."""

from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import Connection, Engine

from registration.errors import StorageUnavailable


def file_of(engine: Engine) -> Path | None:
    """The database's file; None for a server."""
    return Path(str(engine.url.database)) if engine.dialect.name == "sqlite" else None


def is_absent(engine: Engine) -> bool:
    """Whether it is a file that nobody has made yet."""
    file = file_of(engine)
    return file is not None and not file.exists()


def delete_securely(connection: Connection) -> None:
    """What this connection deletes is overwritten. Does nothing on a server."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")


def scrub(engine: Engine) -> None:
    """Rewrite the file without what was deleted, and empty its write-ahead log. Nothing on a server.

    Raises StorageUnavailable where somebody reads on in what was there before.
    """
    if engine.dialect.name != "sqlite":
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM"))
        busy, *_ = connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).one()
    if busy:
        raise StorageUnavailable(f"{file_of(engine)} is being read, and keeps what was deleted: try again")
