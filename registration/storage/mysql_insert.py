"""Many rows as the text of an INSERT for MySQL and MariaDB.

PyMySQL has no parameters on the wire: it writes each value into the statement, and looks at each of its
characters for that. Here texts are hexadecimal literals, which need no escaping under any sql_mode; that
takes less than half the processor's time.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import JSON, Boolean, DateTime, Float, Integer, String, Table
from sqlalchemy.dialects import mysql

Row = Mapping[str, Any]
_Literal = Callable[[Any], str]

# A message id that is there already changes nothing; a clash on another key, which an operator added, is the
# row's error: a number out of range, which no sql_mode lets pass (NULL or too long a text, some do).
# Not INSERT IGNORE, which turns values that do not fit into warnings and stores them cut.
_UNLESS_THERE = (
    " ON DUPLICATE KEY UPDATE message_id ="
    " IF(message_id = VALUES(message_id), message_id, ~0 + LENGTH(VALUES(message_id)))"
)


def inserts(table: Table, rows: Sequence[Row], max_chars: int) -> Iterator[str]:
    """Statements that add `rows` and leave alone those whose message id is there already.

    Each is of `max_chars` characters (all ASCII) at most, or of one row. Every row has all columns but the
    primary key.
    """
    beginning, ending = _frame(table)
    written: list[str] = []
    room = max_chars - len(beginning) - len(ending)
    left = room
    for row in rows:
        values = _values(table, row)
        if written and len(values) >= left:
            yield beginning + ",".join(written) + ending
            written, left = [], room
        written.append(values)
        left -= len(values) + 1
    if written:
        yield beginning + ",".join(written) + ending


def _values(table: Table, row: Row) -> str:
    return "(" + ",".join([literal(row[name]) for name, literal in _columns(table)]) + ")"


@cache
def _frame(table: Table) -> tuple[str, str]:
    quoted = mysql.dialect().identifier_preparer
    names = ", ".join(quoted.quote(name) for name, _ in _columns(table))
    return f"INSERT INTO {quoted.format_table(table)} ({names}) VALUES ", _UNLESS_THERE


@cache
def _columns(table: Table) -> tuple[tuple[str, _Literal], ...]:
    return tuple(
        (column.name, _literal_of(column.type)) for column in table.columns if not column.primary_key
    )


def _literal_of(kind: Any) -> _Literal:
    return next(literal for types, literal in _LITERALS if isinstance(kind, types))


def _text(value: str | None) -> str:
    return "NULL" if value is None else f"_utf8mb4 X'{value.encode().hex()}'"


def _json(value: Any) -> str:
    return "NULL" if value is None else f"_utf8mb4 X'{msgspec.json.encode(value).hex()}'"


def _time(value: Any) -> str:
    return "NULL" if value is None else f"'{value.isoformat(' ')}'"


def _integer(value: int | None) -> str:
    return "NULL" if value is None else str(int(value))


def _number(value: float | None) -> str:
    return "NULL" if value is None else repr(float(value))


_LITERALS: tuple[tuple[tuple[type, ...], _Literal], ...] = (
    ((JSON,), _json),
    ((String,), _text),
    ((DateTime,), _time),
    ((Integer, Boolean), _integer),
    ((Float,), _number),
)
