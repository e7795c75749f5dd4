"""Headers and properties of any kind: the message is stored or buried, and its lane goes on."""

from threading import Event
from typing import Any

import pika
import pytest

from registration.messaging.messages import ChatMessage, decode, encode
from registration.messaging.retries import ATTEMPTS, REASON
from registration.messaging.topology import QUEUES
from registration.settings import RabbitMQSettings
from registration.testing.waiting import wait_until
from tests.worker.odd import NO_UTF8, TOO_LATE, deep_stack, nested
from tests.worker.running import Broker, Rows, RunningLane, chat, ids
from worker.expired import put_back

CHAT = QUEUES["chat_messages"]
UNREADABLE = {"time": TOO_LATE, "time-in-a-list": [1, TOO_LATE], "deep": nested(2_000)}


@pytest.fixture
def rows(sqlite_url: str) -> Rows:
    return Rows(sqlite_url)


@pytest.mark.parametrize("value", UNREADABLE.values(), ids=UNREADABLE)
def test_a_header_that_cannot_be_read_costs_its_message_nothing(
    value: Any, broker: Broker, rows: Rows, sqlite_url: str
) -> None:
    sent = [chat(), chat()]
    with deep_stack():
        broker.publish(sent[:1], headers={"odd": value})
    broker.publish(sent[1:])

    with RunningLane(CHAT, broker.settings, sqlite_url):
        wait_until(lambda: len(rows.ids()) == 2)

    assert rows.ids() == ids(sent)


def test_beside_such_a_header_the_failures_are_counted(broker: Broker, rows: Rows, sqlite_url: str) -> None:
    broker.publish_body(CHAT, b"{", headers={"a": TOO_LATE, ATTEMPTS: 2, "z": TOO_LATE})

    with RunningLane(CHAT, broker.settings, sqlite_url):
        wait_until(lambda: broker.count(CHAT.dead) == 1)

    ((properties, body),) = broker.read(CHAT.dead)
    assert body == b"{"
    assert properties.headers[ATTEMPTS] == 3


def test_what_expired_with_such_a_header_comes_back(
    broker: Broker, rabbitmq_settings: RabbitMQSettings
) -> None:
    broker.publish([chat()], expiration="1", headers={"odd": TOO_LATE})
    buried = pika.BasicProperties(headers={REASON: "broken", "odd": TOO_LATE})
    broker.channel.basic_publish("", CHAT.dead, b"stays", buried)
    wait_until(lambda: broker.count(CHAT.dead) == 2)

    assert put_back(rabbitmq_settings, CHAT, 0, Event()) == (1, 1)


def test_an_id_that_is_no_utf8_names_its_message_as_any_other(
    broker: Broker, rows: Rows, sqlite_url: str
) -> None:
    body = encode(chat(message_id=""))
    for _ in range(2):
        broker.publish_body(CHAT, body, message_id=NO_UTF8, type=NO_UTF8, content_type=NO_UTF8)
    broker.publish_body(CHAT, b"{", message_id=NO_UTF8, type=NO_UTF8, content_type=NO_UTF8)
    broker.publish([last := chat()])

    with RunningLane(CHAT, broker.settings, sqlite_url):
        wait_until(lambda: len(rows.ids()) == 2 and broker.count(CHAT.dead) == 1)

    assert rows.ids() == [decode(ChatMessage, body, r"\xe9t\xe9-1").message_id, last.message_id]
    ((properties, buried),) = broker.read(CHAT.dead)
    assert (properties.message_id, buried) == (NO_UTF8, b"{")
