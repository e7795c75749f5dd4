"""Which rows of which tables are a student's, as conditions; erasing, exporting and retention share them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, and_, false, inspect, select
from sqlalchemy.engine import Connection

from registration.storage import postgresql
from registration.storage.conversation_tables import (
    MAX_SENDER,
    conversation_counts,
    conversation_progress,
    conversation_summaries,
    conversation_turns,
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
    dialect = connection.dialect.name
    found: dict[str, Sequence[Any]] = {}
    if chat_message_logs in there:
        wanted = select(chat_message_logs.c.id).where(_directly(chat_message_logs, owner, dialect))
        found["log_id"] = connection.execute(wanted).scalars().all()
    if conversation_summaries in there:
        conversations = _conversations(connection, owner, Keys(found))
        found["conversation_id"] = list(conversations)
        found["conversation_key"] = list(conversations.values())
    return Keys(found)


def conditions(table: Table, owner: Owner, keys: Keys, dialect: str) -> list[Any]:
    """By what the owner's rows of `table` are known, in parts that a statement can hold: a row is theirs
    where one of them is true. Empty where no row can be known as theirs.
    """
    own = _directly(table, owner, dialect)
    return [*([own] if own is not None else []), *keys.conditions(table)]


def _conversations(connection: Connection, owner: Owner, turns: Keys) -> dict[int, str]:
    """The keys of the owner's conversations by id: those under their name, and those with turns of theirs."""
    summaries = conversation_summaries.c
    turned = conversation_summaries.join(
        conversation_turns, conversation_turns.c.conversation_id == summaries.id
    )
    wanted = [
        (conversation_summaries, _directly(conversation_summaries, owner, connection.dialect.name)),
        *((turned, part) for part in turns.conditions(conversation_turns)),
    ]
    found: dict[int, str] = {}
    for source, condition in wanted:
        rows = connection.execute(
            select(summaries.id, summaries.conversation_key).select_from(source).where(condition).distinct()
        )
        found.update((row[0], row[1]) for row in rows)
    return found


def _directly(table: Table, owner: Owner, dialect: str) -> Any:
    if "student_id" not in table.c:
        return None
    if owner.student_id != ANONYMOUS:
        return table.c.student_id == owner.student_id
    if table is conversation_summaries:
        # One as long as the column may be cut: others may begin with the same characters.
        is_whole = len(owner.sender) < MAX_SENDER
        is_theirs = is_exactly(table.c.sender, owner.sender, dialect) if is_whole else false()
        return and_(table.c.student_id == ANONYMOUS, is_theirs)
    if "metadata" in table.c:
        return and_(
            table.c.student_id == ANONYMOUS, is_exactly(_named_by(table, dialect), owner.sender, dialect)
        )
    return None


def _named_by(table: Table, dialect: str) -> Any:
    """The sender that a row's metadata names."""
    metadata = table.c["metadata"]
    # One row of anybody's with a NUL in it would fail the statement there.
    found = postgresql.readable(metadata) if dialect == "postgresql" else metadata
    return found["sender_id"].as_string()
