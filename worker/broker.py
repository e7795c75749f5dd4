"""Connections to RabbitMQ as the worker wants them."""

from collections.abc import Iterator
from contextlib import contextmanager

import pika
from pika.adapters.blocking_connection import BlockingChannel

from registration.errors import BrokerUnavailable
from registration.messaging.connection import broker_errors, connection_parameters
from registration.messaging.declare import declare_queue
from registration.messaging.topology import Queue
from registration.settings import RabbitMQSettings

_ANSWER_TIMEOUT = 5  # seconds


def consumer_parameters(settings: RabbitMQSettings) -> pika.ConnectionParameters:
    return connection_parameters(settings, "worker")


@contextmanager
def open_channel(settings: RabbitMQSettings) -> Iterator[BlockingChannel]:
    """A channel of a connection of its own, for a moment. Raises BrokerError."""
    parameters = connection_parameters(settings, "worker-moves")
    # A broker short of memory or disk stops reading. The one message to be moved then waits with its
    # batch, and the batch is tried again; but nothing hangs meanwhile.
    parameters.blocked_connection_timeout = _ANSWER_TIMEOUT
    with broker_errors():
        connection = pika.BlockingConnection(parameters)
        try:
            yield connection.channel()
        finally:
            if connection.is_open:
                connection.close()


def declare(settings: RabbitMQSettings, queue: Queue) -> None:
    """Declares `queue` with what belongs to it. Raises TopologyMismatch or another BrokerError."""
    with open_channel(settings) as channel:
        declare_queue(channel, queue, settings.queue_type)


def unavailable(error: BaseException) -> BrokerUnavailable:
    """What ended a connection that works by callbacks, where pika raises nothing."""
    try:
        with broker_errors():
            raise error
    except BrokerUnavailable as known:
        return known
    except Exception as other:
        return BrokerUnavailable(f"{type(other).__name__} {other}")
