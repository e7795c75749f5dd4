"""What the steps share: making what is missing."""

from typing import Any

from alembic import op
from sqlalchemy import inspect
from sqlalchemy.engine import Inspector
from sqlalchemy.schema import SchemaItem


def looked_at() -> Inspector:
    """The database as it is now, without what an earlier look remembers."""
    return inspect(op.get_bind())


def make_table(name: str, *items: SchemaItem) -> None:
    """Unless it is there."""
    if not looked_at().has_table(name):
        op.create_table(name, *items, mysql_charset="utf8mb4", mysql_engine="InnoDB")


def make_index(table: str, *columns: str, name: str | None = None) -> None:
    """Unless there is one on these columns: the document's tables may name theirs otherwise."""
    if not any(found["column_names"] == list(columns) for found in looked_at().get_indexes(table)):
        op.create_index(name or f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def columns_of(table: str) -> dict[str, Any]:
    """By name, as the inspector describes them."""
    return {column["name"]: column for column in looked_at().get_columns(table)}
