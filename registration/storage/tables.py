"""The tables of the message types, and how a message becomes a row of its table."""

from collections.abc import Callable
from datetime import datetime, timezone
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import CHAR, JSON, Boolean, Column, DateTime, Float, Integer, MetaData, String, Table, Text
from sqlalchemy.types import TypeEngine

from registration.errors import InvalidMessage
from registration.messaging.fields import INTEGER, NAME, NUMBER, TEXT, TIME, TRUTH, Field, fields_of
from registration.messaging.fields import JSON as JSON_VALUE
from registration.messaging.messages import ChatMessage, ClassPreference, Message, Notification
from registration.messaging.topology import QUEUES, queue_for

TABLES_METADATA = MetaData()

# What MySQL's DATETIME can hold; SQLite would take more, and then the two would differ.
_FIRST_YEAR = 1000

_COLUMN_TYPES: dict[str, TypeEngine[Any] | type[TypeEngine[Any]]] = {
    TEXT: Text,
    INTEGER: Integer,
    NUMBER: Float(53),  # bits: what Python has; without it MySQL keeps 24
    TRUTH: Boolean,
    TIME: DateTime,
}


@cache
def table_of(kind: type[Message]) -> Table:
    """The table of a message type, as its row in the topology says. Raises BrokerError where it has none."""
    queue = queue_for(kind)
    return Table(
        queue.table,
        TABLES_METADATA,
        Column("id", Integer, primary_key=True, autoincrement=True),
        Column("student_id", Integer, nullable=False, index=True),
        *(_column(field, field.name in queue.indexes) for field in fields_of(kind)),
        Column("timestamp", DateTime, nullable=False),
        Column("created_at", DateTime, nullable=False),
        # Delivery is at least once; this column is what makes storing exactly once.
        Column("message_id", CHAR(36), nullable=False, unique=True),
        mysql_charset="utf8mb4",
        mysql_engine="InnoDB",
    )


def tables() -> tuple[Table, ...]:
    """The tables of all message types, those registered by others too."""
    return tuple(table_of(queue.message) for queue in QUEUES.values())


def _column(field: Field, is_indexed: bool) -> Column[Any]:
    kind: Any = _COLUMN_TYPES.get(field.kind)
    if field.kind == NAME:
        kind = String(field.length)
    if field.kind == JSON_VALUE:
        kind = JSON(none_as_null=True)
    return Column(field.name, kind, nullable=field.is_optional, index=is_indexed)


chat_message_logs = table_of(ChatMessage)
class_preference_logs = table_of(ClassPreference)
notification_logs = table_of(Notification)

_as_dict: Callable[[Message], dict[str, Any]] = msgspec.structs.asdict


def as_row(message: Message, created_at: datetime) -> dict[str, Any]:
    """The row of `message`, by column name. Raises InvalidMessage for a time that no column holds."""
    row = _as_dict(message)
    del row["schema"]
    row |= {name: utc_seconds(value) for name, value in row.items() if isinstance(value, datetime)}
    row["created_at"] = created_at
    return row


def utc_seconds(moment: datetime) -> datetime:
    """`moment` in UTC without zone and fraction, as a DATETIME column holds it.

    The fraction is cut here because MySQL rounds it up, into the future, and SQLite keeps it.
    """
    if moment.tzinfo is not None:
        try:
            moment = moment.astimezone(timezone.utc)
        except OverflowError as error:
            raise InvalidMessage("timestamp is out of range") from error
    if moment.year < _FIRST_YEAR:
        raise InvalidMessage(f"timestamp is out of range: before the year {_FIRST_YEAR}")
    return moment.replace(tzinfo=None, microsecond=0)
