"""Handing one queue's messages to a callback, with the retries and dead letters that all consumers share."""

import logging
from collections.abc import Callable
from threading import Event
from typing import Any

import msgspec
from pika.adapters.blocking_connection import BlockingChannel, BlockingConnection

from registration.errors import BrokerError, BrokerUnavailable, InvalidMessage, TopologyMismatch
from registration.messaging.connection import broker_errors, connect
from registration.messaging.declare import declare_topology
from registration.messaging.envelope import message_id_of
from registration.messaging.messages import decode
from registration.messaging.retries import retry_or_bury
from registration.messaging.topology import Queue
from registration.settings import RabbitMQSettings

log = logging.getLogger(__name__)

Callback = Callable[[dict[str, Any]], object]

_PREFETCH = 20
_POLL = 0.2  # seconds; how soon it notices that it is to stop
_SHORTEST_PAUSE = 0.2  # seconds between two attempts to connect
_LONGEST_PAUSE = 10.0


def consume(settings: RabbitMQSettings, queue: Queue, callback: Callback, stop: Event) -> None:
    """Blocks until `stop` is set; connects again after each loss. Raises TopologyMismatch."""
    pause = _SHORTEST_PAUSE
    while not stop.is_set():
        try:
            with broker_errors(), connect(settings, f"consumer-{queue.name}") as connection:
                consumption = _Consumption(connection, settings, queue, callback)
                pause = _SHORTEST_PAUSE
                consumption.run(stop)
        except TopologyMismatch:
            raise
        except BrokerError as error:
            log.error("not consuming queue=%s, next try in %.1f s: %s", queue.name, pause, error)
            stop.wait(pause)
            pause = min(_LONGEST_PAUSE, pause * 2)


class _Consumption:
    """One connection: messages come by one channel, and those that failed are moved by another.

    What pika raises here is translated by whoever opened the connection.
    """

    def __init__(
        self, connection: BlockingConnection, settings: RabbitMQSettings, queue: Queue, callback: Callback
    ) -> None:
        self._queue = queue
        self._callback = callback
        self._connection = connection
        self._is_cancelled = False
        self._incoming: BlockingChannel = connection.channel()
        self._moving: BlockingChannel = connection.channel()
        self._moving.confirm_delivery()
        declare_topology(self._moving, settings.queue_type)

    def run(self, stop: Event) -> None:
        self._incoming.basic_qos(prefetch_count=_PREFETCH)
        self._incoming.add_on_cancel_callback(self._on_cancelled)
        for name in (self._queue.name, self._queue.retry):
            self._incoming.basic_consume(name, self._on_message)
        while not stop.is_set():
            self._connection.process_data_events(time_limit=_POLL)
            if self._is_cancelled:
                raise BrokerUnavailable(f"the queue {self._queue.name} was deleted or its node is down")

    def _on_cancelled(self, _method: Any) -> None:
        self._is_cancelled = True

    def _on_message(self, channel: BlockingChannel, method: Any, properties: Any, body: bytes) -> None:
        failure = self._handle(body, properties)
        if failure is not None:
            reason, hopeless = failure
            target = retry_or_bury(self._moving, self._queue, properties, body, reason, hopeless=hopeless)
            log.warning("failed message_id=%r, moved to %s: %s", message_id_of(properties), target, reason)
        channel.basic_ack(method.delivery_tag)

    def _handle(self, body: bytes, properties: Any) -> tuple[str, bool] | None:
        """None, or why it failed and whether no retry would help."""
        try:
            message = decode(self._queue.message, body, message_id_of(properties))
        except InvalidMessage as error:
            return str(error), True
        except Exception as error:
            # Its text may quote what a student wrote; its type does not.
            return f"reading fails with {type(error).__name__}", False
        try:
            self._callback(msgspec.to_builtins(message))
        except Exception as error:
            return f"the callback raised {type(error).__name__}", False
        return None
