"""What is older than a day that an operator names: counted, and deleted in small steps."""

from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, func, select
from sqlalchemy.engine import Connection, Engine

from registration.storage.conversation_tables import conversation_summaries
from registration.storage.erasing import forget_progress, hold_progress_if_any
from registration.storage.faults import storage_errors
from registration.storage.owned import Keys, tables_there
from registration.storage.sqlite_files import delete_securely, is_absent, scrub
from registration.storage.tables import chat_message_logs, tables

_STEP = 1_000  # rows; a worker that stores meanwhile waits for no longer than they take


class Retention:
    """The rows of one database that end before `before` (UTC, without zone). Raises StorageError."""

    def __init__(self, engine: Engine, before: datetime) -> None:
        self._engine = engine
        self._before = before

    def counts(self) -> dict[str, int]:
        """How many logs and conversations are too old, by table."""
        if is_absent(self._engine):
            return {}
        with storage_errors(), self._engine.connect() as connection:
            there = tables_there(connection)
            return {
                table.name: connection.execute(_count(table, self._before)).scalar_one()
                for table in _aging()
                if table in there
            }

    def delete(self) -> None:
        """Delete them with what the review keeps on them; SQLite's file gives back their room."""
        if is_absent(self._engine):
            return
        with storage_errors():
            for table in _aging():
                while self._delete_some(table):
                    pass
            scrub(self._engine)

    def _delete_some(self, table: Table) -> int:
        with self._engine.begin() as connection:
            delete_securely(connection)
            hold_progress_if_any(connection)
            there = tables_there(connection)
            if table not in there:
                return 0
            rows = connection.execute(_oldest(table, self._before)).all()
            ids = [row[0] for row in rows]
            keys = _keys(table, rows)
            for other in there:
                if other not in tables() and (conditions := keys.conditions(other)):
                    _delete_each(connection, other, conditions)
            _delete_each(connection, table, Keys({"id": ids}).conditions(table))
            forget_progress(connection)
            return len(ids)


def _aging() -> tuple[Table, ...]:
    return (*tables(), conversation_summaries)


def _age_of(table: Table) -> Any:
    return table.c.last_at if table is conversation_summaries else table.c.timestamp


def _count(table: Table, before: datetime) -> Any:
    return select(func.count()).select_from(table).where(_age_of(table) < before)


def _oldest(table: Table, before: datetime) -> Any:
    columns = [table.c.id, *([table.c.conversation_key] if table is conversation_summaries else [])]
    return select(*columns).where(_age_of(table) < before).order_by(table.c.id).limit(_STEP)


def _keys(table: Table, rows: Any) -> Keys:
    """How other tables name these rows."""
    ids = [row[0] for row in rows]
    if table is chat_message_logs:
        return Keys({"log_id": ids})
    if table is conversation_summaries:
        return Keys({"conversation_id": ids, "conversation_key": [row[1] for row in rows]})
    return Keys()


def _delete_each(connection: Connection, table: Table, conditions: list[Any]) -> None:
    for condition in conditions:
        connection.execute(delete(table).where(condition))
