"""SQLite's write-ahead log, switched on also where several programs open a new file at once."""

import sqlite3
import time

_PAUSE = 0.01  # seconds between two tries


def use_write_ahead_log(connection: sqlite3.Connection, patience: float) -> None:
    """Switches it on. Raises sqlite3.Error, as where the file stays locked for `patience` seconds."""
    until = time.monotonic() + patience
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            # Of two that switch a new file at once SQLite refuses one, without waiting: each would
            # wait for the other.
            if "locked" not in str(error) or time.monotonic() >= until:
                raise
            time.sleep(_PAUSE)
