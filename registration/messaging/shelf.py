"""Embedded mode's retries and dead letters: one SQLite file beside the spool."""

import json
import logging
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

from registration.messaging.retries import ATTEMPTS, FIRST_SEEN, REASON, Move
from registration.messaging.spool_file import SpoolCorrupt, set_aside, translated
from registration.messaging.topology import RETRY_DELAYS, Queue
from registration.messaging.trace import kept
from registration.write_ahead import use_write_ahead_log

log = logging.getLogger(__name__)

NAME = "dead_letters.sqlite"  # no ".db", which is what the spool's own files end in
_BUSY_TIMEOUT = 5.0  # seconds; an operator may be reading

# `origin` says which message it is, so that putting one down twice leaves one.
_TABLES = """
CREATE TABLE IF NOT EXISTS retries (
    origin TEXT PRIMARY KEY, queue TEXT NOT NULL, message_id TEXT NOT NULL, body BLOB NOT NULL,
    headers TEXT NOT NULL, due REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS dead_letters (
    origin TEXT PRIMARY KEY, queue TEXT NOT NULL, message_id TEXT NOT NULL, body BLOB NOT NULL,
    reason TEXT NOT NULL, attempts INTEGER NOT NULL, first_seen TEXT NOT NULL, died_at REAL NOT NULL
);
"""


class Shelved(NamedTuple):
    """A message that failed, and the headers that count how often."""

    origin: str
    message_id: str
    body: bytes
    headers: dict[str, Any]


class DeadLetter(NamedTuple):
    """A message that failed for good."""

    origin: str
    message_id: str
    body: bytes
    reason: str
    attempts: int
    first_seen: str  # ISO 8601
    died_at: float  # seconds since 1970


class Shelf:
    """Messages that failed; for any thread. Raises SpoolError."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._path = folder / NAME
        self._lock = Lock()
        self._connection: sqlite3.Connection | None = None

    def due(self, queue: Queue, limit: int) -> list[Shelved]:
        """The messages whose next try has come, oldest first."""
        query = "SELECT origin, message_id, body, headers FROM retries WHERE queue = ? AND due <= ?"
        with self._lock, self._guarded():
            found = self._opened().execute(f"{query} ORDER BY due LIMIT ?", (queue.name, time.time(), limit))
            return [
                Shelved(origin, known, body, json.loads(headers)) for origin, known, body, headers in found
            ]

    def settle(self, queue: Queue, stored: Sequence[Shelved], moves: Sequence[tuple[Shelved, Move]]) -> None:
        """Forgets what is stored and puts the rest down where its move says, all or nothing."""
        with self._lock, self._guarded():
            connection = self._opened()
            with connection:
                ended = [(item.origin,) for item in (*stored, *(item for item, _ in moves))]
                connection.executemany("DELETE FROM retries WHERE origin = ?", ended)
                for item, move in moves:
                    _put_down(connection, queue, item, move)

    def counts(self, table: str) -> dict[str, int]:
        """How many messages each queue has in `retries` or `dead_letters`; makes no file where none is."""
        if not self._path.exists():
            return {}
        with self._lock, self._guarded():
            return dict(self._opened().execute(f"SELECT queue, count(*) FROM {table} GROUP BY queue"))

    def dead_letters(self, queue: Queue) -> list[DeadLetter]:
        """Oldest first."""
        columns = ", ".join(DeadLetter._fields)
        query = f"SELECT {columns} FROM dead_letters WHERE queue = ? ORDER BY died_at, origin"
        with self._lock, self._guarded():
            return [DeadLetter(*row) for row in self._opened().execute(query, (queue.name,))]

    def revive(self, origins: Sequence[str]) -> None:
        """Make dead letters retries that are due now, with no failure counted; all or none."""
        columns = "origin, queue, message_id, body"
        revived = (
            f"INSERT OR REPLACE INTO retries SELECT {columns}, '{{}}', ? FROM dead_letters WHERE origin = ?"
        )
        with self._lock, self._guarded(), self._opened() as connection:
            connection.executemany(revived, [(time.time(), origin) for origin in origins])
            _delete_letters(connection, origins)

    def drop(self, origins: Sequence[str]) -> None:
        """Delete dead letters."""
        with self._lock, self._guarded(), self._opened() as connection:
            _delete_letters(connection, origins)

    def clear(self, table: str, queue: Queue) -> int:
        """Delete what a queue has in `retries` or `dead_letters`; how many messages."""
        with self._lock, self._guarded(), self._opened() as connection:
            return connection.execute(f"DELETE FROM {table} WHERE queue = ?", (queue.name,)).rowcount

    def chosen(self, is_wanted: Callable[[bytes], bool]) -> list[DeadLetter | Shelved]:
        """The retries and dead letters whose body is wanted."""
        if not self._path.exists():
            return []
        with self._lock, self._guarded():
            connection = self._opened()
            found: list[DeadLetter | Shelved] = [
                DeadLetter(*row)
                for row in connection.execute(f"SELECT {', '.join(DeadLetter._fields)} FROM dead_letters")
                if is_wanted(row[2])
            ]
            retries = connection.execute("SELECT origin, message_id, body, headers FROM retries")
            return found + [
                Shelved(origin, known, body, json.loads(headers))
                for origin, known, body, headers in retries
                if is_wanted(body)
            ]

    def erase(self, items: Sequence[DeadLetter | Shelved]) -> None:
        """Delete them so that the file holds no byte of them."""
        if not self._path.exists():
            return
        origins = [(item.origin,) for item in items]
        with self._lock, self._guarded():
            connection = self._opened()
            connection.execute("PRAGMA secure_delete = ON")
            with connection:
                for table in ("retries", "dead_letters"):
                    connection.executemany(f"DELETE FROM {table} WHERE origin = ?", origins)
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """A damaged file is set aside, and the next call begins another: new messages must not wait."""
        try:
            with translated(self._path):
                yield
        except SpoolCorrupt as error:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
            log.error("dead letters set aside as %s: %s", set_aside(self._path).name, error)
            raise

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            connection = sqlite3.connect(self._path, timeout=_BUSY_TIMEOUT, check_same_thread=False)
            use_write_ahead_log(connection, _BUSY_TIMEOUT)
            connection.execute("PRAGMA synchronous = FULL")
            connection.executescript(_TABLES)
            self._connection = connection
        return self._connection


def _delete_letters(connection: sqlite3.Connection, origins: Sequence[str]) -> None:
    connection.executemany("DELETE FROM dead_letters WHERE origin = ?", [(origin,) for origin in origins])


def _put_down(connection: sqlite3.Connection, queue: Queue, item: Shelved, move: Move) -> None:
    known = (item.origin, queue.name, item.message_id, item.body)
    headers = move.headers
    if move.target == queue.dead:
        died = (headers[REASON], headers[ATTEMPTS], headers[FIRST_SEEN], time.time())
        connection.execute(f"INSERT OR REPLACE INTO dead_letters VALUES ({_marks(8)})", known + died)
        return
    due = time.time() + RETRY_DELAYS[headers[ATTEMPTS] - 1] / 1_000
    connection.execute(
        f"INSERT OR REPLACE INTO retries VALUES ({_marks(6)})",
        (*known, json.dumps({**kept(item.headers), **headers}), due),
    )


def _marks(count: int) -> str:
    return ", ".join("?" * count)
