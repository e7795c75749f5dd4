"""What `consume` does with a message that nobody could foresee, and with a broker that refuses it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from typing import Any

import msgspec
import pika
import pytest

from registration.messaging.consuming import Callback, consume
from registration.messaging.messages import ChatMessage, encode
from registration.messaging.topology import QUEUES, Queue
from registration.settings import RabbitMQSettings
from registration.testing.waiting import wait_until
from tests.messaging.broker import channel, declare, size
from tests.messaging.building import chat

CHAT = QUEUES["chat_messages"]


class Faulty(ChatMessage, frozen=True, kw_only=True, tag="faulty"):
    """A message type of a bot's own, with a mistake in it."""

    def __post_init__(self) -> None:
        raise KeyError(self.message)


@contextmanager
def consuming(settings: RabbitMQSettings, queue: Queue, callback: Callback) -> Iterator[Thread]:
    stop = Event()
    thread = Thread(target=consume, args=(settings, queue, callback, stop))
    thread.start()
    try:
        yield thread
    finally:
        stop.set()
        thread.join(10)
    assert not thread.is_alive()


def put(settings: RabbitMQSettings, body: bytes, **properties: Any) -> None:
    declare(settings)
    with channel(settings) as opened:
        opened.basic_publish(CHAT.exchange, CHAT.routing_key, body, pika.BasicProperties(**properties))


def test_an_id_that_is_no_utf8_is_an_id(rabbitmq_settings: RabbitMQSettings) -> None:
    got: list[dict[str, Any]] = []
    put(rabbitmq_settings, encode(msgspec.structs.replace(chat(1), message_id="")), message_id=b"\xe9")
    put(rabbitmq_settings, b"{", message_id=b"\xe9")
    with consuming(rabbitmq_settings, CHAT, got.append):
        wait_until(lambda: got and size(rabbitmq_settings, CHAT.dead) == 1)
    assert got[0]["message_id"]


def test_a_message_that_cannot_be_read_for_whatever_reason_is_moved_and_the_next_one_read(
    rabbitmq_settings: RabbitMQSettings,
) -> None:
    faulty = replace(CHAT, message=Faulty)
    put(rabbitmq_settings, encode(chat(1)).replace(b'"chat_message"', b'"faulty"'))
    put(rabbitmq_settings, b"{")
    with consuming(rabbitmq_settings, faulty, print):
        wait_until(lambda: size(rabbitmq_settings, CHAT.delay(1_000)) == 1)
        wait_until(lambda: size(rabbitmq_settings, CHAT.dead) == 1)


def test_a_broker_that_refuses_its_queues_gets_one_connection_at_a_time(
    rabbitmq_settings: RabbitMQSettings, caplog: pytest.LogCaptureFixture
) -> None:
    with channel(rabbitmq_settings) as another:
        another.queue_declare(CHAT.name, exclusive=True)
        before = sockets()
        with consuming(rabbitmq_settings, CHAT, print):
            wait_until(lambda: caplog.text.count("not consuming queue=chat_messages") == 4)
        assert "RESOURCE_LOCKED" in caplog.text
        assert sockets() == before


def sockets() -> int:
    """How many this process has open."""
    return sum(_is_socket(descriptor) for descriptor in Path("/proc/self/fd").iterdir())


def _is_socket(descriptor: Path) -> bool:
    try:
        return str(descriptor.readlink()).startswith("socket:")
    except FileNotFoundError:  # that of the listing itself
        return False
