"""INSERT for rows that may be there already, in each dialect; rows are passed to it as parameters."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.sql.dml import Insert

# The two dialects that know ON CONFLICT, in the same words.
_ON_CONFLICT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def new(connection: Connection, table: Table) -> Insert:
    """Rows whose key is there already change nothing."""
    if insert := _ON_CONFLICT.get(connection.dialect.name):
        ignoring: Insert = insert(table).on_conflict_do_nothing()
        return ignoring
    first = next(iter(table.primary_key.columns))
    # Not INSERT IGNORE, which turns values that do not fit into warnings and stores them cut.
    return mysql.insert(table).on_duplicate_key_update({first.name: first})


def replacing(connection: Connection, table: Table, columns: Sequence[str]) -> Insert:
    """A row whose unique key is there gets the new values of `columns`."""
    return _changing(connection, table, lambda old, given: given, columns)


def adding(connection: Connection, table: Table, column: str) -> Insert:
    """A row whose unique key is there gets the new value on top."""
    return _changing(connection, table, lambda old, given: old + given, (column,))


def _changing(connection: Connection, table: Table, change: Any, columns: Sequence[str]) -> Insert:
    if insert := _ON_CONFLICT.get(connection.dialect.name):
        statement = insert(table)
        changed = {name: change(table.c[name], statement.excluded[name]) for name in columns}
        merging: Insert = statement.on_conflict_do_update(index_elements=_unique_key(table), set_=changed)
        return merging
    for_mysql = mysql.insert(table)
    return for_mysql.on_duplicate_key_update(
        {name: change(table.c[name], for_mysql.inserted[name]) for name in columns}
    )


def _unique_key(table: Table) -> list[Any]:
    unique = [column for column in table.columns if column.unique]
    return unique or list(table.primary_key.columns)
