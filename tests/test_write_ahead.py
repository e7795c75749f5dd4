"""Several programs open a new SQLite file at once."""

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from registration.write_ahead import use_write_ahead_log


class Connection(sqlite3.Connection):
    """Tells when it is asked for the second time."""

    tries = 0
    tries_again: Callable[[], None] = staticmethod(lambda: None)

    def execute(self, *args: Any) -> sqlite3.Cursor:
        self.tries += 1
        if self.tries == 2:
            self.tries_again()
        return super().execute(*args)


def connect(path: Path) -> Connection:
    # No time of its own: as where SQLite refuses the lock without waiting for it.
    return sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False, factory=Connection)


def test_it_is_switched_on_once_the_other_is_done(tmp_path: Path) -> None:
    other, ours = connect(tmp_path / "file.db"), connect(tmp_path / "file.db")
    other.execute("BEGIN EXCLUSIVE")
    tried_again = Event()
    ours.tries_again = tried_again.set
    with ThreadPoolExecutor() as threads:
        switching = threads.submit(use_write_ahead_log, ours, 30)
        assert tried_again.wait(30)
        other.execute("COMMIT")
        switching.result(30)

    assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_file_that_stays_locked_is_an_error(tmp_path: Path) -> None:
    other, ours = connect(tmp_path / "file.db"), connect(tmp_path / "file.db")
    other.execute("BEGIN EXCLUSIVE")

    with pytest.raises(sqlite3.OperationalError, match="locked"):
        use_write_ahead_log(ours, 0.05)


def test_another_fault_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "file.db").write_bytes(b"no database" * 100)

    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        use_write_ahead_log(connect(tmp_path / "file.db"), 3600)
