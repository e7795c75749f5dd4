"""Erasing, retention and pausing on each kind of database."""

import json
import sqlite3
import sys
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event, insert, select, text
from sqlalchemy.engine import Engine

from registration.errors import StoragePaused, StorageUnavailable
from registration.messaging.messages import Message
from registration.messaging.topology import QUEUES
from registration.storage.conversation_tables import (
    conversation_progress,
    conversation_summaries,
    conversation_terms,
    conversation_turns,
    review_notes,
)
from registration.storage.engine import open_engine
from registration.storage.erasing import StudentRows
from registration.storage.following import Follower, hold_progress, set_progress
from registration.storage.owned import Owner
from registration.storage.pausing import is_paused, paused
from registration.storage.retention import Retention
from registration.storage.tables import TABLES_METADATA, chat_message_logs, notification_logs, table_of
from registration.storage.trackers import TrackerRows, events
from registration.storage.writer import Writer
from registration.testing.waiting import wait_until
from tests.worker.running import chat, notification, preference


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


def turn(student: int, session: str, **changes: Any) -> Any:
    metadata = {"sender_id": str(student) if student else session, "session": session, "understood": True}
    return chat(student, metadata=metadata, **changes)


def count(engine: Engine, table: Any) -> int:
    with engine.connect() as connection:
        return len(connection.execute(select(table)).all())


def test_only_the_students_rows_go_and_the_review_forgets_them(engine: Engine) -> None:
    writer = Writer(engine)
    writer.store(
        [turn(12, "a"), turn(12, "b"), preference(12), notification(12), turn(121, "c"), turn(0, "web")]
    )
    Follower(engine).step()
    others = count(engine, conversation_terms)

    erased = StudentRows(engine).erase(Owner(12, "12"))

    assert {table: len(rows) for table, rows in erased.items() if table.endswith("_logs")} == {
        "chat_message_logs": 2,
        "class_preference_logs": 1,
        "notification_logs": 1,
    }
    assert StudentRows(engine).find(Owner(12, "12")) == {}
    assert count(engine, chat_message_logs) == count(engine, conversation_summaries) == 2
    assert count(engine, conversation_turns) == 2
    assert 0 < count(engine, conversation_terms) < others
    assert StudentRows(engine).erase(Owner(12, "12")) == {}


def test_an_anonymous_sender_is_told_from_the_others(engine: Engine) -> None:
    Writer(engine).store([turn(0, "web-1"), turn(0, "web-2"), turn(12, "web-1")])
    Follower(engine).step()
    erased = StudentRows(engine).erase(Owner(0, "web-1"))
    assert len(erased["chat_message_logs"]) == len(erased["conversation_summaries"]) == 1
    assert count(engine, chat_message_logs) == count(engine, conversation_summaries) == 2


def test_names_that_count_as_equal_in_a_collation_are_other_senders(engine: Engine) -> None:
    names = ["anna", "Anna", "ánna", "anna "]
    Writer(engine).store([turn(0, name) for name in names])
    Follower(engine).step()
    note_all(engine)

    for left in (3, 2, 1, 0):
        name = names.pop()
        assert len(StudentRows(engine).find(Owner(0, name))["chat_message_logs"]) == 1
        erased = StudentRows(engine).erase(Owner(0, name))
        assert [row["metadata"]["sender_id"] for row in erased["chat_message_logs"]] == [name]
        assert [row["sender"] for row in erased["conversation_summaries"]] == [name]
        assert [row["note"] for row in erased["review_notes"]] == [name]
        for table in (chat_message_logs, conversation_summaries, conversation_turns, review_notes):
            assert count(engine, table) == left


def note_all(engine: Engine) -> None:
    """A reviewer writes a note on each conversation: its sender."""
    with engine.begin() as connection:
        for row in connection.execute(select(conversation_summaries)).mappings().all():
            note = {"student_id": 0, "note": row["sender"], "written_at": row["started_at"]}
            connection.execute(insert(review_notes), {**note, "conversation_key": row["conversation_key"]})


