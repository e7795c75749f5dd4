"""Tables of our own beside the three of the document: conversations as the review looks for them.

`conversation_*` follow from the logs and can be made again from them; `review_*` hold what a reviewer wrote.
Every row belongs to a conversation or to a log, so that erasing a student's reaches all of them;
`conversation_counts` alone does not, for it names nobody.
"""

from typing import Any

from sqlalchemy import CHAR, JSON, Column, Date, DateTime, Float, Integer, String, Table, Text
from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.schema import Index, SchemaItem

from registration.storage.tables import TABLES_METADATA

MAX_TERM = 72  # characters
MAX_TAG = 50
MAX_SENDER = 255
# Terms are compared byte by byte: what is equal has been made equal before.
_TERM = (
    String(MAX_TERM)
    .with_variant(mysql.VARCHAR(MAX_TERM, charset="ascii", collation="ascii_bin"), "mysql")
    .with_variant(postgresql.VARCHAR(MAX_TERM, collation="C"), "postgresql")
)
_BYTEWISE = String(MAX_TAG).with_variant(mysql.VARCHAR(MAX_TAG, collation="utf8mb4_bin"), "mysql")


def _table(name: str, *columns: SchemaItem) -> Table:
    return Table(name, TABLES_METADATA, *columns, mysql_charset="utf8mb4", mysql_engine="InnoDB")


def _number(name: str, **options: Any) -> Column[Any]:
    return Column(name, Integer, nullable=False, **options)


conversation_summaries = _table(
    "conversation_summaries",
    Column("id", Integer, primary_key=True, autoincrement=True),
    # Derived from the sender and its session, so that it outlives the table.
    Column("conversation_key", CHAR(36), nullable=False, unique=True),
    _number("student_id"),
    Column("sender", String(MAX_SENDER), nullable=False),
    # The first turn that was read: it never changes, so that the order of the list stays.
    Column("started_at", DateTime, nullable=False),
    Column("last_at", DateTime, nullable=False),
    _number("turns"),
    _number("not_understood"),
    Column("lowest_confidence", Float),
    Column("language", String(16), nullable=False),
    # chosen, complete, cancelled, the question that waits for its answer, or none.
    Column("stage", String(32), nullable=False),
    Column("reached", String(1000), nullable=False),  # the questions asked so far, with commas between
    Index("ix_conversation_summaries_started", "started_at", "id"),
    Index("ix_conversation_summaries_student", "student_id", "started_at", "id"),
)

conversation_turns = _table(
    "conversation_turns",
    Column("log_id", Integer, primary_key=True, autoincrement=False),
    _number("conversation_id"),
    Column("missed_on", Date),  # the day, where the message was not understood
    Column("missed_text", CHAR(32)),  # a hash of its words
    Index("ix_conversation_turns_conversation", "conversation_id", "log_id"),
    Index("ix_conversation_turns_missed", "missed_on", "missed_text", "log_id"),
)

# What a conversation can be found by: words, intents, languages … of its turns. In the key's order, all that
# share a term lie side by side by time: the newest fifty are read without looking at the rest.
conversation_terms = _table(
    "conversation_terms",
    Column("term", _TERM, primary_key=True),
    Column("started_at", DateTime, primary_key=True),
    Column("conversation_id", Integer, primary_key=True, autoincrement=False),
    Index("ix_conversation_terms_conversation", "conversation_id"),
)

conversation_counts = _table(
    "conversation_counts",
    Column("kind", String(32), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("name", String(100), primary_key=True),
    _number("times"),
)

# How far the logs have been read: one row, and the lock of whoever reads on.
conversation_progress = _table(
    "conversation_progress",
    Column("id", Integer, primary_key=True, autoincrement=False),
    _number("log_id"),
)

review_marks = _table(
    "review_marks",
    Column("log_id", Integer, primary_key=True, autoincrement=False),
    Column("student_id", Integer, nullable=False, index=True),
    Column("verdict", String(8), nullable=False, index=True),  # right or wrong
    Column("intent", String(255)),  # the right one, where the verdict is wrong
    Column("preferences", JSON(none_as_null=True)),  # the right ones after this turn
    Column("note", Text, nullable=False),
    Column("marked_at", DateTime, nullable=False),
)

review_notes = _table(
    "review_notes",
    Column("conversation_key", CHAR(36), primary_key=True),
    Column("student_id", Integer, nullable=False, index=True),
    Column("note", Text, nullable=False),
    Column("written_at", DateTime, nullable=False),
)

review_tags = _table(
    "review_tags",
    Column("tag", _BYTEWISE, primary_key=True),
    Column("conversation_key", CHAR(36), primary_key=True),
    Column("student_id", Integer, nullable=False, index=True),
    Index("ix_review_tags_conversation", "conversation_key"),
)
