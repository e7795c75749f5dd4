"""A database of MariaDB with as many turns as wished: some thousand are really stored and read, the rest are
copies of them under other students, ids and days, made inside the server."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection, Engine

from registration.storage.following import Follower
from registration.storage.writer import Writer
from registration.testing.conversations import conversations

_TURNS = 6.29  # of a made-up conversation, on average
_DAYS = 3  # that the originals last; each copy is as many days later
_STUDENTS = 50_000
_BATCH = 500

_COPIES = (
    """
    INSERT INTO chat_message_logs
        (id, student_id, message, response, intent, metadata, timestamp, created_at, message_id)
    SELECT id + :copy * :logs, (student_id + :copy * 611) MOD :students + 1, message, response, intent,
        metadata, timestamp + INTERVAL :days DAY, created_at, concat(lpad(:copy, 12, '0'), lpad(id, 24, '0'))
    FROM original_chat_message_logs ORDER BY id
    """,
    """
    INSERT INTO conversation_summaries
        (id, conversation_key, student_id, sender, started_at, last_at, turns, not_understood,
         lowest_confidence, language, stage, reached)
    SELECT id + :copy * :talks, concat(lpad(:copy, 12, '0'), lpad(id, 24, '0')),
        (student_id + :copy * 611) MOD :students + 1, sender, started_at + INTERVAL :days DAY,
        last_at + INTERVAL :days DAY, turns, not_understood, lowest_confidence, language, stage, reached
    FROM original_conversation_summaries ORDER BY id
    """,
    """
    INSERT INTO conversation_turns (log_id, conversation_id, missed_on, missed_text)
    SELECT log_id + :copy * :logs, conversation_id + :copy * :talks, missed_on + INTERVAL :days DAY,
        missed_text
    FROM original_conversation_turns ORDER BY log_id
    """,
    """
    INSERT INTO conversation_terms (term, started_at, conversation_id)
    SELECT term, started_at + INTERVAL :days DAY, conversation_id + :copy * :talks
    FROM original_conversation_terms ORDER BY term, started_at, conversation_id
    """,
    """
    INSERT INTO conversation_counts (kind, day, name, times)
    SELECT old.kind, old.day + INTERVAL :days DAY, old.name, old.times
    FROM original_conversation_counts AS old
    ON DUPLICATE KEY UPDATE times = conversation_counts.times + VALUES(times)
    """,
)

_HIGHEST_ID = text("SELECT max(id) FROM chat_message_logs")
_COPIED = (
    *("chat_message_logs", "conversation_summaries", "conversation_turns", "conversation_terms"),
    "conversation_counts",
)


@dataclass(frozen=True)
class Originals:
    logs: int  # the highest id
    talks: int  # the highest id
    rows: int


def fill(database_url: str, rows: int, originals: int, say: Callable[[str], None]) -> None:
    """Brings an empty database to about `rows` turns, `originals` of them no copies."""
    writer = Writer.to(database_url)
    copies = max(rows // originals, 1)
    _store(writer, min(originals, rows), first=_first_day(copies))
    follower = Follower(writer.engine)
    while follower.step():
        pass
    say(f"{min(originals, rows):,} turns stored and read")
    writer.close()
    engine = create_engine(database_url, future=True)  # not ours, whose statements end after seconds
    _copy_all(engine, copies, say)
    engine.dispose()


def highest_id(engine: Engine) -> int:
    """About how many turns there are, for nothing."""
    with engine.connect() as connection:
        return connection.execute(_HIGHEST_ID).scalar() or 0


def count_turns(database_url: str) -> int:
    """How many turns there are; it takes seconds."""
    engine = create_engine(database_url, future=True)
    with engine.connect() as connection:
        count = int(connection.execute(text("SELECT count(*) FROM chat_message_logs")).scalar_one())
    engine.dispose()
    return count


def _first_day(copies: int) -> datetime:
    """So early that the last copy ends today."""
    today = datetime.now(timezone.utc).replace(tzinfo=None, hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=copies * _DAYS - 1)


def _store(writer: Writer, rows: int, first: datetime) -> None:
    batch = []
    for talk in conversations(round(rows / _TURNS), first, _DAYS):
        batch += talk
        if len(batch) >= _BATCH:
            writer.store(batch)
            batch = []
    if batch:
        writer.store(batch)


def _copy_all(engine: Engine, copies: int, say: Callable[[str], None]) -> None:
    with engine.connect() as connection:
        found = _originals(connection)
        for table in _COPIED:  # a table that is copied into itself would go through a temporary one
            connection.execute(text(f"CREATE TABLE original_{table} SELECT * FROM {table}"))
        for copy in range(1, copies):
            for statement in _COPIES:
                connection.execute(text(statement), _values(found, copy))
                connection.commit()
            if copy % 10 == 0:
                say(f"{(copy + 1) * found.rows:,} turns")
        connection.execute(
            text("UPDATE conversation_progress SET log_id = :most"), {"most": copies * found.logs}
        )
        connection.commit()
        for table in (
            "chat_message_logs",
            "conversation_summaries",
            "conversation_turns",
            "conversation_terms",
        ):
            connection.execute(text(f"ANALYZE TABLE {table}"))


def _originals(connection: Connection) -> Originals:
    logs, rows = connection.execute(text("SELECT max(id), count(*) FROM chat_message_logs")).one()
    talks = connection.execute(text("SELECT max(id) FROM conversation_summaries")).scalar_one()
    return Originals(logs, talks, rows)


def _values(found: Originals, copy: int) -> dict[str, object]:
    return {
        "copy": copy,
        "days": copy * _DAYS,
        "logs": found.logs,
        "talks": found.talks,
        "students": _STUDENTS,
    }