@pytest.mark.parametrize("length", [254, 255, 256, 300])
def test_senders_that_begin_alike_are_told_apart_however_long(engine: Engine, length: int) -> None:
    names = ["s" * length, "s" * length + "é", "s" * length + "e"]
    metadata = [{"sender_id": name, "session": "the same", "understood": True} for name in names]
    Writer(engine).store([chat(0, metadata=each) for each in metadata])
    Follower(engine).step()
    assert count(engine, conversation_summaries) == 3
    for left in (2, 1, 0):
        owner = Owner(0, names.pop())
        erased = StudentRows(engine).erase(owner)
        assert len(erased["chat_message_logs"]) == len(erased["conversation_summaries"]) == 1
        assert StudentRows(engine).find(owner) == {}
        for table in (chat_message_logs, conversation_summaries, conversation_turns):
            assert count(engine, table) == left
    assert count(engine, conversation_terms) == 0


def test_a_nul_that_somebody_stored_hides_nobody(engine: Engine) -> None:
    metadata = {
        "sender_id": "web\0",
        "session": "s\0",
        "state": "complete",
        "preferences": {"time\0": "a", "\\u0000": "\\\0"},
    }
    Writer(engine).store([turn(0, "web-1"), turn(0, "web-2")])
    with engine.begin() as connection:  # not by the writer: it refuses it where the database is PostgreSQL
        store = text("UPDATE chat_message_logs SET metadata = :metadata WHERE id = 1")
        connection.execute(store, {"metadata": json.dumps(metadata)})
    follower = Follower(engine)
    assert (follower.step(), follower.step()) == (2, 0)
    assert [row["sender"] for row in rows_of(engine, conversation_summaries)] == ["web\ufffd", "web-2"]

    assert len(StudentRows(engine).erase(Owner(0, "web-2"))["chat_message_logs"]) == 1
    # As the review shows it. Where a database can hold the NUL, the log of the turn keeps it.
    erased = StudentRows(engine).erase(Owner(0, "web\ufffd"))
    assert len(erased["conversation_summaries"]) == 1
    assert count(engine, chat_message_logs) == (0 if engine.dialect.name == "postgresql" else 1)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="Python cannot set the limit")
def test_a_student_with_more_turns_than_a_statement_has_room_for(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'r.db'}")

    def lower_limit(connection: Any, _: Any) -> None:
        connection.setlimit(9, 999)  # parameters of one statement; by default 250,000

    event.listen(engine, "connect", lower_limit)
    Writer(engine).store([turn(0, "web", message="x") for _ in range(1_100)])
    Follower(engine, batch=100).step()

    assert len(StudentRows(engine).find(Owner(0, "web"))["chat_message_logs"]) == 1_100
    assert len(StudentRows(engine).erase(Owner(0, "web"))["conversation_turns"]) == 100
    assert count(engine, chat_message_logs) == count(engine, conversation_turns) == 0
    engine.dispose()


@pytest.mark.parametrize("kind", ["mariadb", "postgresql", "sqlite"])
def test_rasas_events_of_one_sender_are_not_anothers(kind: str, request: pytest.FixtureRequest) -> None:
    engine = create_engine(request.getfixturevalue(f"{kind}_url"), future=True)
    names = ["anna", "Anna", "ánna", "anna "]
    with engine.begin() as connection:
        events.create(connection)
        connection.execute(insert(events), [{"sender_id": name, "timestamp": 1.0} for name in names])
    trackers = TrackerRows(engine)
    assert [row["sender_id"] for row in trackers.find("ánna")] == ["ánna"]
    assert [row["sender_id"] for row in trackers.erase("anna")] == ["anna"]
    assert [row["sender_id"] for row in rows_of(engine, events)] == names[1:]
    engine.dispose()


def rows_of(engine: Engine, table: Any) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(select(table).order_by(table.c.id)).mappings()]


def test_a_database_without_tables_holds_nothing(engine: Engine) -> None:
    assert StudentRows(engine).find(Owner(12, "12")) == {}
    assert StudentRows(engine).erase(Owner(12, "12")) == {}


