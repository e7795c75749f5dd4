"""Creates what the database lacks beside its history: tables of message types that a bot registered itself,
and what somebody dropped. Any number of workers may do so at once.
"""

from sqlalchemy import Table, inspect
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateIndex, CreateTable, Index

from registration.errors import StorageError
from registration.storage import conversation_tables  # noqa: F401  (they join the same TABLES_METADATA)
from registration.storage.tables import TABLES_METADATA, tables


def create_missing(engine: Engine) -> None:
    """Creates missing tables and indexes.

    Raises StorageError where a table exists without a column that we fill; it says how to add it.
    """
    tables()  # those of message types that were registered late join the metadata now
    for table in TABLES_METADATA.sorted_tables:
        if not inspect(engine).has_table(table.name):  # else it is a question of rights
            _create_table(engine, table)
        with engine.connect() as connection:
            _check_columns(connection, table)
        _create_indexes(engine, table)


def refuse_other_shapes(engine: Engine, but_for: str) -> None:
    """Raises StorageError where a message's table is there without a column other than `but_for`."""
    with engine.connect() as connection:
        for table in tables():
            if inspect(connection).has_table(table.name):
                _check_columns(connection, table, but_for)


def _check_columns(connection: Connection, table: Table, but_for: str = "") -> None:
    there = {column["name"] for column in inspect(connection).get_columns(table.name)}
    missing = [column for column in table.columns if column.name not in {but_for, *there}]
    if missing:
        wanted = ", ".join(
            f"ADD COLUMN {column.name} {column.type.compile(connection.dialect)}" for column in missing
        )
        raise StorageError(
            f"table {table.name} lacks {', '.join(column.name for column in missing)};"
            f" mend it by hand: ALTER TABLE {table.name} {wanted}"
        )


def _create_table(engine: Engine, table: Table) -> None:
    # IF NOT EXISTS does not help in PostgreSQL where another worker creates the table at the same moment:
    # the later one's name is refused by a unique index of the server's own.
    try:
        with engine.begin() as connection:
            connection.execute(CreateTable(table, if_not_exists=True))
    except DBAPIError:
        if not inspect(engine).has_table(table.name):
            raise


def _create_indexes(engine: Engine, table: Table) -> None:
    there = _indexed(engine, table)
    for index in sorted(table.indexes, key=lambda index: str(index.name)):
        if _columns(index) not in there:
            _create_index(engine, table, index)


def _create_index(engine: Engine, table: Table, index: Index) -> None:
    # MySQL has no CREATE INDEX IF NOT EXISTS, so another worker may win between look and leap.
    try:
        with engine.begin() as connection:
            connection.execute(CreateIndex(index))
    except DBAPIError:
        if _columns(index) not in _indexed(engine, table):
            raise


def _indexed(engine: Engine, table: Table) -> list[list[str | None]]:
    """The columns of each index that is there."""
    # By columns, not by name: a table made from the SQL of the documents names its indexes otherwise.
    return [found["column_names"] for found in inspect(engine).get_indexes(table.name)]


def _columns(index: Index) -> list[str]:
    return [column.name for column in index.columns]
