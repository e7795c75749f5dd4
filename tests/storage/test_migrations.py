"""From an empty database, from the original system's tables and from a half-taken step to one schema."""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.engine import Engine

from registration.errors import SchemaNewer, StorageError, StorageUnavailable
from registration.messaging.messages import ChatMessage
from registration.storage import conversation_tables, migrations
from registration.storage.engine import open_engine
from registration.storage.following import Follower
from registration.storage.migrating import upgrade, version_of
from registration.storage.tables import (
    TABLES_METADATA,
    chat_message_logs,
    class_preference_logs,
    notification_logs,
)
from registration.storage.writer import Writer
from tests.worker.running import Rows, chat

assert conversation_tables  # they join the metadata

OURS = {table.name for table in (chat_message_logs, class_preference_logs, notification_logs)} | {
    name for name in TABLES_METADATA.tables if name.startswith(("conversation_", "review_"))
}

# As the document of the original system writes them, each database in its own words.
_DOCUMENT = """
CREATE TABLE chat_message_logs (
    id {key}, student_id INT NOT NULL, message TEXT NOT NULL, response TEXT NOT NULL,
    intent VARCHAR(255) NOT NULL, metadata JSON, timestamp {moment} NOT NULL, created_at {moment} NOT NULL
);
CREATE TABLE class_preference_logs (
    id {key}, student_id INT NOT NULL, preferences JSON NOT NULL, step VARCHAR(100) NOT NULL,
    timestamp {moment} NOT NULL, created_at {moment} NOT NULL
);
CREATE TABLE notification_logs (
    id {key}, student_id INT NOT NULL, notification_type VARCHAR(100) NOT NULL, title VARCHAR(500) NOT NULL,
    content TEXT NOT NULL, metadata JSON, timestamp {moment} NOT NULL, created_at {moment} NOT NULL
);
CREATE INDEX by_student ON chat_message_logs (student_id);
CREATE INDEX by_intent ON chat_message_logs (intent)
"""
_WORDS = {
    "mysql": {"key": "INT PRIMARY KEY AUTO_INCREMENT", "moment": "DATETIME"},
    "postgresql": {"key": "SERIAL PRIMARY KEY", "moment": "TIMESTAMP"},
    "sqlite": {"key": "INTEGER NOT NULL PRIMARY KEY", "moment": "DATETIME"},
}
_ROW = (
    "INSERT INTO chat_message_logs (student_id, message, response, intent, metadata, timestamp, created_at)"
    " VALUES (:student, :message, 'vâng', 'inform', '{\"step\": 1}', '2025-12-02 01:02:03',"
    " '2025-12-02 01:02:04')"
)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


def make_document_tables(engine: Engine, rows: int) -> None:
    with engine.begin() as connection:
        for statement in _DOCUMENT.format(**_WORDS[engine.dialect.name]).split(";"):
            connection.execute(text(statement))
        values = [{"student": number, "message": f"câu {number}"} for number in range(1, rows + 1)]
        connection.execute(text(_ROW), values)


def differences(engine: Engine) -> list[Any]:
    """What the schema has otherwise than the tables that the program knows."""
    with engine.connect() as connection:
        options = {"compare_type": True, "include_object": _is_ours}
        context = MigrationContext.configure(connection, opts=options)
        found = compare_metadata(context, TABLES_METADATA)
    return [each for each in found if not _only_a_name(each)]


def _is_ours(_: Any, name: str, kind: str, *__: Any) -> bool:
    """Not a table of a message type that another test has registered."""
    return kind != "table" or name in OURS


def _only_a_name(difference: Any) -> bool:
    """A unique key or an index under another name than ours is one all the same."""
    return isinstance(difference, tuple) and difference[0] in (
        "add_constraint",
        "remove_constraint",
        "add_index",
        "remove_index",
    )


def test_steps_and_program_agree(engine: Engine) -> None:
    upgrade(engine)
    assert version_of(engine) == migrations.HEAD
    assert differences(engine) == []
    look = inspect(engine)
    for table in (TABLES_METADATA.tables[name] for name in sorted(OURS)):
        there = {tuple(index["column_names"]) for index in look.get_indexes(table.name)}
        assert {tuple(column.name for column in index.columns) for index in table.indexes} <= there


def test_every_step_is_named() -> None:
    scripts = ScriptDirectory(str(Path(migrations.__file__).parent))
    steps = [script.revision for script in scripts.walk_revisions()]
    assert tuple(reversed(steps)) == migrations.REVISIONS


