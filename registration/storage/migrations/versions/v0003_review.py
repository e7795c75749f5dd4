"""What the review keeps: conversations as they are looked for, and what a reviewer wrote."""

from sqlalchemy import CHAR, JSON, Column, Date, DateTime, Float, Integer, String, Text
from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.schema import UniqueConstraint

from registration.storage.migrations.making import make_index, make_table

revision = "0003"
down_revision = "0002"

_TERM = (
    String(72)
    .with_variant(mysql.VARCHAR(72, charset="ascii", collation="ascii_bin"), "mysql")
    .with_variant(postgresql.VARCHAR(72, collation="C"), "postgresql")
)
_TAG = String(50).with_variant(mysql.VARCHAR(50, collation="utf8mb4_bin"), "mysql")


def upgrade() -> None:
    _make_conversations()
    _make_reviews()


def _make_conversations() -> None:
    make_table(
        "conversation_summaries",
        Column("id", Integer, primary_key=True, autoincrement=True),
        Column("conversation_key", CHAR(36), nullable=False),
        Column("student_id", Integer, nullable=False),
        Column("sender", String(255), nullable=False),
        Column("started_at", DateTime, nullable=False),
        Column("last_at", DateTime, nullable=False),
        Column("turns", Integer, nullable=False),
        Column("not_understood", Integer, nullable=False),
        Column("lowest_confidence", Float),
        Column("language", String(16), nullable=False),
        Column("stage", String(32), nullable=False),
        Column("reached", String(1000), nullable=False),
        UniqueConstraint("conversation_key"),
    )
    make_index("conversation_summaries", "started_at", "id", name="ix_conversation_summaries_started")
    make_index(
        "conversation_summaries", "student_id", "started_at", "id", name="ix_conversation_summaries_student"
    )
    make_table(
        "conversation_turns",
        Column("log_id", Integer, primary_key=True, autoincrement=False),
        Column("conversation_id", Integer, nullable=False),
        Column("missed_on", Date),
        Column("missed_text", CHAR(32)),
    )
    make_index("conversation_turns", "conversation_id", "log_id", name="ix_conversation_turns_conversation")
    make_index(
        "conversation_turns", "missed_on", "missed_text", "log_id", name="ix_conversation_turns_missed"
    )
    make_table(
        "conversation_terms",
        Column("term", _TERM, primary_key=True),
        Column("started_at", DateTime, primary_key=True),
        Column("conversation_id", Integer, primary_key=True, autoincrement=False),
    )
    make_index("conversation_terms", "conversation_id", name="ix_conversation_terms_conversation")
    make_table(
        "conversation_counts",
        Column("kind", String(32), primary_key=True),
        Column("day", Date, primary_key=True),
        Column("name", String(100), primary_key=True),
        Column("times", Integer, nullable=False),
    )
    make_table(
        "conversation_progress",
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("log_id", Integer, nullable=False),
    )


def _make_reviews() -> None:
    make_table(
        "review_marks",
        Column("log_id", Integer, primary_key=True, autoincrement=False),
        Column("student_id", Integer, nullable=False),
        Column("verdict", String(8), nullable=False),
        Column("intent", String(255)),
        Column("preferences", JSON),
        Column("note", Text, nullable=False),
        Column("marked_at", DateTime, nullable=False),
    )
    make_index("review_marks", "student_id")
    make_index("review_marks", "verdict")
    make_table(
        "review_notes",
        Column("conversation_key", CHAR(36), primary_key=True),
        Column("student_id", Integer, nullable=False),
        Column("note", Text, nullable=False),
        Column("written_at", DateTime, nullable=False),
    )
    make_index("review_notes", "student_id")
    make_table(
        "review_tags",
        Column("tag", _TAG, primary_key=True),
        Column("conversation_key", CHAR(36), primary_key=True),
        Column("student_id", Integer, nullable=False),
    )
    make_index("review_tags", "student_id")
    make_index("review_tags", "conversation_key", name="ix_review_tags_conversation")
