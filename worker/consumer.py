"""A consumer whose connection lives on a thread of its own, so heartbeats go on while a batch is stored."""

import logging
from collections.abc import Sequence
from functools import partial
from queue import SimpleQueue
from threading import Event, Lock, Thread
from typing import Any

import pika
from pika.adapters.select_connection import SelectConnection
from pika.channel import Channel
from pika.spec import Basic, BasicProperties

from registration.errors import BrokerUnavailable
from registration.messaging.connection import CONNECT_TIMEOUT

from .broker import unavailable

log = logging.getLogger(__name__)
_CLOSE_TIMEOUT = 2  # seconds

Delivered = tuple[int, bytes, BasicProperties]


class Consumer:
    """Consumes `queues` on one channel into `deliveries`, at most `prefetch` of each unacknowledged.

    When it ends, for whatever reason, the last thing in `deliveries` is None. It is used once.
    """

    def __init__(self, parameters: pika.ConnectionParameters, queues: Sequence[str], prefetch: int) -> None:
        self.deliveries: SimpleQueue[Delivered | None] = SimpleQueue()
        self._parameters = parameters
        self._queues = queues
        self._prefetch = prefetch
        self._started = Event()
        self._calling = Lock()  # nobody calls into a loop that is being closed
        self._ended = Event()
        self._waiting_for = len(queues)
        self._failure: BaseException | None = None
        self._connection: SelectConnection | None = None
        self._channel: Channel | None = None
        self._thread = Thread(target=self._run, name=f"amqp-{queues[0]}", daemon=True)

    def open(self) -> None:
        """Returns once all queues are being consumed. Raises BrokerUnavailable."""
        self._thread.start()
        if not self._started.wait(2 * CONNECT_TIMEOUT):
            self.close()
            raise BrokerUnavailable("RabbitMQ does not answer in time")
        if self._ended.is_set():
            raise self.failure()

    def is_open(self) -> bool:
        return self._started.is_set() and not self._ended.is_set()

    def failure(self) -> BrokerUnavailable:
        return unavailable(self._failure or ConnectionError("connection closed"))

    def acknowledge(self, tag: int) -> None:
        """Acknowledges everything delivered up to `tag`."""
        self._call(partial(self._acknowledge, tag))

    def close(self) -> None:
        """Sends what acknowledgements wait, then closes; the broker takes back what was not acknowledged."""
        self._call(self._close)
        self._thread.join(_CLOSE_TIMEOUT)
        if self._thread.is_alive():  # the broker does not answer: leave without its consent
            self._call(self._stop)
            self._thread.join(_CLOSE_TIMEOUT)

    def _call(self, action: Any) -> None:
        with self._calling:
            if self._connection is not None and not self._ended.is_set():
                self._connection.ioloop.add_callback_threadsafe(action)

    # Everything below runs on the connection's thread.

    def _run(self) -> None:
        try:
            self._connection = SelectConnection(
                self._parameters,
                on_open_callback=self._on_open,
                on_open_error_callback=self._on_closed,
                on_close_callback=self._on_closed,
            )
            self._connection.ioloop.start()
        except Exception as error:
            self._failure = error
        with self._calling:
            self._ended.set()
            if self._connection is not None:
                self._connection.ioloop.close()
        self._started.set()
        self.deliveries.put(None)

    def _on_open(self, connection: SelectConnection) -> None:
        connection.channel(on_open_callback=self._on_channel)

    def _on_channel(self, channel: Channel) -> None:
        self._channel = channel
        channel.add_on_close_callback(self._on_channel_closed)
        channel.add_on_cancel_callback(self._on_cancelled)
        channel.basic_qos(prefetch_count=self._prefetch, callback=self._on_qos)

    def _on_qos(self, _frame: Any) -> None:
        assert self._channel is not None
        for queue in self._queues:
            self._channel.basic_consume(queue, self._on_message, callback=self._on_consuming)

    def _on_consuming(self, _frame: Any) -> None:
        self._waiting_for -= 1
        if not self._waiting_for:
            self._started.set()

    def _on_message(
        self, _channel: Channel, method: Basic.Deliver, properties: BasicProperties, body: bytes
    ) -> None:
        self.deliveries.put((method.delivery_tag, body, properties))

    def _on_cancelled(self, _frame: Any) -> None:
        self._failure = ConnectionError("the queue was deleted, or its node is down")
        self._close()

    def _on_channel_closed(self, _channel: Channel, reason: BaseException) -> None:
        self._failure = self._failure or reason
        self._close()

    def _on_closed(self, _connection: SelectConnection, reason: BaseException) -> None:
        self._failure = self._failure or reason
        self._stop()

    def _acknowledge(self, tag: int) -> None:
        if self._channel is not None and self._channel.is_open:
            self._channel.basic_ack(tag, multiple=True)

    def _close(self) -> None:
        connection = self._connection
        if connection is None or connection.is_closed:
            self._stop()
        elif connection.is_open:
            connection.close()

    def _stop(self) -> None:
        if self._connection is not None:
            self._connection.ioloop.stop()
