"""The forwarder between a real spool and a real RabbitMQ: order, confirmation, refusal, return, adoption."""

import asyncio
import json
import os
import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pika.connection import Connection

from registration.messaging.forwarder import Forwarder
from registration.messaging.link import Link
from registration.messaging.publisher import SpoolPublisher
from registration.messaging.spool import Spool
from registration.messaging.spool_reader import SpoolReader
from registration.messaging.topology import QUEUE_CHAT_MESSAGES, QUEUES
from registration.settings import RabbitMQSettings, SpoolSettings
from registration.testing.waiting import wait_until
from tests.messaging.broker import channel, size, take
from tests.messaging.building import chat
from tests.messaging.descriptors import no_descriptors
from tests.messaging.disk import fill

CHAT = QUEUES[QUEUE_CHAT_MESSAGES]


def numbers(settings: RabbitMQSettings, queue: str = CHAT.name) -> list[int]:
    return [int(json.loads(body)["message"]) for _, body in take(settings, queue)]


def waiting(spool: Spool) -> bool:
    """Whether anything is in the spool, seen by another reader; only while no forwarder runs."""
    reader = SpoolReader(spool.settings, spool)
    reader.refresh()
    empty = reader.is_empty()
    reader.close()
    return not empty


def test_a_published_message_arrives_persistent_and_named(
    publisher: SpoolPublisher, forwarder: Forwarder, rabbitmq_settings: RabbitMQSettings
) -> None:
    publisher.publish(chat(1))

    assert forwarder.flush(10)
    ((properties, body),) = take(rabbitmq_settings, CHAT.name)
    assert properties.delivery_mode == 2
    assert properties.content_type == "application/json"
    assert properties.message_id == chat(1).message_id
    assert properties.type == "chat_message"
    assert json.loads(body)["message"] == "1"


def test_all_arrive_and_each_students_in_order(
    publisher: SpoolPublisher, forwarder: Forwarder, rabbitmq_settings: RabbitMQSettings
) -> None:
    students = random.Random(1).choices(range(1, 30), k=2000)
    for number, student in enumerate(students):
        publisher.publish(chat(number, student))

    assert forwarder.flush(30)

    found = [json.loads(body) for _, body in take(rabbitmq_settings, CHAT.name)]
    assert len(found) == 2000
    for student in set(students):
        mine = [int(item["message"]) for item in found if item["student_id"] == student]
        assert mine == [number for number, other in enumerate(students) if other == student]
    assert forwarder.counters.confirmed == forwarder.counters.published == 2000


def test_stopping_empties_the_spool_and_leaves_no_file(
    publisher: SpoolPublisher, forwarder: Forwarder, spool: Spool, rabbitmq_settings: RabbitMQSettings
) -> None:
    for number in range(300):
        publisher.publish(chat(number, number + 1))

    assert forwarder.stop(10)
    spool.close()

    assert list(spool.settings.folder.iterdir()) == []
    assert size(rabbitmq_settings, CHAT.name) == 300


def test_after_stop_publishing_goes_on_and_start_carries_on(
    publisher: SpoolPublisher, forwarder: Forwarder, spool: Spool, rabbitmq_settings: RabbitMQSettings
) -> None:
    publisher.publish(chat(1))
    forwarder.stop(10)

    assert publisher.publish(chat(2))
    assert waiting(spool)

    forwarder.start()
    assert forwarder.flush(10)
    assert numbers(rabbitmq_settings) == [1, 2]


def test_an_unroutable_message_waits_until_something_is_bound(
    publisher: SpoolPublisher, forwarder: Forwarder, rabbitmq_settings: RabbitMQSettings
) -> None:
    publisher.publish(chat(1))
    assert forwarder.flush(10)
    with channel(rabbitmq_settings) as opened:
        opened.queue_delete(CHAT.name)

    publisher.publish(chat(2))

    wait_until(lambda: forwarder.counters.returned > 0)
    assert forwarder.flush(10)  # it declares what is missing and sends again
    assert numbers(rabbitmq_settings) == [2]


def test_a_deleted_exchange_is_declared_again(
    publisher: SpoolPublisher, forwarder: Forwarder, rabbitmq_settings: RabbitMQSettings
) -> None:
    publisher.publish(chat(1))
    assert forwarder.flush(10)
    with channel(rabbitmq_settings) as opened:
        opened.exchange_delete(CHAT.exchange)

    publisher.publish(chat(2))

    assert forwarder.flush(10)
    assert numbers(rabbitmq_settings) == [1, 2]


