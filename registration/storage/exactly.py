"""Texts compared byte by byte, whatever the collation of their column."""

from typing import Any

from sqlalchemy import LargeBinary, and_, cast
from sqlalchemy.dialects import mysql

_UTF8 = mysql.VARCHAR(charset="utf8mb4")


def is_exactly(column: Any, value: str, dialect: str) -> Any:
    """That `column` holds `value` and nothing that only counts as equal to it."""
    is_alike = column == value  # which an index can find
    if dialect != "mysql":
        return is_alike
    # By default MySQL and MariaDB take no notice of case, accents and spaces at the end.
    return and_(is_alike, cast(cast(column, _UTF8), LargeBinary) == value.encode())
