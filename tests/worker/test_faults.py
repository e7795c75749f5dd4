"""Poison, retries, expiry, and a database that goes away: nothing lost, nothing wrongly buried."""

import json
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event

import pika
import pytest

from registration.messaging.declare import declare_queue
from registration.messaging.messages import ChatMessage, decode, encode
from registration.messaging.retries import ATTEMPTS, FIRST_SEEN, REASON
from registration.messaging.topology import QUEUES
from registration.settings import RabbitMQSettings
from registration.testing.mariadb_server import MariaDBServer
from registration.testing.postgresql_server import PostgreSQLServer
from registration.testing.waiting import wait_until
from tests.storage.test_writer import refuse
from tests.worker.conftest import StartWorker
from tests.worker.running import Broker, Rows, RunningLane, WorkerProcess, chat, environment, ids
from worker.expired import PUT_BACK, put_back

CHAT = QUEUES["chat_messages"]
GOOD = json.loads(encode(chat()))


def changed(**fields: object) -> bytes:
    return json.dumps({**GOOD, "message_id": None, **fields}).encode()


POISON = {
    "no-json": b"{",
    "no-utf8": b'{"message": "\xff"}',
    "no-object": b"[1]",
    "wrong-type": changed(type="notification"),
    "missing-field": json.dumps({"type": "chat_message", "student_id": 1}).encode(),
    "student-text": changed(message_id="1", student_id="one"),
    "student-large": changed(message_id="2", student_id=2**31),
    "time-unreadable": changed(message_id="3", timestamp="yesterday"),
    "time-before-all": changed(message_id="4", timestamp="0001-01-01T00:00:00"),
    "intent-long": changed(message_id="5", intent="x" * 256),
    "message-long": changed(message_id="6", message="x" * 70_000),
    "body-long": changed(message_id="7", message="x" * 300_000),
    "lone-surrogate": changed(message_id="8", message="\ud800"),
    "schema": changed(message_id="9", schema=2),
}


def test_poison_of_every_kind_goes_alone_and_its_batch_is_stored(
    broker: Broker, rows: Rows, start_worker: StartWorker
) -> None:
    sent = []
    for name, body in POISON.items():
        sent.append(chat())
        broker.publish(sent[-1:])
        broker.publish_body(CHAT, body, correlation_id=name, message_id=name)
    worker = start_worker("chat")

    wait_until(lambda: broker.count(CHAT.dead) == len(POISON))
    dead = broker.read(CHAT.dead)
    assert {properties.message_id: body for properties, body in dead} == POISON
    for properties, _ in dead:
        assert properties.headers[ATTEMPTS] == 1
        assert properties.headers[REASON]
        assert properties.headers[FIRST_SEEN]
    wait_until(lambda: len(rows.ids()) >= len(sent))
    assert rows.ids() == ids(sent)
    assert "xxxx" not in worker.text()


@pytest.fixture
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("declare", "retries"):
        monkeypatch.setattr(f"registration.messaging.{module}.RETRY_DELAYS", (50, 100, 150))


@pytest.mark.usefixtures("quick_retries")
def test_what_the_database_refuses_is_narrowed_down_retried_and_buried(
    broker: Broker, rows: Rows, rabbitmq_settings: RabbitMQSettings, database_url: str
) -> None:
    sent = [chat(number, message="refuse me" if number in (3, 77) else "fine") for number in range(100)]
    with RunningLane(CHAT, rabbitmq_settings, database_url) as running:
        wait_until(running.lane.healthy.is_set)
        refuse(database_url, "refuse me")
        broker.publish(sent)
        wait_until(lambda: broker.count(CHAT.dead) == 2)
        wait_until(lambda: len(rows.ids()) == 98)

    assert set(rows.ids()) == set(ids(sent)) - {sent[3].message_id, sent[77].message_id}
    dead = broker.read(CHAT.dead)
    assert {properties.message_id for properties, _ in dead} == {sent[3].message_id, sent[77].message_id}
    for properties, body in dead:
        assert properties.headers[ATTEMPTS] == 4
        assert "refuse me" not in properties.headers[REASON]
        assert decode(ChatMessage, body).message == "refuse me"


