"""RabbitMQ as a source: a queue and its retries, consumed together."""

import time
from collections.abc import Sequence
from queue import Empty

from registration.errors import BrokerUnavailable
from registration.messaging.declare import declare_queue
from registration.messaging.envelope import message_id_of
from registration.messaging.retries import retry_or_bury
from registration.messaging.topology import Queue
from registration.settings import RabbitMQSettings

from .broker import consumer_parameters, declare, open_channel
from .consumer import Consumer, Delivered
from .source import Delivery, Limits, Refused

_ENOUGH = 4  # a batch a quarter full is worth its transaction
_LINGER = 0.001  # seconds
_POLL = 0.2  # seconds; how soon a lane notices that it is to stop


class AmqpSource:
    """A Source: one connection that consumes `queue`, and one opened when something has to be moved."""

    def __init__(self, settings: RabbitMQSettings, queue: Queue, limits: Limits | None = None) -> None:
        self._settings = settings
        self._queue = queue
        self._limits = limits or Limits()
        self._consumer: Consumer | None = None

    def open(self) -> None:
        declare(self._settings, self._queue)
        # Twice a batch: one is stored while the next arrives.
        consumer = Consumer(
            consumer_parameters(self._settings),
            (self._queue.name, self._queue.retry),
            prefetch=2 * self._limits.rows,
        )
        self._consumer = consumer
        consumer.open()

    def is_open(self) -> bool:
        return self._consumer is not None and self._consumer.is_open()

    def take(self) -> Sequence[Delivery]:
        consumer = self._opened()
        try:
            first = consumer.deliveries.get(timeout=_POLL)
        except Empty:
            return ()
        self._linger(consumer)
        return self._batch(consumer, first)

    def settle(self, batch: Sequence[Delivery], refused: Sequence[Refused]) -> None:
        consumer = self._opened()
        if refused:
            self._move(refused)
        consumer.acknowledge(batch[-1].tag)

    def close(self) -> None:
        if self._consumer is not None:
            self._consumer.close()
            self._consumer = None

    def _opened(self) -> Consumer:
        if self._consumer is None:
            raise BrokerUnavailable("not connected")
        return self._consumer

    def _linger(self, consumer: Consumer) -> None:
        """Lets a small batch grow; sleeping, because waking for each message would slow down its arrival."""
        deadline = time.monotonic() + self._limits.age
        while consumer.deliveries.qsize() < self._limits.rows // _ENOUGH and time.monotonic() < deadline:
            time.sleep(_LINGER)

    def _batch(self, consumer: Consumer, first: Delivered | None) -> list[Delivery]:
        batch: list[Delivery] = []
        size = 0
        item = first
        while True:
            if item is None:
                raise consumer.failure()
            batch.append(_delivery(item))
            size += len(item[1])
            if len(batch) >= self._limits.rows or size >= self._limits.bytes:
                return batch
            try:
                item = consumer.deliveries.get_nowait()
            except Empty:
                return batch

    def _move(self, refused: Sequence[Refused]) -> None:
        """Publishes the refused to where they go next, each confirmed before the batch is acknowledged."""
        with open_channel(self._settings) as channel:
            # Who deletes a queue of dead letters or of retries, as no longer needed, must not stop the lane.
            declare_queue(channel, self._queue, self._settings.queue_type)
            channel.confirm_delivery()
            for item in refused:
                delivery = item.delivery
                retry_or_bury(
                    channel,
                    self._queue,
                    delivery.envelope,
                    delivery.body,
                    item.reason,
                    hopeless=item.hopeless,
                )


def _delivery(delivered: Delivered) -> Delivery:
    tag, body, properties = delivered
    return Delivery(tag, body, message_id_of(properties), properties.headers, properties)
