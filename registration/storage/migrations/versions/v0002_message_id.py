"""`message_id`, by which a message is stored once; rows that are there already get one of their own.

Tables of the original system in another character set are converted too, or an emoji could not be stored.
"""

from alembic import op
from sqlalchemy import CHAR, Column, text

from registration.storage.migrations.making import columns_of, looked_at

revision = "0002"
down_revision = "0001"

_TABLES = ("chat_message_logs", "class_preference_logs", "notification_logs")
_ROWS = 20_000  # ids in one statement
_HEX = "lower(hex(randomblob({})))"
_NEW_ID = {
    "mysql": "uuid()",
    "postgresql": "gen_random_uuid()",
    "sqlite": " || '-' || ".join(_HEX.format(size) for size in (4, 2, 2, 2, 6)),
}


def upgrade() -> None:
    for table in _TABLES:
        _use_utf8mb4(table)
        if "message_id" not in columns_of(table):
            op.add_column(table, Column("message_id", CHAR(36), nullable=True))
        _fill(table)
        _require(table)


def _use_utf8mb4(table: str) -> None:
    if op.get_bind().dialect.name != "mysql":
        return
    query = text(
        "SELECT table_collation FROM information_schema.tables"
        " WHERE table_schema = DATABASE() AND table_name = :name"
    )
    if not str(op.get_bind().execute(query, {"name": table}).scalar()).startswith("utf8mb4"):
        op.execute(f"ALTER TABLE {table} CONVERT TO CHARACTER SET utf8mb4")


def _fill(table: str) -> None:
    bind = op.get_bind()
    first, last = bind.execute(text(f"SELECT min(id), max(id) FROM {table} WHERE message_id IS NULL")).one()
    if first is None:
        return
    fill = text(
        f"UPDATE {table} SET message_id = {_NEW_ID[bind.dialect.name]}"
        " WHERE message_id IS NULL AND id BETWEEN :low AND :high"
    )
    for low in range(first, last + 1, _ROWS):
        bind.execute(fill, {"low": low, "high": low + _ROWS - 1})


def _require(table: str) -> None:
    is_optional = columns_of(table)["message_id"]["nullable"]
    with op.batch_alter_table(table) as change:  # SQLite makes the table anew; the others alter it
        if is_optional:
            change.alter_column("message_id", existing_type=CHAR(36), nullable=False)
        if not _is_unique(table):
            change.create_unique_constraint(f"uq_{table}_message_id", ["message_id"])


def _is_unique(table: str) -> bool:
    look = looked_at()
    keys = [*look.get_unique_constraints(table), *(one for one in look.get_indexes(table) if one["unique"])]
    return any(key["column_names"] == ["message_id"] for key in keys)
