"""Looking into RabbitMQ from a test."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pika.adapters.blocking_connection import BlockingChannel

from registration.messaging.connection import connect
from registration.messaging.declare import declare_topology
from registration.settings import RabbitMQSettings


@contextmanager
def channel(settings: RabbitMQSettings) -> Iterator[BlockingChannel]:
    connection = connect(settings, "test")
    try:
        yield connection.channel()
    finally:
        connection.close()


def declare(settings: RabbitMQSettings) -> None:
    with channel(settings) as opened:
        declare_topology(opened, settings.queue_type)


def size(settings: RabbitMQSettings, queue: str) -> int:
    with channel(settings) as opened:
        return int(opened.queue_declare(queue, passive=True).method.message_count)


def take(settings: RabbitMQSettings, queue: str, most: int = 100_000) -> list[tuple[Any, bytes]]:
    """Properties and bodies of what is ready, taken out for good."""
    taken: list[tuple[Any, bytes]] = []
    with channel(settings) as opened:
        while len(taken) < most:
            method, properties, body = opened.basic_get(queue, auto_ack=True)
            if method is None:
                break
            taken.append((properties, body))
    return taken
