"""The topology on a real RabbitMQ: what it holds, that it can be declared again, what a mismatch says."""

import dataclasses
from collections.abc import Iterator

import pytest
from pika.adapters.blocking_connection import BlockingChannel

from registration.errors import BrokerUnavailable, TopologyMismatch
from registration.messaging.connection import connect
from registration.messaging.declare import declare_topology, queue_declarations
from registration.messaging.topology import QUEUE_CHAT_MESSAGES, QUEUES, RETRY_DELAYS
from registration.settings import RabbitMQSettings

CHAT = QUEUES[QUEUE_CHAT_MESSAGES]


@pytest.fixture
def channel(rabbitmq_settings: RabbitMQSettings) -> Iterator[BlockingChannel]:
    connection = connect(rabbitmq_settings)
    yield connection.channel()
    connection.close()


@pytest.mark.parametrize("queue_type", ["classic", "quorum"])
def test_topology_is_declared_and_declared_again(channel: BlockingChannel, queue_type: str) -> None:
    declare_topology(channel, queue_type)
    declare_topology(channel, queue_type)

    for queue in QUEUES.values():
        for name in (queue.name, queue.dead, queue.retry, *map(queue.delay, RETRY_DELAYS)):
            assert channel.queue_declare(name, passive=True).method.queue == name


def test_limits_are_those_of_the_table() -> None:
    arguments = queue_declarations(CHAT, "classic")[-1].arguments

    assert arguments["x-message-ttl"] == 24 * 3_600_000
    assert arguments["x-max-length"] == 10_000
    assert arguments["x-overflow"] == "reject-publish"
    assert arguments["x-dead-letter-routing-key"] == "chat_messages.dead"


def test_dead_letters_and_retries_have_no_limit() -> None:
    declared = {item.name: item.arguments for item in queue_declarations(CHAT, "classic")}

    assert declared[CHAT.dead] == declared[CHAT.retry] == {"x-queue-type": "classic"}


@pytest.mark.parametrize("queue_type", ["classic", "quorum"])
def test_an_expired_message_reaches_the_dead_letters(channel: BlockingChannel, queue_type: str) -> None:
    declare_topology(channel, queue_type)
    channel.confirm_delivery()

    channel.basic_publish("", CHAT.delay(RETRY_DELAYS[0]), b"late")

    _method, properties, body = next(channel.consume(CHAT.retry, inactivity_timeout=10))
    assert body == b"late"
    assert properties is not None
    assert properties.headers["x-first-death-reason"] == "expired"


def test_a_mismatch_names_the_difference_and_the_command(
    channel: BlockingChannel, rabbitmq_settings: RabbitMQSettings
) -> None:
    channel.queue_declare(
        CHAT.name, durable=True, arguments={"x-message-ttl": 1000, "x-queue-type": "classic"}
    )

    with pytest.raises(TopologyMismatch) as caught:
        declare_topology(channel, "classic")

    text = str(caught.value)
    assert "'x-message-ttl'" in text
    assert "'86400000' but current is '1000'" in text
    assert f"rabbitmqctl -p {rabbitmq_settings.vhost} delete_queue chat_messages --if-empty" in text


def test_an_exchange_of_another_kind_is_a_mismatch(
    channel: BlockingChannel, rabbitmq_settings: RabbitMQSettings
) -> None:
    channel.exchange_declare(CHAT.exchange, "fanout", durable=True)

    with pytest.raises(TopologyMismatch, match="delete exchange name=chat_exchange"):
        declare_topology(channel, "classic")


def test_nobody_listening_is_unavailable(rabbitmq_settings: RabbitMQSettings, unused_tcp_port: int) -> None:
    with pytest.raises(BrokerUnavailable) as caught:
        connect(dataclasses.replace(rabbitmq_settings, port=unused_tcp_port))

    assert caught.value.__cause__ is not None


def test_a_wrong_password_is_not_shown(rabbitmq_settings: RabbitMQSettings) -> None:
    with pytest.raises(BrokerUnavailable) as caught:
        connect(dataclasses.replace(rabbitmq_settings, password="very-secret"))

    assert "very-secret" not in str(caught.value)


def test_a_host_that_does_not_exist_is_unavailable(rabbitmq_settings: RabbitMQSettings) -> None:
    with pytest.raises(BrokerUnavailable):
        connect(dataclasses.replace(rabbitmq_settings, host="no-such-host.invalid"))