def test_the_original_systems_rows_are_kept_and_get_an_id_each(engine: Engine, database_url: str) -> None:
    make_document_tables(engine, rows=250)
    writer = Writer.to(database_url)
    writer.store([chat(7, message="mới 🎓")])
    writer.close()
    assert differences(engine) == []
    rows = Rows(database_url)
    found = rows.of(ChatMessage)
    rows.close()
    assert [row["message"] for row in found] == [f"câu {number}" for number in range(1, 251)] + ["mới 🎓"]
    assert len({row["message_id"] for row in found}) == 251
    assert {len(row["message_id"]) for row in found} == {36}
    assert found[0]["metadata"] == {"step": 1}
    assert str(found[0]["timestamp"]) == "2025-12-02 01:02:03"


def test_a_step_that_was_cut_off_is_taken_again(engine: Engine) -> None:
    make_document_tables(engine, rows=3)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE chat_message_logs ADD COLUMN message_id CHAR(36)"))
        connection.execute(text("UPDATE chat_message_logs SET message_id = 'x' WHERE id = 2"))
    upgrade(engine)
    assert differences(engine) == []
    with engine.connect() as connection:
        ids = connection.execute(text("SELECT message_id FROM chat_message_logs ORDER BY id")).scalars().all()
    assert len(set(ids)) == 3
    assert ids[1].strip() == "x"


def test_processes_that_start_at_once_take_the_steps_once(engine: Engine, database_url: str) -> None:
    make_document_tables(engine, rows=50)
    engines = [open_engine(database_url) for _ in range(5)]
    with ThreadPoolExecutor(5) as threads:
        list(threads.map(upgrade, engines))
    for each in engines:
        each.dispose()
    assert differences(engine) == []


def test_an_account_without_the_right_to_make_tables_is_enough_once_they_are_there(mariadb_url: str) -> None:
    writer = Writer.to(mariadb_url)
    writer.prepare()
    engine = writer.engine
    database, name = engine.url.database, f"w{os.getpid()}"
    with engine.begin() as connection:
        connection.execute(text(f"CREATE USER {name}@'127.0.0.1' IDENTIFIED BY 'secret'"))
        connection.execute(text(f"GRANT SELECT, INSERT, UPDATE ON {database}.* TO {name}@'127.0.0.1'"))
    try:
        narrow = Writer.to(mariadb_url.replace("root@", f"{name}:secret@"))
        narrow.store([chat()])
        narrow.close()
    finally:
        with engine.begin() as connection:
            connection.execute(text(f"DROP USER {name}@'127.0.0.1'"))
        writer.close()


def test_such_an_account_is_enough_for_postgresql_too(postgresql_url: str) -> None:
    writer = Writer.to(postgresql_url)
    writer.prepare()
    name = f"w{os.getpid()}"
    grant = "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO"
    with writer.engine.begin() as connection:
        connection.execute(text(f"CREATE ROLE {name} LOGIN PASSWORD 'secret'"))
        connection.execute(text(f"{grant} {name}"))
        connection.execute(text(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {name}"))
    try:
        narrow = Writer.to(postgresql_url.replace("postgres@", f"{name}:secret@"))
        narrow.store([chat()])
        assert Follower(narrow.engine).step() == 1
        narrow.close()
    finally:
        with writer.engine.begin() as connection:
            connection.execute(text(f"DROP OWNED BY {name}"))
            connection.execute(text(f"DROP ROLE {name}"))
        writer.close()


def newer(engine: Engine) -> None:
    upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))


def test_a_newer_schema_is_refused(engine: Engine, database_url: str) -> None:
    newer(engine)
    writer = Writer.to(database_url)
    with pytest.raises(SchemaNewer, match="version 9999, and this program knows none after 0003"):
        writer.store([chat()])
    writer.close()
    assert not issubclass(SchemaNewer, StorageUnavailable)
    assert issubclass(SchemaNewer, StorageError)


def test_the_worker_ends_on_a_newer_schema_with_what_to_do(sqlite_url: str, tmp_path: Path) -> None:
    engine = open_engine(sqlite_url)
    newer(engine)
    engine.dispose()
    environ = {"MODE": "embedded", "DATABASE_URL": sqlite_url, "SPOOL_DIR": str(tmp_path / "spool")}
    done = subprocess.run(
        [sys.executable, "-m", "worker"],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert "start the newer program that made it" in done.stderr
    assert "Traceback" not in done.stderr
