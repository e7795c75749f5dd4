"""The forwarder and a RabbitMQ of the test's own, which is absent, killed, frozen, restarted or blocked."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from registration.messaging.forwarder import Forwarder
from registration.messaging.publisher import SpoolPublisher
from registration.messaging.rabbitmq import RabbitMQManager
from registration.messaging.spool import Spool
from registration.messaging.topology import QUEUE_CHAT_MESSAGES, QUEUE_CLASS_PREFERENCES
from registration.settings import SpoolSettings
from registration.testing.rabbitmq_server import RabbitMQServer, rabbitmq_program
from registration.testing.waiting import wait_until
from tests.messaging.broker import take
from tests.messaging.building import chat, preference

RECOVERY = 20.0  # seconds; the longest pause between two attempts is a quarter of this


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitMQServer]:
    if rabbitmq_program() is None:
        pytest.skip("rabbitmq-server is not installed: sudo apt-get install rabbitmq-server")
    server = RabbitMQServer(tmp_path_factory.mktemp("rabbitmq"))
    yield server
    server.close()


@pytest.fixture
def forwarder(spool: Spool, server: RabbitMQServer) -> Iterator[Forwarder]:
    forwarder = Forwarder(spool, server.settings)
    yield forwarder
    forwarder.stop(2)


def publish(publisher: SpoolPublisher, first: int, last: int) -> float:
    """Publishes messages of seven students; the slowest took so many seconds."""
    slowest = 0.0
    for number in range(first, last):
        begun = time.perf_counter()
        assert publisher.publish(chat(number, number % 7 + 1))
        slowest = max(slowest, time.perf_counter() - begun)
    return slowest


def arrived(server: RabbitMQServer) -> list[int]:
    return [int(json.loads(body)["message"]) for _, body in take(server.settings, QUEUE_CHAT_MESSAGES)]


def check_arrived(server: RabbitMQServer, total: int) -> None:
    """Each at least once, and each student's in order where copies do not count."""
    once = list(dict.fromkeys(arrived(server)))
    assert sorted(once) == list(range(total))
    for student in range(7):
        mine = [number for number in once if number % 7 == student]
        assert mine == sorted(mine)


