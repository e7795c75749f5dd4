"""What the writer stores, what it refuses, and whose fault it says that was."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from registration.errors import InvalidMessage, RowRejected, SettingsError, StorageError, StorageUnavailable
from registration.messaging.messages import ChatMessage, ClassPreference, Notification, decode, encode
from registration.storage.engine import open_engine
from registration.storage.mysql_insert import inserts
from registration.storage.schema import create_missing
from registration.storage.tables import as_row, chat_message_logs
from registration.storage.writer import Writer
from registration.testing.mariadb_server import MariaDBServer
from registration.testing.processes import free_port
from tests.worker.odd import nested
from tests.worker.running import Rows, chat, ids, notification, preference
from worker.batch import store_batch
from worker.source import Delivery

ODD_TEXT = "<b>'; DROP TABLE chat_message_logs; --</b> \\ % %s 🎓\u200b\u0000 đăng ký"
ODD_JSON: dict[str, Any] = {
    "nested": {"list": [1, [2, {"ba": "lớp"}], {}], "null": None, "true": True},
    "numbers": [0, -1, 1.5, 1e300, 12345678901234567890123],
    'quote"\\': "😀\u200b\n",
    "empty": "",
}


@pytest.fixture
def writer(database_url: str) -> Iterator[Writer]:
    writer = Writer.to(database_url)
    yield writer
    writer.close()


@pytest.fixture
def rows(database_url: str) -> Iterator[Rows]:
    rows = Rows(database_url)
    yield rows
    rows.close()


def run(database_url: str, *statements: str) -> None:
    engine = open_engine(database_url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def test_text_and_json_come_back_as_they_were(writer: Writer, rows: Rows, database_url: str) -> None:
    odd = ODD_TEXT.replace("\0", "") if database_url.startswith("postgresql") else ODD_TEXT
    writer.store([chat(message=odd, response=odd, intent="đ🎓", metadata=ODD_JSON)])
    writer.store([preference(preferences=ODD_JSON), notification(metadata=None)])

    (row,) = rows.of(ChatMessage)
    assert (row["message"], row["response"], row["intent"]) == (odd, odd, "đ🎓")
    assert row["metadata"] == ODD_JSON
    assert rows.of(ClassPreference)[0]["preferences"] == ODD_JSON
    assert rows.of(Notification)[0]["metadata"] is None


def test_postgresql_says_that_it_cannot_hold_a_nul(postgresql_url: str) -> None:
    writer = Writer.to(postgresql_url)
    wrong = [
        chat(message="secret\0words"),
        chat(metadata={"sender_id": "secret\0words"}),
        chat(metadata={"deep": [{"secret\0": 1}]}),
        preference(preferences={"words": "a backslash before it \\\0"}),
    ]
    for message in wrong:
        with pytest.raises(RowRejected, match="NUL") as caught:
            writer.store([chat(), message])
        assert "secret" not in str(caught.value)
    writer.close()


def test_what_only_looks_like_a_nul_is_stored(writer: Writer, rows: Rows) -> None:
    metadata = {"\\u0000": "\\\\u0000 \\x \\"}
    writer.store([chat(metadata=metadata)])
    assert rows.of(ChatMessage)[0]["metadata"] == metadata


def test_the_longest_text_that_a_message_may_hold_fits(writer: Writer, rows: Rows) -> None:
    longest = "ằ" * (65_535 // 3)
    writer.store([chat(message=longest, intent="i" * 255)])
    assert rows.of(ChatMessage)[0]["message"] == longest


def test_times_are_utc_in_whole_seconds(writer: Writer, rows: Rows) -> None:
    hanoi = timezone(timedelta(hours=7))
    moment = datetime(2026, 5, 6, 7, 8, 9, 999_999)
    before = datetime.now(timezone.utc).replace(tzinfo=None, microsecond=0)

    writer.store([chat(timestamp=moment.replace(tzinfo=hanoi)), chat(timestamp=moment)])

    zoned, naive = rows.of(ChatMessage)
    assert zoned["timestamp"] == datetime(2026, 5, 6, 0, 8, 9)
    assert naive["timestamp"] == datetime(2026, 5, 6, 7, 8, 9)
    assert before <= zoned["created_at"] <= datetime.now(timezone.utc).replace(tzinfo=None)


def test_an_id_is_stored_once_within_a_batch_and_across_batches(writer: Writer, rows: Rows) -> None:
    first, second = chat(1), chat(2)
    writer.store([first, first, second])
    writer.store([second, first, chat(3)])
    assert rows.ids()[:2] == ids([first, second])
    assert len(rows.ids()) == 3


def test_workers_that_miss_a_table_at_once_all_make_it(database_url: str, writer: Writer, rows: Rows) -> None:
    together = Barrier(6)

    def store_one(own: Writer) -> None:
        own.prepare()  # connected already, so that all look at the same moment
        together.wait(timeout=30)
        create_missing(own.engine)
        own.store([chat()])

    writer.prepare()
    run(database_url, "DROP TABLE chat_message_logs", "DROP TABLE notification_logs")
    writers = [Writer.to(database_url) for _ in range(6)]
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(store_one, writers))
    for own in writers:
        own.close()

    assert len(rows.ids()) == 6


def test_ids_that_are_there_twice_already_are_no_fault_of_a_row(database_url: str, writer: Writer) -> None:
    # A table that somebody made with our columns, and without what makes an id stored once.
    columns = "student_id INTEGER NOT NULL, notification_type VARCHAR(100), title VARCHAR(500), content TEXT,"
    columns += " metadata JSON, timestamp TIMESTAMP, created_at TIMESTAMP, message_id CHAR(36)"
    run(
        database_url,
        f"CREATE TABLE notification_logs (id INTEGER PRIMARY KEY, {columns})",
        "INSERT INTO notification_logs (id, student_id, message_id) VALUES (1, 7, 'same'), (2, 7, 'same')",
    )

    with pytest.raises(StorageUnavailable, match=r"same|message_id"):
        writer.store([notification()])


def test_workers_that_start_at_once_all_find_the_tables(database_url: str, rows: Rows) -> None:
    writers = [Writer.to(database_url) for _ in range(6)]
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(lambda writer: writer.store([chat()]), writers))
    for writer in writers:
        writer.close()

    assert len(rows.ids()) == 6
    engine = open_engine(database_url)
    indexed = {tuple(index["column_names"]) for index in inspect(engine).get_indexes("chat_message_logs")}
    engine.dispose()
    assert {("student_id",), ("intent",)} <= indexed


def test_a_dropped_table_comes_back(writer: Writer, rows: Rows, database_url: str) -> None:
    writer.store([chat()])
    run(database_url, "DROP TABLE chat_message_logs")

    with pytest.raises(StorageUnavailable):
        writer.store([chat()])
    writer.store([chat()])

    assert len(rows.ids()) == 1


def test_a_table_without_our_column_is_named_with_its_mending(writer: Writer, database_url: str) -> None:
    run(database_url, "CREATE TABLE chat_message_logs (id INT PRIMARY KEY, student_id INT NOT NULL)")
    with pytest.raises(StorageError, match=r"lacks message, .*ALTER TABLE chat_message_logs") as caught:
        writer.prepare()
    assert not isinstance(caught.value, (StorageUnavailable, RowRejected))


def test_a_time_that_no_column_holds_is_an_invalid_message(writer: Writer, rows: Rows) -> None:
    for moment in (datetime(1, 1, 1), datetime.max.replace(tzinfo=timezone(timedelta(hours=-5)))):
        with pytest.raises(InvalidMessage, match="timestamp"):
            writer.store([chat(), chat(timestamp=moment)])
    assert rows.ids() == []


def test_a_batch_with_a_refused_row_stores_nothing(writer: Writer, rows: Rows, database_url: str) -> None:
    writer.prepare()
    refuse(database_url, "secret words")
    with pytest.raises(RowRejected) as caught:
        writer.store([chat(1), chat(2, message="secret words"), chat(3)])
    assert "secret" not in str(caught.value)
    assert rows.ids() == []


def test_a_clash_on_another_key_than_the_id_is_the_rows_fault(
    writer: Writer, rows: Rows, database_url: str
) -> None:
    writer.prepare()
    run(database_url, "CREATE UNIQUE INDEX ux ON chat_message_logs (student_id, timestamp)")
    first = chat(7)
    writer.store([first, first])
    for batch in ([chat(7)], [chat(8), chat(7)], [chat(9), chat(9)], [first, chat(7)]):
        with pytest.raises(RowRejected):
            writer.store(batch)
    writer.store([first, second := chat(8)])  # handed in again, with a new one
    assert rows.ids() == ids([first, second])


def test_a_batch_is_narrowed_to_the_row_that_clashes(writer: Writer, rows: Rows, database_url: str) -> None:
    writer.prepare()
    run(database_url, "CREATE UNIQUE INDEX ux ON chat_message_logs (student_id, timestamp)")
    messages = [chat(number) for number in (1, 2, 3, 2, 4)]
    refused = store_batch(ChatMessage, [Delivery(0, encode(each)) for each in messages], writer.store)
    assert [decode(ChatMessage, each.delivery.body) for each in refused] == [messages[3]]
    assert "message_id" in refused[0].reason or "student_id" in refused[0].reason
    assert rows.ids() == ids([*messages[:3], messages[4]])


@pytest.mark.parametrize("mode", ["", "STRICT_ALL_TABLES"])
def test_a_clash_changes_no_row_whatever_the_sql_mode_and_the_column(mariadb_url: str, mode: str) -> None:
    writer = Writer.to(mariadb_url)
    writer.store([first := chat(7)])
    run(
        mariadb_url,
        "CREATE UNIQUE INDEX ux ON chat_message_logs (student_id, timestamp)",
        "ALTER TABLE chat_message_logs MODIFY message_id CHAR(36) NULL",
    )
    (clashing,) = inserts(chat_message_logs, [as_row(chat(7), datetime(2026, 1, 2))], 1_000_000)
    with writer.engine.connect() as connection:
        connection.execute(text(f"SET SESSION sql_mode = '{mode}'"))
        with pytest.raises(DBAPIError, match="out of range"):
            connection.exec_driver_sql(clashing)
        ids_there = connection.execute(select(chat_message_logs.c.message_id)).scalars().all()
    writer.close()
    assert ids_there == [first.message_id]


def refuse(database_url: str, message: str) -> None:
    """Has the database itself refuse rows that hold `message`."""
    is_it = f"NEW.message = '{message}'"
    refusal = {
        "mysql": f"FOR EACH ROW IF {is_it} THEN SIGNAL SQLSTATE '45000'; END IF",
        "postgresql": f"FOR EACH ROW WHEN ({is_it}) EXECUTE FUNCTION refuse()",
        "sqlite": f"WHEN {is_it} BEGIN SELECT RAISE(ABORT, 'refused'); END",
    }[make_url(database_url).get_backend_name()]
    if database_url.startswith("postgresql"):
        body = "$$ BEGIN RAISE EXCEPTION 'refused'; END $$"
        run(database_url, f"CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS {body}")
    run(database_url, f"CREATE TRIGGER refuse BEFORE INSERT ON chat_message_logs {refusal}")


@pytest.mark.parametrize(
    "message",
    [
        notification(title="secret" * 100),
        notification(notification_type="secret" * 20),
        notification(content="secret" * 20_000),
        notification(student_id=2**31),
    ],
    ids=["title", "type", "content", "student"],
)
def test_mariadb_refuses_what_does_not_fit_rather_than_cut_it(
    mariadb_url: str, message: Notification
) -> None:
    writer = Writer.to(mariadb_url)
    with pytest.raises(RowRejected) as caught:
        writer.store([message])
    writer.close()
    assert "secret" not in str(caught.value)


def test_json_too_deep_for_mariadb_is_a_rows_fault(mariadb_url: str) -> None:
    deep: Any = []
    for _ in range(100):
        deep = [deep]
    writer = Writer.to(mariadb_url)
    with pytest.raises(RowRejected, match="metadata"):
        writer.store([chat(metadata={"deep": deep})])
    writer.close()


def test_json_too_deep_for_pythons_stack_is_a_rows_fault(writer: Writer) -> None:
    with pytest.raises(RowRejected):
        writer.store([chat(metadata={"deep": nested(2_000)})])


def test_a_lock_held_too_long_is_the_databases_fault(writer: Writer, rows: Rows, database_url: str) -> None:
    message = chat()
    writer.prepare()
    engine = open_engine(database_url)
    with engine.connect() as other:
        other.execute(
            text(
                "INSERT INTO chat_message_logs (student_id, message, response, intent, timestamp, created_at,"
                " message_id) VALUES (1, '', '', '', '2026-01-01', '2026-01-01', :id)"
            ),
            {"id": message.message_id},
        )
        with pytest.raises(StorageUnavailable):
            writer.store([message])
    engine.dispose()
    writer.store([message])
    assert rows.ids() == [message.message_id]


@pytest.mark.parametrize("kind", ["mariadb", "postgresql"])
def test_deadlocks_are_tried_again(kind: str, request: pytest.FixtureRequest) -> None:
    url = request.getfixturevalue(f"{kind}_url")
    messages = [chat(number) for number in range(400)]
    writer, rows = Writer.to(url), Rows(url)
    writer.prepare()
    # PostgreSQL looks for deadlocks after a second, within which more of them would outlast the lock's wait.
    pairs = 1 if kind == "postgresql" else 2
    with ThreadPoolExecutor(4) as threads:
        for part in range(0, 400, 100):
            chunk = messages[part : part + 100]
            list(threads.map(writer.store, [chunk, chunk[::-1]] * pairs))
    assert sorted(rows.ids()) == sorted(ids(messages))
    writer.close()
    rows.close()


def test_a_database_that_does_not_answer_is_unavailable() -> None:
    writer = Writer.to(f"mysql+pymysql://root:hidden-password@127.0.0.1:{free_port()}/db")
    with pytest.raises(StorageUnavailable) as caught:
        writer.store([chat()])
    assert "hidden-password" not in f"{caught.value} {writer}"


@pytest.mark.parametrize(
    "url",
    [
        "mysql+pymysql://root@localhost/",
        "mysql+pymysql://root:x@host:port/db",
        "sqlite://",
        "postgresql://a/b",
    ],
)
def test_a_wrong_url_is_a_wrong_setting(url: str) -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL"):
        Writer.to(url)


@pytest.fixture(scope="module")
def small_server(mariadb_database: object) -> Iterator[MariaDBServer]:
    """A MariaDB of this module's own that takes 64 KiB at once."""
    server = MariaDBServer(options=("--max-allowed-packet=64K",))
    server.start()
    server.execute("CREATE DATABASE small", "CREATE USER plain@'%'", "GRANT ALL ON small.* TO plain@'%'")
    yield server
    server.close()


