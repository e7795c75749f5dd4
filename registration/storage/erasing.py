"""A student's rows: found, and deleted for good."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, delete, func, inspect, select, update
from sqlalchemy.engine import Connection, Engine

from registration.storage.conversation_tables import conversation_progress
from registration.storage.faults import storage_errors
from registration.storage.following import hold_progress
from registration.storage.owned import Keys, Owner, conditions, keys_of, tables_there
from registration.storage.sqlite_files import delete_securely, scrub
from registration.storage.tables import chat_message_logs

Rows = dict[str, list[dict[str, Any]]]  # by table


class StudentRows:
    """The rows of one database. Every method raises StorageError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, owner: Owner) -> Rows:
        with storage_errors(), self._engine.connect() as connection:
            tables = tables_there(connection)
            return _found(connection, owner, keys_of(connection, owner, tables), tables)

    def erase(self, owner: Owner) -> Rows:
        """What was deleted. SQLite's file holds no byte of it afterwards."""
        with storage_errors():
            with self._engine.begin() as connection:
                delete_securely(connection)
                hold_progress_if_any(connection)
                tables = tables_there(connection)
                keys = keys_of(connection, owner, tables)
                erased = _found(connection, owner, keys, tables)
                for table in tables:
                    for each in conditions(table, owner, keys, connection.dialect.name):
                        connection.execute(delete(table).where(each))
                forget_progress(connection)
            scrub(self._engine)
        return erased


def hold_progress_if_any(connection: Connection) -> None:
    """Until this transaction ends, nobody reads the log on, and what we have seen of its end stays true."""
    if _is_followed(connection):
        hold_progress(connection)


def forget_progress(connection: Connection) -> None:
    """SQLite gives the ids of deleted last rows again: those new rows are to be read, too.

    To be called by whoever holds the progress.
    """
    if not _is_followed(connection):
        return
    last = select(func.coalesce(func.max(chat_message_logs.c.id), 0)).scalar_subquery()
    progress = conversation_progress.c.log_id
    connection.execute(update(conversation_progress).values(log_id=last).where(progress > last))


def _found(connection: Connection, owner: Owner, keys: Keys, tables: Sequence[Table]) -> Rows:
    dialect = connection.dialect.name
    found = {
        table.name: _each_once(connection, table, conditions(table, owner, keys, dialect)) for table in tables
    }
    return {name: rows for name, rows in found.items() if rows}


def _each_once(connection: Connection, table: Table, wanted: Sequence[Any]) -> list[dict[str, Any]]:
    """The rows of which one condition at least is true."""
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for condition in wanted:
        for row in connection.execute(select(table).where(condition)).mappings():
            rows[tuple(row[column.name] for column in table.primary_key)] = dict(row)
    return list(rows.values())


def _is_followed(connection: Connection) -> bool:
    return inspect(connection).has_table(conversation_progress.name)