def test_a_broker_absent_from_the_start_costs_no_time_and_gets_all_later(
    publisher: SpoolPublisher,
    forwarder: Forwarder,
    server: RabbitMQServer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    slowest = publish(publisher, 0, 300)
    wait_until(lambda: "messages wait in the spool" in caplog.text)
    begun = time.perf_counter()
    assert not forwarder.stop(5)
    print(f"slowest publish {slowest * 1000:.2f} ms, stop {time.perf_counter() - begun:.2f} s")
    assert time.perf_counter() - begun < 5

    forwarder.start()
    server.start()

    assert forwarder.flush(RECOVERY)
    check_arrived(server, 300)
    said = [record for record in caplog.records if "messages wait in the spool" in record.getMessage()]
    assert len(said) <= 4  # an outage is no flood of lines
    assert not any(record.exc_info for record in caplog.records)


def test_a_killed_broker_gets_all_once_it_is_back(
    publisher: SpoolPublisher, forwarder: Forwarder, server: RabbitMQServer
) -> None:
    server.start()
    publish(publisher, 0, 2000)
    wait_until(lambda: forwarder.counters.confirmed > 100)
    server.kill()
    publish(publisher, 2000, 2200)
    wait_until(lambda: not forwarder.counters.connected)

    server.start()

    assert forwarder.flush(RECOVERY)
    check_arrived(server, 2200)


def test_errors_of_our_own_while_the_broker_is_away_do_not_end_the_search_for_it(
    publisher: SpoolPublisher, forwarder: Forwarder, server: RabbitMQServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.kill()
    publish(publisher, 10_000, 10_010)  # after a kill, older ones may come back
    run = forwarder._run
    assert run is not None

    def stumble_twice() -> None:
        run._loop.call_later(0, lambda: 1 / 0)  # due again, after a second, with all that was due meanwhile
        raise ZeroDivisionError

    wait_until(lambda: run._link.is_retrying)
    run._loop.add_callback_threadsafe(stumble_twice)
    wait_until(lambda: caplog.text.count("stumbled") == 2)
    server.start()

    assert forwarder.flush(RECOVERY)
    assert set(range(10_000, 10_010)) <= set(arrived(server))


def test_a_restarted_broker_is_found_again(
    publisher: SpoolPublisher, forwarder: Forwarder, server: RabbitMQServer
) -> None:
    server.start()
    publish(publisher, 0, 10)
    assert forwarder.flush(RECOVERY)

    server.restart()
    publish(publisher, 10, 20)

    assert forwarder.flush(RECOVERY)
    check_arrived(server, 20)


def test_a_frozen_broker_takes_up_where_it_stopped(
    publisher: SpoolPublisher, forwarder: Forwarder, server: RabbitMQServer
) -> None:
    server.start()
    publish(publisher, 0, 10)
    assert forwarder.flush(RECOVERY)

    server.pause()
    slowest = publish(publisher, 10, 500)
    assert not forwarder.flush(0.5)
    server.resume()

    assert forwarder.flush(RECOVERY)
    print(f"slowest publish beside a frozen broker {slowest * 1000:.2f} ms")
    check_arrived(server, 500)


def test_a_blocked_broker_gets_all_once_its_alarm_is_over(
    publisher: SpoolPublisher,
    forwarder: Forwarder,
    server: RabbitMQServer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    server.start()
    publish(publisher, 0, 1)
    assert forwarder.flush(RECOVERY)
    server.control("set_vm_memory_high_watermark", "absolute", "1")
    try:
        publish(publisher, 1, 500)
        wait_until(lambda: "memory or disk alarm" in caplog.text)
        assert not forwarder.flush(0.5)
        assert publish(publisher, 500, 600) < 5
    finally:
        server.control("set_vm_memory_high_watermark", "0.4")

    assert forwarder.flush(RECOVERY)
    check_arrived(server, 600)


def test_stopping_beside_a_frozen_broker_ends_in_time_and_loses_nothing(
    publisher: SpoolPublisher, forwarder: Forwarder, server: RabbitMQServer, tmp_path: Path
) -> None:
    server.start()
    publish(publisher, 0, 10)
    assert forwarder.flush(RECOVERY)
    server.pause()
    publish(publisher, 10, 20)

    begun = time.perf_counter()
    assert not forwarder.stop(1)
    assert time.perf_counter() - begun < 5
    server.resume()

    forwarder.start()
    assert forwarder.flush(RECOVERY)
    check_arrived(server, 20)


def test_a_wiped_broker_gets_its_queues_and_what_waits(
    publisher: SpoolPublisher, forwarder: Forwarder, server: RabbitMQServer, spool_settings: SpoolSettings
) -> None:
    server.start()
    publish(publisher, 0, 10)
    assert forwarder.flush(RECOVERY)
    take(server.settings, QUEUE_CHAT_MESSAGES)
    server.wipe()
    publish(publisher, 0, 20)
    server.start()

    assert forwarder.flush(RECOVERY)
    check_arrived(server, 20)


def test_a_connection_closed_by_the_broker_is_opened_again(
    publisher: SpoolPublisher, forwarder: Forwarder, server: RabbitMQServer
) -> None:
    server.start()
    publish(publisher, 0, 5)
    assert forwarder.flush(RECOVERY)

    server.control("close_all_connections", "idle")
    publish(publisher, 5, 10)

    assert forwarder.flush(RECOVERY)
    check_arrived(server, 10)


def test_a_full_queue_keeps_each_students_order_and_does_not_hold_up_others(
    publisher: SpoolPublisher, forwarder: Forwarder, server: RabbitMQServer
) -> None:
    server.start()
    short = ["set_policy", "short", f"^{QUEUE_CHAT_MESSAGES}$", '{"max-length": 50}', "--apply-to", "queues"]
    server.control(*short)
    try:
        publish(publisher, 0, 400)
        wait_until(lambda: forwarder.counters.refused > 0)
        publisher.publish(preference(1))
        wait_until(lambda: len(take(server.settings, QUEUE_CLASS_PREFERENCES)) == 1)
        assert not forwarder.flush(0.1)

        found: list[int] = []
        while len(set(found)) < 400:
            found += wait_until(lambda: arrived(server), RECOVERY)
    finally:
        server.control("clear_policy", "short")

    assert forwarder.flush(RECOVERY)
    assert len(found) == 400
    for student in range(7):
        mine = [number for number in found if number % 7 == student]
        assert mine == sorted(mine)


def test_a_quorum_queue_that_goes_on_refusing_is_tried_over_a_new_connection(
    publisher: SpoolPublisher, spool: Spool, server: RabbitMQServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.start()
    server.control("add_vhost", "quorum")
    server.control("set_permissions", "-p", "quorum", "guest", ".*", ".*", ".*")
    short = ["^chat_messages$", '{"max-length": 10, "overflow": "reject-publish"}', "--apply-to", "queues"]
    server.control("set_policy", "-p", "quorum", "short", *short)
    settings = replace(server.settings, vhost="quorum", queue_type="quorum")
    forwarder = Forwarder(spool, settings)
    try:
        publish(publisher, 0, 100)
        wait_until(lambda: "times in a row, connecting anew" in caplog.text, RECOVERY)

        found: set[int] = set()
        while len(found) < 100:
            taken = wait_until(lambda: take(settings, QUEUE_CHAT_MESSAGES), RECOVERY)
            found |= {int(json.loads(body)["message"]) for _, body in taken}
        assert forwarder.flush(RECOVERY)
    finally:
        forwarder.stop(2)
        server.control("delete_vhost", "quorum")


def test_a_consumer_survives_a_lost_connection(server: RabbitMQServer, spool_settings: SpoolSettings) -> None:
    server.start()
    manager = RabbitMQManager(server.settings, spool_settings)
    got: list[str] = []
    consumer = Thread(
        target=manager.consume_messages,
        args=(QUEUE_CHAT_MESSAGES, lambda message: got.append(message["message"])),
    )
    consumer.start()
    manager.publish_message(QUEUE_CHAT_MESSAGES, chat(1))
    wait_until(lambda: "1" in got)

    server.control("close_all_connections", "test")
    manager.publish_message(QUEUE_CHAT_MESSAGES, chat(2))

    wait_until(lambda: "2" in got, RECOVERY)
    manager.close(2)
    consumer.join(10)
    assert not consumer.is_alive()
