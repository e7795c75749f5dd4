"""One SQLite file of the spool: messages in the order in which they were taken, a table for each queue.

Beside `NAME.db` lie `NAME.owner`, locked by the process that writes, and `NAME.reader`, locked by whoever
reads and removes. Names are never used twice, and sort by age.
"""

import contextlib
import ctypes
import errno
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from registration.errors import SpoolError, SpoolFull
from registration.write_ahead import use_write_ahead_log

BUSY_TIMEOUT = 0.25  # seconds; nobody holds the file's write lock for longer than a few milliseconds

_SUFFIXES = ("", "-wal", "-shm")
_WAL_KEPT = 16 << 20  # bytes of the write-ahead log that stay on disk for the next round
_PAGE = 1024  # bytes; a turn fills about one, and what a commit writes are whole pages
_CORRUPT = ("malformed", "not a database", "file is encrypted", "unsupported file format")

_NAMES = ("message_id", "routing_key", "order_key", "trace", "body")
_COLUMNS = ", ".join(f"{name} {'BLOB' if name == 'body' else 'TEXT'} NOT NULL" for name in _NAMES)

Row = tuple[str, str, str, str, bytes]  # message id, routing key, order key, traceparent or "", body
NumberedRow = tuple[int, str, str, str, str, bytes]


class SpoolCorrupt(SpoolError):
    """The file is no spool, or no longer one."""


class SpoolBusy(SpoolError):
    """Another process holds the file's write lock for too long."""


class SpoolFile:
    """An open file; for one thread at a time."""

    def __init__(
        self,
        path: Path,
        synchronous: str = "normal",
        max_bytes: int | None = None,
        must_exist: bool = False,
        patience: float = BUSY_TIMEOUT,
    ) -> None:
        """Opens it, or makes it unless it `must_exist`. Raises SpoolError, SpoolFull or SpoolCorrupt."""
        self.path = path
        self._wal = path.with_name(path.name + "-wal")
        self._tables: set[str] = set()
        self._selections: dict[str, str] = {}
        address = f"{path.absolute().as_uri()}?mode={'rw' if must_exist else 'rwc'}"
        with translated(path):
            self._connection = sqlite3.connect(
                address, timeout=patience, isolation_level=None, check_same_thread=False, uri=True
            )
            try:
                self._prepare(synchronous, max_bytes, patience)
            except BaseException:
                self._connection.close()
                raise

    def insert(self, entries: Sequence[tuple[str, int, Row]]) -> None:
        """Keeps messages for good, each by queue and number; all are committed when this returns, or none."""
        try:  # not `translated`, which costs a publish the thirtieth part of its time
            for queue, _, _ in entries:
                if queue not in self._tables:
                    self._create_table(queue)
            if len(entries) == 1:  # a transaction of its own
                self._insert(*entries[0])
            else:
                with self._transaction():
                    for entry in entries:
                        self._insert(*entry)
        except sqlite3.Error as error:
            raise _translation(self.path, error) from error

    def _insert(self, queue: str, number: int, row: Row) -> None:
        self._connection.execute(f"INSERT INTO {_quoted(queue)} VALUES (?, ?, ?, ?, ?, ?)", (number, *row))

    def after(self, queue: str, number: int, limit: int, max_bytes: int) -> list[NumberedRow]:
        """The messages that follow this number, oldest first: `limit` at most, and at least one.

        It stops at the message that goes beyond `max_bytes`.
        """
        with translated(self.path):
            if not self._has_table(queue):
                return []
            query = f"{self._selection(queue)} WHERE number > ? ORDER BY number LIMIT ?"
            cursor = self._connection.execute(query, (number, limit))
            try:
                return list(_up_to(max_bytes, cursor))
            finally:
                cursor.close()  # an open read keeps the write-ahead log from starting over

    def remove(self, queue: str, numbers: Iterable[int]) -> None:
        with translated(self.path), self._transaction():
            self._connection.executemany(
                f"DELETE FROM {_quoted(queue)} WHERE number = ?", [(number,) for number in numbers]
            )

    def of(self, order_key: str) -> dict[str, list[NumberedRow]]:
        """All messages with this key, by queue; no message is without one."""
        with translated(self.path):
            return {
                name: self._connection.execute(
                    f"{self._selection(name)} WHERE order_key = ? ORDER BY number", (order_key,)
                ).fetchall()
                for name in self._table_names()
            }

    def erase(self, numbers: Mapping[str, Iterable[int]]) -> None:
        """Remove messages; no byte of them stays, nor of any removed before. Raises SpoolBusy."""
        with translated(self.path):
            self._connection.execute("PRAGMA secure_delete = ON")
        for queue, its_numbers in numbers.items():
            self.remove(queue, its_numbers)
        with translated(self.path):
            self._connection.execute("VACUUM")
            busy, *_ = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise SpoolBusy(f"{self.path} is being read, and keeps what was deleted: try again")

    def clear(self, queue: str) -> int:
        """Delete all messages for this queue; how many there were."""
        with translated(self.path):
            if not self._has_table(queue):
                return 0
            return self._connection.execute(f"DELETE FROM {_quoted(queue)}").rowcount

    def depth(self) -> int:
        """How many messages wait: cheap, never too low, and exact while none has left out of turn."""
        return sum(self.depths().values())

    def depths(self) -> dict[str, int]:
        """The same by queue."""
        with translated(self.path):
            return {name: self._span(name) for name in self._table_names()}

    def is_empty(self) -> bool:
        with translated(self.path):
            return not any(
                self._connection.execute(f"SELECT 1 FROM {_quoted(name)} LIMIT 1").fetchone()
                for name in self._table_names()
            )

    def wal_bytes(self) -> int:
        try:
            return os.stat(self._wal).st_size
        except FileNotFoundError:
            return 0

    def checkpoint(self, truncate: bool = False) -> None:
        """Copies the write-ahead log into the file, as far as nobody has to wait for it.

        With `truncate` all of it, and the log becomes empty; whoever writes waits a moment.
        """
        mode = "TRUNCATE" if truncate else "PASSIVE"
        with translated(self.path):
            self._connection.execute(f"PRAGMA wal_checkpoint({mode})").fetchall()

    def close(self) -> None:
        with contextlib.suppress(sqlite3.Error):
            self._connection.close()

    def leak(self) -> None:
        """Keep the handle from ever being closed: in a forked child that would harm the parent's file."""
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(self._connection))

    def _prepare(self, synchronous: str, max_bytes: int | None, patience: float) -> None:
        execute = self._connection.execute
        execute(f"PRAGMA page_size = {_PAGE}")  # of a file that is new
        use_write_ahead_log(self._connection, patience)
        execute("PRAGMA wal_autocheckpoint = 0")
        execute(f"PRAGMA journal_size_limit = {_WAL_KEPT}")
        execute(f"PRAGMA synchronous = {synchronous}")
        if max_bytes is not None:
            execute(f"PRAGMA max_page_count = {max(16, max_bytes // _PAGE)}")
        self._tables.update(self._table_names())

    def _create_table(self, queue: str) -> None:
        self._connection.execute(
            f"CREATE TABLE IF NOT EXISTS {_quoted(queue)} (number INTEGER PRIMARY KEY, {_COLUMNS})"
        )
        self._tables.add(queue)

    def _selection(self, queue: str) -> str:
        if queue not in self._selections:
            there = {row[1] for row in self._connection.execute(f"PRAGMA table_info({_quoted(queue)})")}
            # A file that an older version of ours has left knows of no traces.
            names = (name if name in there else f"'' AS {name}" for name in _NAMES)
            self._selections[queue] = f"SELECT number, {', '.join(names)} FROM {_quoted(queue)}"
        return self._selections[queue]

    def _has_table(self, queue: str) -> bool:
        if queue not in self._tables:
            self._tables.update(self._table_names())
        return queue in self._tables

    def _table_names(self) -> list[str]:
        rows = self._connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return [name for (name,) in rows]

    def _span(self, queue: str) -> int:
        table = _quoted(queue)
        query = f"SELECT (SELECT min(number) FROM {table}), (SELECT max(number) FROM {table})"
        first, last = self._connection.execute(query).fetchone()
        return 0 if first is None else int(last - first + 1)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.rollback()
            raise
        self._connection.commit()


