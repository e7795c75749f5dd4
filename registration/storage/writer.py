"""Stores messages: each one once, however often it is handed in."""

import random
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timezone
from functools import cache
from typing import Any

from sqlalchemy import Table, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.sql.dml import Insert

from registration.errors import StoragePaused
from registration.messaging.messages import Message
from registration.storage.engine import max_statement, open_engine, shown
from registration.storage.faults import (
    DATABASE_ERRORS,
    is_deadlock,
    is_missing_table,
    translated,
    unavailable,
)
from registration.storage.migrating import upgrade
from registration.storage.mysql_insert import inserts as mysql_inserts
from registration.storage.pausing import is_paused
from registration.storage.schema import create_missing
from registration.storage.tables import as_row, table_of, utc_seconds

_DEADLOCK_TRIES = 5
_DEADLOCK_PAUSE = 0.02  # seconds, at most, before the first repetition; grows with each


class Writer:
    """Writes to the tables of one database; may be shared by threads, each with its own connection."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._prepared = False
        self._preparing = threading.Lock()

    @classmethod
    def to(cls, database_url: str) -> "Writer":
        """A writer that connects on first use. Raises SettingsError for a wrong URL."""
        return cls(open_engine(database_url))

    def __str__(self) -> str:
        return shown(self._engine)

    @property
    def engine(self) -> Engine:
        """For whoever reads what was written."""
        return self._engine

    def prepare(self) -> None:
        """Brings the schema to our version; asks the database nothing when that has been done.

        Raises StorageUnavailable; StorageError where a table has another shape than ours, or a newer one.
        """
        with self._preparing:
            if not self._prepared:
                self._create_missing()
                self._prepared = True

    def check(self) -> None:
        """Returns if the database answers and has its tables. Raises as `prepare` does."""
        self.prepare()
        try:
            with self._engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except DATABASE_ERRORS as error:
            raise translated(error) from error

    def check_pause(self) -> None:
        """Raises StoragePaused while an operator wants nothing to be taken."""
        if is_paused(self._engine):
            raise StoragePaused("an operator has paused the workers")

    def store(self, messages: Sequence[Message]) -> None:
        """Stores all of `messages` in one transaction, skipping ids that are stored already.

        Raises StorageUnavailable (nothing is wrong with them), RowRejected or InvalidMessage (at
        least one will never be taken); then none of them is stored by this call.
        """
        self.prepare()
        rows = _rows_by_table(messages)
        try:
            self._insert_patiently(rows)
        except DATABASE_ERRORS as error:
            if is_missing_table(error):
                self._prepared = False
            raise translated(error) from error

    def close(self) -> None:
        self._engine.dispose()

    def _create_missing(self) -> None:
        try:
            upgrade(self._engine)
            create_missing(self._engine)
        except DATABASE_ERRORS as error:
            raise unavailable(error) from error  # whatever it is, no row has been looked at

    def _insert_patiently(self, rows: dict[Table, list[dict[str, Any]]]) -> None:
        for attempt in range(1, _DEADLOCK_TRIES + 1):
            try:
                return self._insert(rows)
            except DATABASE_ERRORS as error:
                # The victim of a deadlock is chosen by the server; its rows are as good as any.
                if not is_deadlock(error) or attempt == _DEADLOCK_TRIES:
                    raise
                time.sleep(random.uniform(0, _DEADLOCK_PAUSE * attempt))
        return None

    def _insert(self, rows: dict[Table, list[dict[str, Any]]]) -> None:
        with self._engine.begin() as connection:
            for table, its_rows in rows.items():
                _insert_rows(connection, table, its_rows)


def _rows_by_table(messages: Sequence[Message]) -> dict[Table, list[dict[str, Any]]]:
    created_at = utc_seconds(datetime.now(timezone.utc))
    rows: dict[Table, list[dict[str, Any]]] = defaultdict(list)
    for message in messages:
        rows[table_of(type(message))].append(as_row(message, created_at))
    return rows


def _insert_rows(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Adds what is not stored already."""
    if connection.dialect.name == "mysql":
        for statement in mysql_inserts(table, rows, max_statement(connection)):
            connection.exec_driver_sql(statement)
    else:
        connection.execute(_insert_into(table, connection.dialect.name), rows)


@cache
def _insert_into(table: Table, dialect: str) -> Insert:
    insert: Any = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[dialect]
    statement: Insert = insert(table).on_conflict_do_nothing(index_elements=[table.c.message_id])
    return statement
