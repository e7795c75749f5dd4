"""Embedded mode: the worker reads the spool itself, and promises the same."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from registration.messaging.messages import ChatMessage, ClassPreference, Message, Notification, encode
from registration.messaging.shelf import NAME
from registration.messaging.spool import Spool
from registration.messaging.topology import QUEUES, queue_of
from registration.settings import SpoolSettings
from registration.testing.waiting import wait_until
from tests.storage.test_writer import refuse, run
from tests.worker.running import (
    Rows,
    WorkerProcess,
    chat,
    embedded_environment,
    ids,
    notification,
    preference,
)

Start = Callable[[], WorkerProcess]


@pytest.fixture
def spool(spool_settings: SpoolSettings) -> Iterator[Spool]:
    spool = Spool(spool_settings)
    yield spool
    spool.close()


@pytest.fixture
def rows(sqlite_url: str) -> Iterator[Rows]:
    rows = Rows(sqlite_url)
    yield rows
    rows.close()


@pytest.fixture
def start(spool_settings: SpoolSettings, sqlite_url: str, tmp_path: Path) -> Iterator[Start]:
    with ExitStack() as workers:
        environ = embedded_environment(spool_settings.folder, sqlite_url)
        yield lambda: workers.enter_context(WorkerProcess(environ, tmp_path / "worker.log"))


def keep(spool: Spool, *messages: Message) -> None:
    for message in messages:
        keep_body(spool, queue_of(message).name, encode(message), message.message_id)


def keep_body(spool: Spool, queue: str, body: bytes, message_id: str = "") -> None:
    spool.append(queue, message_id, QUEUES[queue].routing_key, "1", body)


def shelved(settings: SpoolSettings, table: str) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(settings.folder / NAME)) as connection:
        connection.row_factory = sqlite3.Row
        try:
            return [dict(row) for row in connection.execute(f"SELECT * FROM {table}")]
        except sqlite3.OperationalError:
            return []  # the worker has not made it yet


def test_what_is_spooled_before_and_during_is_stored_once(spool: Spool, rows: Rows, start: Start) -> None:
    before, after = [chat(1), preference(2)], [notification(3), chat(4)]
    keep(spool, *before)
    worker = start()
    wait_until(lambda: rows.ids(ClassPreference) and rows.ids(ChatMessage))
    keep(spool, *after)

    wait_until(lambda: rows.ids(Notification) and len(rows.ids(ChatMessage)) == 2)
    assert rows.ids(ChatMessage) == [before[0].message_id, after[1].message_id]
    assert worker.stop() == 0


def test_kill_9_stores_each_message_once(spool: Spool, rows: Rows, start: Start) -> None:
    sent = [chat(number) for number in range(6_000)]
    keep(spool, *sent)
    for part in (1, 2, 3):
        worker = start()
        wait_until(lambda part=part: len(rows.ids()) > part * 1_000, 20)
        worker.kill()
    start()
    wait_until(lambda: len(rows.ids()) >= len(sent), 20)
    assert rows.ids() == ids(sent), "in the order in which they were taken"


def test_what_cannot_be_stored_is_set_aside_with_its_reason(
    spool: Spool, rows: Rows, start: Start, spool_settings: SpoolSettings
) -> None:
    good = chat()
    keep_body(spool, "chat_messages", b"{", "broken")
    keep(spool, good)
    start()

    assert wait_until(rows.ids) == [good.message_id]
    (letter,) = wait_until(lambda: shelved(spool_settings, "dead_letters"))
    assert (letter["message_id"], letter["body"], letter["attempts"]) == ("broken", b"{", 1)
    assert "not a chat_message" in letter["reason"]


def test_what_the_database_refuses_is_tried_again(
    spool: Spool, rows: Rows, start: Start, spool_settings: SpoolSettings, sqlite_url: str
) -> None:
    keep(spool, chat())
    start()
    wait_until(rows.ids)
    refuse(sqlite_url, "refuse me")
    refused, fine = chat(message="refuse me"), chat()
    keep(spool, refused, fine)

    (waiting,) = wait_until(lambda: shelved(spool_settings, "retries"))
    assert waiting["message_id"] == refused.message_id
    wait_until(lambda: fine.message_id in rows.ids())
    run(sqlite_url, "DROP TRIGGER refuse")
    wait_until(lambda: refused.message_id in rows.ids())
    wait_until(lambda: not shelved(spool_settings, "retries"))
    assert not shelved(spool_settings, "dead_letters")


def test_a_locked_database_is_waited_for(
    spool: Spool, rows: Rows, start: Start, spool_settings: SpoolSettings, sqlite_url: str
) -> None:
    keep(spool, chat())
    worker = start()
    wait_until(rows.ids)
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        held = chat()
        keep(spool, held)
        wait_until(lambda: "StorageUnavailable" in worker.text(), 20)
        other.execute("ROLLBACK")
    wait_until(lambda: held.message_id in rows.ids(), 20)
    assert not shelved(spool_settings, "dead_letters")
    assert not shelved(spool_settings, "retries")


def test_damaged_dead_letters_are_set_aside_and_hold_up_nothing(
    spool: Spool, rows: Rows, start: Start, spool_settings: SpoolSettings
) -> None:
    keep(spool, chat())
    (spool_settings.folder / NAME).write_bytes(b"no database at all" * 100)
    start()
    wait_until(rows.ids)
    assert list(spool_settings.folder.glob(f"{NAME}.corrupt"))
