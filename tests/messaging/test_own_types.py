"""A message type of a bot's own: declared once, and spool, worker and database follow; or refused by name."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from registration.errors import DeclarationError, SettingsError
from registration.messaging.messages import Message, derived_id, encode
from registration.messaging.registering import check_row, load_message_types, register
from registration.messaging.topology import QUEUES, Queue
from registration.storage.tables import as_row, table_of
from registration.storage.writer import Writer
from tests.messaging.building import NOW
from tests.messaging.own_rooms import ROOMS, RoomRequest


@pytest.fixture
def rooms() -> Iterator[Queue]:
    """The row while the test runs; other tests find the product's rows alone."""
    yield register(ROOMS)
    del QUEUES[ROOMS.name]


def request(**fields: Any) -> RoomRequest:
    return RoomRequest(student_id=7, timestamp=NOW, message_id=derived_id("room"), building="A", **fields)


def test_its_row_is_stored_once_in_its_own_table(rooms: Queue, database_url: str) -> None:
    writer = Writer.to(database_url)
    writer.store([request(floor=3, rent=1.25e22, roommates=["Bình"], is_quiet=True)] * 2)
    with writer.engine.connect() as connection:
        (row,) = connection.execute(sa.select(table_of(RoomRequest))).mappings().all()
        indexed = {tuple(index["column_names"]) for index in sa.inspect(connection).get_indexes(rooms.table)}
    writer.close()
    assert (row["building"], row["floor"], row["roommates"], row["remark"]) == ("A", 3, ["Bình"], "")
    assert bool(row["is_quiet"])
    assert row["rent"] == pytest.approx(1.25e22)
    assert row["timestamp"] == NOW.replace(tzinfo=None)
    assert {("student_id",), ("building",)} <= indexed


@pytest.mark.parametrize("rent", [12345678.91, -0.1, 1e300])
def test_a_number_comes_back_as_it_was(rooms: Queue, database_url: str, rent: float) -> None:
    assert rent_after(database_url, rent) == rent


def test_a_table_of_before_goes_on_and_can_be_altered(rooms: Queue, mariadb_url: str) -> None:
    rent_after(mariadb_url, 1.5)
    writer = Writer.to(mariadb_url)
    for column, held in (("FLOAT", 12345700.0), ("DOUBLE", 12345678.91)):
        with writer.engine.begin() as connection:
            connection.execute(sa.text(f"ALTER TABLE room_request_logs MODIFY rent {column} NOT NULL"))
            connection.execute(sa.delete(table_of(RoomRequest)))
        assert rent_after(mariadb_url, 12345678.91) == held
    writer.close()


def rent_after(database_url: str, rent: float) -> float:
    """The number that the table holds after a message with `rent`."""
    writer = Writer.to(database_url)
    writer.store([request(rent=rent)])
    with writer.engine.connect() as connection:
        found = connection.execute(sa.select(table_of(RoomRequest).c.rent)).scalar_one()
    writer.close()
    return float(found)


def test_what_it_leaves_out_is_null(rooms: Queue, database_url: str) -> None:
    writer = Writer.to(database_url)
    writer.store([request()])
    with writer.engine.connect() as connection:
        (row,) = connection.execute(sa.select(table_of(RoomRequest))).mappings().all()
    writer.close()
    assert (row["floor"], row["rent"], bool(row["is_quiet"]), row["roommates"]) == (None, 0, False, [])


def test_a_time_of_its_own_is_cut_to_what_a_column_holds() -> None:
    class Visit(Message, frozen=True, kw_only=True, tag="visit"):
        begins: Any

    row = as_row(Visit(student_id=1, timestamp=NOW, begins=NOW), NOW)
    assert row["begins"] == NOW.replace(tzinfo=None, microsecond=0)


def test_a_text_that_its_column_cannot_hold_is_refused() -> None:
    with pytest.raises(Exception, match="remark is 70000 bytes long"):
        encode(request(remark="x" * 70_000))


def test_the_same_row_twice_is_one_row(rooms: Queue) -> None:
    assert register(replace(ROOMS)) == rooms
    assert list(QUEUES.values()).count(rooms) == 1


class Wrong(Message, frozen=True, kw_only=True, tag="chat_message"):
    anything: set[str]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "Rooms"}, "name is 'Rooms'"),
        ({"name": "chat_messages"}, "'chat_messages' is that of 'chat_messages' too"),
        ({"table": "chat_message_logs"}, "table 'chat_message_logs' is that of 'chat_messages' too"),
        ({"table": "review_rooms"}, "are taken"),
        ({"worker_type": "all"}, "worker_type is 'all'"),
        ({"routing_key": "elsewhere"}, "no message gets there by 'elsewhere'"),
        (
            {"exchange": "chat_exchange", "exchange_type": "direct"},
            "exchange 'chat_exchange' is of type 'topic'",
        ),
        ({"exchange_type": "fanout"}, "allowed: topic or direct"),
        ({"ttl": 0}, "ttl is 0"),
        ({"max_length": -1}, "max_length is -1"),
        ({"indexes": ("colour",)}, "the index 'colour' is none of its fields: building, floor"),
        ({"message": Wrong}, "field 'anything' has a type that no column holds"),
        ({"message": Wrong}, "its tag 'chat_message' is that of 'chat_messages' too"),
    ],
)
def test_a_row_that_cannot_work_is_named(change: dict[str, Any], said: str) -> None:
    row = replace(ROOMS, **change)
    with pytest.raises(DeclarationError) as refused:
        check_row(row, QUEUES.values())
    assert said in str(refused.value)
    assert repr(row.name) in str(refused.value)


def test_every_row_of_the_product_passes_its_own_check() -> None:
    for row in QUEUES.values():
        check_row(row, [other for other in QUEUES.values() if other is not row])


def test_a_module_that_does_not_exist_is_named() -> None:
    with pytest.raises(SettingsError, match="MESSAGE_TYPES is 'no_such_bot', but there is no module"):
        load_message_types("no_such_bot")


def test_the_worker_learns_it_from_the_settings(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    environ = {**os.environ, "MESSAGE_TYPES": "tests.messaging.own_types", "SPOOL_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "worker", "--help"]
    done = subprocess.run(command, env=environ, cwd=root, capture_output=True, text=True, check=True)
    assert "notification,room}" in done.stdout
    assert done.stderr == ""
