"""What no worker can beat: consuming without storing, and storing without consuming."""

import time
from collections.abc import Sequence

from benchmarks.drain_queue import QUEUE, Bench, fill
from registration.messaging.messages import Message
from registration.storage.writer import Writer
from worker.broker import consumer_parameters
from worker.consumer import Consumer
from worker.source import Limits

_ROWS = Limits().rows


def consume_only(bench: Bench, messages: Sequence[Message]) -> float:
    """Messages taken and acknowledged per second, as the worker takes them."""
    fill(bench, messages)
    time.sleep(1)
    consumer = Consumer(consumer_parameters(bench.rabbitmq), (QUEUE.name,), prefetch=2 * _ROWS)
    consumer.open()
    begun = time.monotonic()
    for number in range(1, len(messages) + 1):
        consumer.deliveries.get(timeout=30)
        if number % _ROWS == 0:
            consumer.acknowledge(number)
    taken = time.monotonic() - begun
    consumer.close()
    return len(messages) / taken


def store_only(bench: Bench, messages: Sequence[Message]) -> float:
    """Rows stored per second from messages already in memory, in batches of the worker's size."""
    writer = Writer.to(bench.database_url)
    writer.prepare()
    begun = time.monotonic()
    for start in range(0, len(messages), _ROWS):
        writer.store(messages[start : start + _ROWS])
    taken = time.monotonic() - begun
    writer.close()
    return len(messages) / taken