@pytest.mark.usefixtures("quick_retries")
def test_a_retry_that_succeeds_is_stored(
    broker: Broker, rows: Rows, rabbitmq_settings: RabbitMQSettings, database_url: str
) -> None:
    message = chat(message="refuse me")
    with RunningLane(CHAT, rabbitmq_settings, database_url) as running:
        wait_until(running.lane.healthy.is_set)
        refuse(database_url, "refuse me")
        broker.publish([message])
        wait_until(lambda: broker.count(CHAT.delay(100)))
        running.drop_trigger()
        wait_until(rows.ids)
    assert rows.ids() == [message.message_id]
    assert broker.count(CHAT.dead) == 0


@pytest.mark.usefixtures("quick_retries")
def test_queues_deleted_while_a_worker_runs_come_back_when_they_are_needed(
    broker: Broker,
    rows: Rows,
    rabbitmq_settings: RabbitMQSettings,
    database_url: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    refused, poison, fine = chat(message="refuse me"), b"{", chat()
    with RunningLane(CHAT, rabbitmq_settings, database_url) as running:
        wait_until(running.lane.healthy.is_set)
        refuse(database_url, "refuse me")
        for queue in (CHAT.dead, CHAT.delay(50)):
            broker.channel.queue_delete(queue)
        broker.publish([refused])
        wait_until(lambda: "to=chat_messages.dead" in caplog.text, 20)
        broker.channel.queue_delete(CHAT.dead)
        broker.publish_body(CHAT, poison)
        broker.publish([fine])
        wait_until(lambda: caplog.text.count("to=chat_messages.dead") == 2 and rows.ids(), 20)

    assert rows.ids() == [fine.message_id]
    assert [body for _, body in broker.read(CHAT.dead)] == [poison]


def test_what_expires_once_the_dead_letters_queue_was_deleted_is_not_lost(
    broker: Broker, rabbitmq_settings: RabbitMQSettings
) -> None:
    broker.channel.queue_delete(CHAT.dead)
    assert put_back(rabbitmq_settings, CHAT, 0, Event()) == (0, 0)

    broker.publish([chat()], expiration="1")

    wait_until(lambda: broker.count(CHAT.dead) == 1)


def test_what_expired_comes_back_once(
    broker: Broker, rows: Rows, rabbitmq_settings: RabbitMQSettings, start_worker: StartWorker
) -> None:
    late, poison = chat(), b"{"
    broker.publish([late], expiration="1")
    broker.publish_body(CHAT, poison, expiration="1", message_id="poison")
    buried = pika.BasicProperties(headers={REASON: "for another reason"})
    broker.channel.basic_publish("", CHAT.dead, b"stays", buried)
    wait_until(lambda: broker.count(CHAT.dead) == 3)

    start_worker("chat")

    assert wait_until(rows.ids) == [late.message_id]
    wait_until(lambda: broker.count(CHAT.dead) == 2)
    assert put_back(rabbitmq_settings, CHAT, 0, Event()) == (0, 2), "each once"
    left = {body: properties.headers for properties, body in broker.read(CHAT.dead)}
    assert set(left) == {b"stays", poison}
    assert PUT_BACK not in left[b"stays"]


OwnDatabase = MariaDBServer | PostgreSQLServer


@pytest.fixture(params=["mariadb", "postgresql"])
def own_database(request: pytest.FixtureRequest) -> Iterator[OwnDatabase]:
    request.getfixturevalue(f"{request.param}_database")  # skips where it cannot be had
    server: OwnDatabase
    if request.param == "mariadb":
        server = MariaDBServer()
        set_up = ("CREATE DATABASE own", "CREATE USER plain@'%'", "GRANT ALL ON own.* TO plain@'%'")
    else:
        server = PostgreSQLServer()
        set_up = ("CREATE ROLE plain LOGIN", "CREATE DATABASE own OWNER plain")
    server.start()
    server.execute(*set_up)
    yield server
    server.close()


def address(server: OwnDatabase) -> str:
    return server.url.replace("root@", "plain@").replace("postgres@", "plain@") + "own"


def make_read_only(server: OwnDatabase, whether: bool) -> None:
    if isinstance(server, MariaDBServer):
        server.execute(f"SET GLOBAL read_only = {int(whether)}")
    else:
        server.execute(
            f"ALTER SYSTEM SET default_transaction_read_only = {'on' if whether else 'off'}",
            "SELECT pg_reload_conf()",
        )


@pytest.fixture
def own_worker(
    own_database: OwnDatabase, rabbitmq_settings: RabbitMQSettings, tmp_path: Path
) -> Iterator[WorkerProcess]:
    with WorkerProcess(environment(rabbitmq_settings, address(own_database)), tmp_path / "own.log") as worker:
        yield worker


@pytest.fixture
def own_rows(own_database: OwnDatabase) -> Iterator[Rows]:
    rows = Rows(address(own_database))
    yield rows
    rows.close()


def test_a_database_killed_restarted_and_read_only_costs_time_and_nothing_else(
    broker: Broker, own_database: OwnDatabase, own_worker: WorkerProcess, own_rows: Rows
) -> None:
    sent = [chat(number) for number in range(900)]
    broker.publish(sent[:300])
    wait_until(lambda: len(own_rows.ids()) == 300)

    own_database.kill()
    broker.publish(sent[300:600])
    wait_until(lambda: "StorageUnavailable" in own_worker.text())
    own_database.start()
    wait_until(lambda: len(own_rows.ids()) == 600, 40)

    make_read_only(own_database, True)
    broker.publish(sent[600:])
    wait_until(lambda: "read-only" in own_worker.text(), 20)
    make_read_only(own_database, False)
    wait_until(lambda: len(own_rows.ids()) == 900, 40)

    assert sorted(own_rows.ids()) == sorted(ids(sent))
    assert own_worker.stop() == 0
    assert broker.count(CHAT.name) == broker.count(CHAT.dead) == broker.count(CHAT.delay(1000)) == 0


def test_sigterm_with_a_frozen_database_hands_back_within_ten_seconds(
    broker: Broker, own_database: OwnDatabase, own_worker: WorkerProcess, own_rows: Rows
) -> None:
    broker.publish([chat()])
    wait_until(own_rows.ids)
    own_database.pause()
    broker.publish([chat(), chat()])
    wait_until(lambda: broker.count(CHAT.name) == 0)

    assert own_worker.stop(signal.SIGTERM, timeout=10) == 0

    wait_until(lambda: broker.count(CHAT.name) == 2)
    assert broker.count(CHAT.dead) == 0


def test_a_queue_of_another_shape_ends_the_worker_with_its_name(
    rabbitmq_settings: RabbitMQSettings, broker: Broker, start_worker: StartWorker
) -> None:
    broker.channel.queue_delete(CHAT.name)
    declare_queue(broker.channel, replace(CHAT, ttl=1_234), rabbitmq_settings.queue_type)

    worker = start_worker("chat")

    assert worker.process.wait(20) == 2
    assert "x-message-ttl" in worker.text()
    assert "Traceback" not in worker.text()


def test_wrong_settings_end_the_worker_with_one_line(start_worker: StartWorker) -> None:
    worker = start_worker("chat", DATABASE_URL="mysql+pymysql://me:hidden@somewhere/")
    assert worker.process.wait(20) == 2
    assert len(worker.text().splitlines()) == 1
    assert "DATABASE_URL" in worker.text()
    assert "hidden" not in worker.text()
