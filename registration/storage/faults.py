"""Which of the database's errors are a row's fault, and which are the database's own."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import pymysql
from sqlalchemy.exc import DBAPIError, SQLAlchemyError, StatementError

from registration.errors import RowRejected, StorageError, StorageUnavailable
from registration.storage.tables import tables

# What an adapter call may raise; RuntimeError is PyMySQL's for a login method it lacks a package for.
# ValueError is psycopg2's for a text with a NUL in it, which PostgreSQL cannot hold.
DATABASE_ERRORS = (SQLAlchemyError, pymysql.MySQLError, sqlite3.Error, OSError, RuntimeError, ValueError)

_DEADLOCKS = (1213, "40P01", "40001")  # the last: two transactions that PostgreSQL cannot put in an order
_MISSING_TABLES = (1146, "42P01")

# Beside what the driver calls DataError or IntegrityError: errors of MySQL and MariaDB that a row's
# values cause. All else counts as the database's fault, because a message is worth waiting for.
_ROW_CODES = frozenset(
    {
        1118,  # row size too large
        1153,  # packet too large
        1292,  # incorrect value for a type
        1366,  # incorrect string value
        1411,  # incorrect value for a function
        1644,  # refused by a trigger
        1690,  # number out of range
        3140,  # invalid JSON
        3141,
        3157,  # JSON too deep
        3819,  # CHECK constraint (MySQL)
        4025,  # CHECK constraint (MariaDB)
    }
)
# PostgreSQL's classes of errors that a row's values cause: unfit, against a constraint, refused by a trigger.
_ROW_CLASSES = ("22", "23", "P0001")
# A column that we do not fill has no default: the table is wrong, not the row.
_TABLE_CODES = frozenset({1364, "23502"})
_MAX_TEXT = 200
_LETTERS = 5  # of an SQLSTATE


def translated(error: BaseException) -> StorageError:
    """The error of ours that stands for `error`; its text quotes no value of a row."""
    if isinstance(error, StorageError):
        return error
    origin = _origin(error)
    if _is_rows_fault(error, origin):
        return RowRejected(_reason(origin))
    return unavailable(error)


def unavailable(error: BaseException) -> StorageUnavailable:
    """The error of ours that lays no blame on a row."""
    origin = _origin(error)
    return StorageUnavailable(f"{type(origin).__name__}: {str(origin)[:_MAX_TEXT]}")


@contextmanager
def storage_errors() -> Iterator[None]:
    """Turn the database's errors into ours."""
    try:
        yield
    except DATABASE_ERRORS as error:
        raise translated(error) from error


def code(error: BaseException) -> int | str:
    """The server's error number, or PostgreSQL's five letters; 0 where there is none."""
    origin = _origin(error)
    number = getattr(origin, "pgcode", None) or (origin.args[0] if origin.args else 0)
    return number if isinstance(number, int) or len(str(number)) == _LETTERS else 0


def is_deadlock(error: BaseException) -> bool:
    return code(error) in _DEADLOCKS


def is_missing_table(error: BaseException) -> bool:
    return code(error) in _MISSING_TABLES or "no such table" in str(_origin(error))


def _origin(error: BaseException) -> BaseException:
    return getattr(error, "orig", None) or error


def _is_rows_fault(error: BaseException, origin: BaseException) -> bool:
    if isinstance(error, (ValueError, RecursionError, StatementError)) and not isinstance(error, DBAPIError):
        return True  # a value that the driver cannot even send, or one too deep for Python's stack
    number = code(error)
    if number in _TABLE_CODES:
        return False
    drivers = (pymysql.DataError, pymysql.IntegrityError, sqlite3.DataError, sqlite3.IntegrityError)
    if isinstance(number, str):
        return number.startswith(_ROW_CLASSES)
    return number in _ROW_CODES or isinstance(origin, drivers)


def _reason(origin: BaseException) -> str:
    if isinstance(origin, ValueError) and "NUL" in str(origin):
        return "a text holds a NUL character, which PostgreSQL cannot store"
    number = code(origin) or None
    words = set(re.findall(r"\w+", str(origin)))
    known = {column.name for table in tables() for column in table.columns}
    columns = sorted(words & known - {"id", "message"}) or sorted(words & known)
    where = f" in {', '.join(columns)}" if columns else ""
    return f"the database refused a value{where} ({type(origin).__name__}{f' {number}' if number else ''})"
