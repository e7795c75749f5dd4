"""Which rows of which tables are a student's, as conditions; erasing, exporting and retention share them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, and_, inspect, or_, select
from sqlalchemy.engine import Connection

from registration.storage.conversation_tables import (
    conversation_counts,
    conversation_progress,
    conversation_summaries,
)
from registration.storage.exactly import is_exactly
from registration.storage.tables import TABLES_METADATA, chat_message_logs, tables

ANONYMOUS = 0
_NOBODYS = (conversation_counts, conversation_progress)
_AT_ONCE = 500  # values in one IN (...)


@dataclass(frozen=True)
class Owner:
    """A student by number, or an anonymous sender (`student_id` 0)."""

    student_id: int
    sender: str


@dataclass(frozen=True)
class Keys:
    """What rows of other tables name an owner's rows by: column names and their values."""

    by_column: Mapping[str, Sequence[Any]] = field(default_factory=dict)

    def conditions(self, table: Table) -> list[Any]:
        return [
            table.c[column].in_(values[start : start + _AT_ONCE])
            for column, values in self.by_column.items()
            if column in table.c
            for start in range(0, len(values), _AT_ONCE)
        ]


def tables_there(connection: Connection) -> list[Table]:
    """Our tables that exist and whose rows can belong to somebody, those that depend on others first."""
    there = set(inspect(connection).get_table_names())
    tables()  # those of message types that were registered late join the metadata now
    return [
        table
        for table in reversed(TABLES_METADATA.sorted_tables)
        if table.name in there and table not in _NOBODYS
    ]


def keys_of(connection: Connection, owner: Owner, there: Iterable[Table]) -> Keys:
    """The ids by which tables without a student know this one's turns and conversations."""
    found: dict[str, Sequence[Any]] = {}
    if chat_message_logs in there:
        found["log_id"] = _column(connection, chat_message_logs, "id", owner)
    if conversation_summaries in there:
        found["conversation_id"] = _column(connection, conversation_summaries, "id", owner)
        found["conversation_key"] = _column(connection, conversation_summaries, "conversation_key", owner)
    return Keys(found)


def condition(table: Table, owner: Owner, keys: Keys, dialect: str) -> Any:
    """What is true of the owner's rows of `table`; None where no row can be known as theirs."""
    own = _directly(table, owner, dialect)
    conditions = [*([own] if own is not None else []), *keys.conditions(table)]
    return or_(*conditions) if conditions else None


def _directly(table: Table, owner: Owner, dialect: str) -> Any:
    if "student_id" not in table.c:
        return None
    if owner.student_id != ANONYMOUS:
        return table.c.student_id == owner.student_id
    if "sender" in table.c:
        return and_(table.c.student_id == ANONYMOUS, is_exactly(table.c.sender, owner.sender, dialect))
    if "metadata" in table.c:
        sender = table.c["metadata"]["sender_id"].as_string()
        return and_(table.c.student_id == ANONYMOUS, is_exactly(sender, owner.sender, dialect))
    return None


def _column(connection: Connection, table: Table, column: str, owner: Owner) -> list[Any]:
    wanted = _directly(table, owner, connection.dialect.name)
    return list(connection.execute(select(table.c[column]).where(wanted)).scalars())
