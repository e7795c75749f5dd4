"""The three tables of the original system, with its names, types and indexes."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import JSON, Column, DateTime, Integer, String, Text

from registration.storage.migrations.making import make_index, make_table

revision = "0001"
down_revision = None


def upgrade() -> None:
    make_table(
        "chat_message_logs",
        *_begin(),
        Column("message", Text, nullable=False),
        Column("response", Text, nullable=False),
        Column("intent", String(255), nullable=False),
        Column("metadata", JSON),
        *_end(),
    )
    make_table(
        "class_preference_logs",
        *_begin(),
        Column("preferences", JSON, nullable=False),
        Column("step", String(100), nullable=False),
        *_end(),
    )
    make_table(
        "notification_logs",
        *_begin(),
        Column("notification_type", String(100), nullable=False),
        Column("title", String(500), nullable=False),
        Column("content", Text, nullable=False),
        Column("metadata", JSON),
        *_end(),
    )
    for table in ("chat_message_logs", "class_preference_logs", "notification_logs"):
        make_index(table, "student_id")
    make_index("chat_message_logs", "intent")
    make_index("notification_logs", "notification_type")


def _begin() -> Iterator[Column[int]]:
    yield Column("id", Integer, primary_key=True, autoincrement=True)
    yield Column("student_id", Integer, nullable=False)


def _end() -> Iterator["Column[Any]"]:
    yield Column("timestamp", DateTime, nullable=False)
    yield Column("created_at", DateTime, nullable=False)