def test_a_mismatch_is_logged_with_its_remedy_and_messages_wait(
    publisher: SpoolPublisher,
    forwarder: Forwarder,
    rabbitmq_settings: RabbitMQSettings,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with channel(rabbitmq_settings) as opened:
        opened.queue_declare(
            CHAT.name, durable=True, arguments={"x-message-ttl": 5, "x-queue-type": "classic"}
        )

    publisher.publish(chat(1))

    wait_until(lambda: "delete_queue chat_messages --if-empty" in caplog.text)
    with channel(rabbitmq_settings) as opened:
        opened.queue_delete(CHAT.name)
    assert forwarder.flush(20)
    assert numbers(rabbitmq_settings) == [1]


def test_quorum_queues_take_the_same(spool: Spool, rabbitmq_settings: RabbitMQSettings) -> None:
    settings = replace(rabbitmq_settings, queue_type="quorum")
    forwarder = Forwarder(spool, settings)
    for number in range(200):
        SpoolPublisher(spool).publish(chat(number, number % 7 + 1))

    assert forwarder.flush(20)
    assert sorted(numbers(settings)) == list(range(200))
    forwarder.stop()


def test_two_processes_and_what_a_killed_one_left(
    publisher: SpoolPublisher,
    forwarder: Forwarder,
    spool_settings: SpoolSettings,
    rabbitmq_settings: RabbitMQSettings,
) -> None:
    code = f"""
import os, signal
from pathlib import Path
from registration.messaging.publisher import SpoolPublisher
from registration.messaging.spool import Spool
from registration.settings import SpoolSettings
from tests.messaging.building import chat
from tests.messaging.disk import fill
publisher = SpoolPublisher(Spool(SpoolSettings(folder=Path({str(spool_settings.folder)!r}))))
for number in range(100):
    publisher.publish(chat(number))
os.kill(os.getpid(), signal.SIGKILL)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -9

    publisher.publish(chat(100))
    forwarder.start()

    wait_until(lambda: forwarder.counters.confirmed == 101)
    found = numbers(rabbitmq_settings)
    assert [number for number in found if number < 100] == list(range(100))
    assert sorted(found) == list(range(101))


def test_a_forked_child_forwards_by_itself(
    publisher: SpoolPublisher, forwarder: Forwarder, rabbitmq_settings: RabbitMQSettings
) -> None:
    publisher.publish(chat(1))
    assert forwarder.flush(10)

    child = os.fork()
    if child == 0:
        publisher.publish(chat(2))
        os._exit(0 if forwarder.flush(10) else 1)
    assert os.waitpid(child, 0)[1] == 0
    publisher.publish(chat(3))

    assert forwarder.flush(10)
    assert sorted(numbers(rabbitmq_settings)) == [1, 2, 3]


def test_one_message_is_confirmed_within_milliseconds(
    publisher: SpoolPublisher, forwarder: Forwarder
) -> None:
    publisher.publish(chat(0))
    assert forwarder.flush(10)
    times = []
    for number in range(1, 100):
        begun = time.perf_counter()
        publisher.publish(chat(number))
        taken = time.perf_counter()
        assert forwarder.flush(5)
        times.append((taken - begun, time.perf_counter() - begun))

    publish, confirm = (sorted(column)[50] for column in zip(*times, strict=True))
    print(f"publish p50 {publish * 1e6:.0f} us, until confirmed and removed p50 {confirm * 1e3:.2f} ms")
    assert publish < confirm


def test_an_error_of_our_own_does_not_end_the_forwarding(
    publisher: SpoolPublisher,
    forwarder: Forwarder,
    rabbitmq_settings: RabbitMQSettings,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publisher.publish(chat(1))
    assert forwarder.flush(10)
    with monkeypatch.context() as broken:
        broken.setattr(SpoolReader, "entries", lambda *_: 1 / 0)
        publisher.publish(chat(2))
        wait_until(lambda: "stumbled" in caplog.text)

    assert forwarder.flush(20)
    assert numbers(rabbitmq_settings) == [1, 2]
    assert not any(record.exc_info for record in caplog.records)


@pytest.mark.parametrize("step", ["open", "_on_open", "_on_channel", "_on_confirming", "_on_closed"])
def test_an_error_at_any_step_of_a_connection_does_not_end_the_forwarding(
    step: str,
    publisher: SpoolPublisher,
    forwarder: Forwarder,
    rabbitmq_settings: RabbitMQSettings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    usual, errors = getattr(Link, step), [ZeroDivisionError()]

    def stumbles_once(link: Link, *args: Any) -> None:
        if errors:
            raise errors.pop()
        usual(link, *args)

    monkeypatch.setattr(Link, step, stumbles_once)
    publisher.publish(chat(1))
    assert forwarder.flush(60)
    assert forwarder._run is not None
    forwarder._run._loop.add_callback_threadsafe(forwarder._run._link.drop)
    publisher.publish(chat(2))

    assert forwarder.flush(60)
    assert numbers(rabbitmq_settings) == [1, 2]
    assert not errors


def test_a_loop_that_gets_no_descriptor_to_poll_with_is_started_again(
    publisher: SpoolPublisher,
    forwarder: Forwarder,
    rabbitmq_settings: RabbitMQSettings,
    caplog: pytest.LogCaptureFixture,
) -> None:
    publisher.publish(chat(1))
    assert forwarder.flush(60)
    assert forwarder._run is not None
    with no_descriptors():
        forwarder._run._loop.add_callback_threadsafe(lambda: 1 / 0)
        wait_until(lambda: caplog.text.count("stumbled") >= 2)

    publisher.publish(chat(2))
    assert forwarder.flush(60)
    assert numbers(rabbitmq_settings) == [1, 2]


def test_stopping_amid_a_handshake_ends_at_once(
    spool: Spool, rabbitmq_settings: RabbitMQSettings, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # what connects is never answered
        settings = replace(rabbitmq_settings, host="127.0.0.1", port=silent.getsockname()[1])
        forwarder = Forwarder(spool, settings)
        forwarder.start()
        connection = connection_of(forwarder)
        wait_until(lambda: connection.connection_state == Connection.CONNECTION_PROTOCOL)

        begun = time.perf_counter()
        assert forwarder.stop(5)

    assert time.perf_counter() - begun < 1
    assert "stumbled" not in caplog.text


def test_stopping_amid_the_declarations_is_no_outage(
    forwarder: Forwarder, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = Link._on_channel

    def and_close(link: Link, channel: Any) -> None:
        usual(link, channel)
        link.close()

    monkeypatch.setattr(Link, "_on_channel", and_close)
    forwarder.start()
    connection = connection_of(forwarder)
    wait_until(lambda: connection.is_closed)

    assert forwarder.stop(5)
    assert "messages wait" not in caplog.text


def connection_of(forwarder: Forwarder) -> Any:
    """The connection that it opens, or has opened."""
    run = forwarder._run
    assert run is not None
    return wait_until(lambda: run._link._connection)


def test_a_message_is_kept_where_no_thread_can_be_had_and_the_next_takes_it_along(
    publisher: SpoolPublisher,
    forwarder: Forwarder,
    rabbitmq_settings: RabbitMQSettings,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with no_threads():
        assert publisher.publish(chat(1))
        assert publisher.publish(chat(2))
        with pytest.raises(RuntimeError, match="thread"):
            forwarder.start()
    assert publisher.publish(chat(3))

    assert forwarder.flush(10)
    assert numbers(rabbitmq_settings) == [1, 2, 3]
    assert caplog.text.count("until the next one is published") == 1


async def test_what_was_published_together_is_kept_once_where_no_thread_can_be_had(
    publisher: SpoolPublisher, forwarder: Forwarder, rabbitmq_settings: RabbitMQSettings
) -> None:
    with no_threads():
        assert all(await asyncio.gather(*(publisher.publish_soon(chat(number)) for number in range(5))))

    assert forwarder.flush(10)
    assert numbers(rabbitmq_settings) == [0, 1, 2, 3, 4]


@contextmanager
def no_threads() -> Iterator[None]:
    """Whoever starts a thread meanwhile is told that there can be no more."""
    usual = threading.stack_size(1 << 50)  # bytes, which no machine has
    try:
        yield
    finally:
        threading.stack_size(usual)


def test_a_full_disk_does_not_keep_messages_from_leaving(
    small_disk: Path, rabbitmq_settings: RabbitMQSettings
) -> None:
    spool = Spool(SpoolSettings(folder=small_disk / "spool"))
    publisher = SpoolPublisher(spool)
    forwarder = Forwarder(spool, rabbitmq_settings)
    forwarder.stop()  # so that all of it waits
    for number in range(50):
        publisher.publish(chat(number))
    fill(small_disk / "ballast")
    taken = [number for number in range(50, 500) if publisher.publish(chat(number))]
    assert len(taken) < 450

    forwarder.start()
    wait_until(lambda: forwarder.counters.confirmed >= 50 + len(taken))
    (small_disk / "ballast").unlink()

    assert forwarder.flush(10)
    assert publisher.publish(chat(1000))
    assert forwarder.flush(10)
    assert list(dict.fromkeys(numbers(rabbitmq_settings))) == [*range(50), *taken, 1000]
    forwarder.stop()
    spool.close()
