"""An SQLAlchemy engine from DATABASE_URL: every wait bounded, text and times the same on each database."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from pymysql.cursors import Cursor
from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool

from registration.errors import RowRejected, SettingsError
from registration.settings import ALLOWED_URLS
from registration.storage import postgresql
from registration.write_ahead import use_write_ahead_log

CONNECT_TIMEOUT = 5  # seconds
ANSWER_TIMEOUT = 15  # seconds for one read or write; longer than any lock wait
LOCK_WAIT = 4  # seconds; short enough to finish or give up within the time that SIGTERM leaves
_PACKET_HEADER = 64  # bytes that a statement needs beside its own text
_MAX_STATEMENT = 1_000_000  # bytes; longer ones gain no speed

# Strict, so that what does not fit is refused rather than cut, whatever the server's own default is.
_SESSION = (
    "SET SESSION sql_mode='STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION',"
    f" innodb_lock_wait_timeout={LOCK_WAIT}, lock_wait_timeout={LOCK_WAIT}, time_zone='+00:00'"
)


def open_engine(database_url: str, answer_timeout: int = ANSWER_TIMEOUT) -> Engine:
    """An engine that connects on first use; `answer_timeout`: seconds for one read or write of a server.

    Raises SettingsError for a URL that names no database.
    """
    url = _checked(database_url)
    if url.get_backend_name() == "sqlite":
        return _sqlite(url)
    if url.get_backend_name() == "postgresql":
        return _engine(url, postgresql.connect_args(LOCK_WAIT, answer_timeout), postgresql.json_text)
    return _mysql(url, answer_timeout)


def shown(engine: Engine) -> str:
    """Where `engine` leads, for a log: the password hidden."""
    return engine.url.render_as_string(hide_password=True)


def _checked(database_url: str) -> URL:
    allowed = ALLOWED_URLS
    try:
        url = make_url(database_url)
    except (ArgumentError, ValueError):
        raise SettingsError(f"DATABASE_URL cannot be read; allowed: {allowed}") from None
    if not url.database or url.drivername not in ("mysql+pymysql", "postgresql+psycopg2", "sqlite"):
        raise SettingsError(f"DATABASE_URL names no database; allowed: {allowed}")
    return url


def _mysql(url: URL, answer_timeout: int) -> Engine:
    connect_args = {
        "connect_timeout": CONNECT_TIMEOUT,
        "read_timeout": answer_timeout,
        "write_timeout": answer_timeout,
        "charset": "utf8mb4",
        "init_command": _SESSION,
        "cursorclass": BoundedCursor,
    }
    engine = _engine(url, connect_args)
    event.listen(engine, "connect", _learn_packet_size)
    return engine


def _sqlite(url: URL) -> Engine:
    engine = _engine(url, {"timeout": LOCK_WAIT, "check_same_thread": False})
    event.listen(engine, "do_connect", _folder_maker(Path(str(url.database))))
    event.listen(engine, "connect", _set_pragmas)
    return engine


def _json_text(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _engine(url: URL, connect_args: dict[str, Any], json_text: Callable[[Any], str] = _json_text) -> Engine:
    return create_engine(
        url,
        connect_args=connect_args,
        poolclass=QueuePool,
        future=True,  # SQLAlchemy 1.4: commit only where we say so
        pool_pre_ping=True,
        pool_timeout=CONNECT_TIMEOUT,
        json_serializer=json_text,
        json_deserializer=msgspec.json.decode,
        hide_parameters=True,  # an error's text must not hold what a student wrote
    )


def _folder_maker(database: Path) -> Callable[..., None]:
    def make_folder(*_: Any) -> None:
        database.parent.mkdir(parents=True, exist_ok=True)

    return make_folder


def _set_pragmas(connection: sqlite3.Connection, _record: Any) -> None:
    use_write_ahead_log(connection, LOCK_WAIT)
    # A row is acknowledged once, so its commit has to survive a power cut too.
    connection.execute("PRAGMA synchronous=FULL")


def _learn_packet_size(connection: Any, _record: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT @@max_allowed_packet")
        (size,) = cursor.fetchone()
    connection.max_statement = int(size) - _PACKET_HEADER


def max_statement(connection: Connection) -> int:
    """The longest statement, in bytes, that many rows should share: what the server takes, or gains from."""
    return min(_MAX_STATEMENT, getattr(connection.connection, "max_statement", _MAX_STATEMENT))


class BoundedCursor(Cursor):
    """A cursor whose statements fit the server's max_allowed_packet.

    A server drops the connection of a client that sends more, which looks like an absent database;
    so `executemany` splits its statement in time, and a single row that cannot fit is refused here.
    """

    @property
    def max_stmt_length(self) -> int:  # type: ignore[override]
        return min(_MAX_STATEMENT, self._bound())

    def execute(self, query: Any, args: Any = None) -> int:
        statement = query if args is None else self.mogrify(query, args)
        size = len(statement if isinstance(statement, (bytes, bytearray)) else statement.encode())
        if size > self._bound():
            raise RowRejected(f"{size} bytes long; the database takes {self._bound()} at once")
        return super().execute(statement)

    def _bound(self) -> int:
        return getattr(self.connection, "max_statement", _MAX_STATEMENT)