def beside(path: Path, suffix: str) -> Path:
    """The file that goes with a spool file, such as its lock."""
    return path.with_suffix(suffix)


def delete(path: Path) -> None:
    """Removes a spool file and what lies beside it, the locks last."""
    for name in (*(path.name + suffix for suffix in _SUFFIXES), f"{path.stem}.owner", f"{path.stem}.reader"):
        path.with_name(name).unlink(missing_ok=True)


def set_aside(path: Path) -> Path:
    """Renames a spool file that cannot be used to `NAME.db.corrupt`, for an operator to look at."""
    aside = path.with_name(path.name + ".corrupt")
    for suffix in _SUFFIXES:
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + suffix).rename(aside.with_name(aside.name + suffix))
    return aside


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turns the errors of sqlite3 and of the file system into ours."""
    try:
        yield
    except sqlite3.Error as error:
        raise _translation(path, error) from error
    except OSError as error:
        kind = SpoolFull if error.errno == errno.ENOSPC else SpoolError
        raise kind(f"{path} cannot be used: {error.strerror}") from error


def _translation(path: Path, error: sqlite3.Error) -> SpoolError:
    text = str(error)
    if "locked" in text:
        return SpoolBusy(f"{path} is locked by another process")
    if any(sign in text for sign in _CORRUPT):
        return SpoolCorrupt(f"{path} is damaged: {text}")
    if "full" in text or _disk_is_full(path.parent):
        return SpoolFull(f"{path} or its disk is full")
    return SpoolError(f"{path} cannot be used: {text}")


def _disk_is_full(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < 16 * _PAGE
    except OSError as error:
        return error.errno == errno.ENOSPC


def _up_to(max_bytes: int, rows: Iterable[NumberedRow]) -> Iterator[NumberedRow]:
    size = 0
    for row in rows:
        yield row
        size += len(row[-1])
        if size >= max_bytes:
            return


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