@pytest.fixture
def small_url(small_server: MariaDBServer) -> str:
    return f"mysql+pymysql://plain@127.0.0.1:{small_server.port}/small"


def test_a_batch_larger_than_a_packet_is_split(small_url: str) -> None:
    messages = [chat(number, message="'" * 1_000) for number in range(300)]
    writer, rows = Writer.to(small_url), Rows(small_url)
    writer.store(messages)
    assert set(ids(messages)) <= set(rows.ids())
    writer.close()
    rows.close()


def test_a_row_larger_than_a_packet_is_its_own_fault(small_url: str) -> None:
    writer = Writer.to(small_url)
    for batch in ([chat(message="'" * 40_000)], [chat(), chat(message="'" * 40_000)]):
        with pytest.raises(RowRejected, match="bytes long"):
            writer.store(batch)
    writer.store([chat()])
    writer.close()


def test_a_read_only_database_is_unavailable_and_comes_back(
    small_server: MariaDBServer, small_url: str
) -> None:
    writer = Writer.to(small_url)
    writer.prepare()
    small_server.execute("SET GLOBAL read_only = 1")
    with pytest.raises(StorageUnavailable):
        writer.store([chat()])
    small_server.execute("SET GLOBAL read_only = 0")
    writer.store([chat()])
    writer.close()


def test_a_restarted_database_is_reached_again(small_server: MariaDBServer, small_url: str) -> None:
    writer = Writer.to(small_url)
    writer.store([chat()])
    small_server.kill()
    with pytest.raises(StorageUnavailable):
        writer.store([chat()])
    small_server.start()
    writer.store([chat()])
    writer.close()