def test_retention_deletes_what_is_older_and_nothing_else(engine: Engine) -> None:
    old, new = (datetime(year, 1, 2, tzinfo=timezone.utc) for year in (2020, 2026))
    writer = Writer(engine)
    writer.store([turn(1, "a", timestamp=old), turn(2, "b", timestamp=new)])
    writer.store([notification(1, timestamp=old), notification(2, timestamp=new)])
    Follower(engine).step()
    retention = Retention(engine, datetime(2025, 1, 1))
    expected = dict.fromkeys(("chat_message_logs", "notification_logs", "conversation_summaries"), 1)
    assert retention.counts() == {**expected, "class_preference_logs": 0}

    retention.delete()

    assert set(retention.counts().values()) == {0}
    with engine.connect() as connection:
        for table in (chat_message_logs, notification_logs, conversation_summaries):
            assert connection.execute(select(table.c.student_id)).scalars().all() == [2]
        assert connection.execute(select(conversation_progress.c.log_id)).scalar_one() == 2
    assert count(engine, conversation_turns) == 1


@pytest.mark.parametrize("kind", ["mariadb", "postgresql"])
def test_retention_waits_for_whoever_reads_the_log_on(kind: str, request: pytest.FixtureRequest) -> None:
    """Else it would count on an end of the log that is further on by the time that it may write it down."""
    engine = open_engine(request.getfixturevalue(f"{kind}_url"))
    writer, follower = Writer(engine), Follower(engine)
    writer.store([turn(1, "a", timestamp=datetime(2020, 1, 2, tzinfo=timezone.utc))])
    follower.step()
    retention = Retention(engine, datetime(2021, 1, 1))
    with ThreadPoolExecutor(1) as thread:
        with engine.begin() as reading:
            hold_progress(reading)
            deleted = thread.submit(retention.delete)
            wait_until(lambda: deleted.done() or somebody_waits(engine), 60)
            writer.store([turn(2, "b"), turn(2, "b")])
            set_progress(reading, 3)
            reading.execute(
                insert(conversation_turns), [{"log_id": each, "conversation_id": 1} for each in (2, 3)]
            )
        deleted.result(timeout=60)
    assert follower.step() == 0
    writer.store([turn(2, "b")])
    assert follower.step() == 1
    engine.dispose()


def somebody_waits(engine: Engine) -> bool:
    waiting = {
        "mysql": "SELECT COUNT(*) FROM information_schema.innodb_lock_waits",
        "postgresql": "SELECT COUNT(*) FROM pg_locks WHERE NOT granted",
    }
    with engine.connect() as connection:
        return bool(connection.execute(text(waiting[engine.dialect.name])).scalar())


def test_a_pause_is_seen_by_others_and_ends_with_whoever_asked_for_it(
    engine: Engine, database_url: str
) -> None:
    other = open_engine(database_url)
    writer = Writer(other)
    writer.check()
    with paused(engine):
        assert is_paused(other)
        with pytest.raises(StoragePaused):
            writer.check_pause()
        with pytest.raises(StorageUnavailable, match="another operator"), paused(other):
            pytest.fail("two cannot hold it")
    assert not is_paused(other)
    writer.check_pause()
    other.dispose()


def test_a_reader_that_goes_on_in_old_pages_is_told(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'r.db'}")
    Writer(engine).store([chat(12), chat(21)])
    with closing(sqlite3.connect(tmp_path / "r.db")) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM chat_message_logs").fetchone()
        with pytest.raises(StorageUnavailable, match="try again"):
            StudentRows(engine).erase(Owner(12, "12"))
    StudentRows(engine).erase(Owner(12, "12"))
    engine.dispose()


def test_a_bots_own_message_type_is_erased_too(engine: Engine) -> None:
    class Wish(Message, frozen=True, kw_only=True, tag="wish"):
        wish: str

    queue = replace(QUEUES["notifications"], name="wishes", message=Wish, table="wish_logs", indexes=())
    QUEUES["wishes"] = queue
    try:
        now = datetime.now(timezone.utc)
        wishes = [
            Wish(student_id=each, timestamp=now, message_id=str(uuid.uuid4()), wish="a window")
            for each in (12, 21)
        ]
        Writer(engine).store(wishes)
        assert len(StudentRows(engine).erase(Owner(12, "12"))["wish_logs"]) == 1
        assert count(engine, table_of(Wish)) == 1
    finally:
        TABLES_METADATA.remove(table_of(Wish))
        del QUEUES["wishes"]
