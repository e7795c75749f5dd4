"""What a worker is measured by: consuming without storing, and storing without consuming."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timezone

from sqlalchemy.dialects import mysql

from benchmarks.drain_queue import QUEUE, Bench, fill
from registration.messaging.messages import Message
from registration.storage.tables import as_row, table_of, utc_seconds
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
    """Rows stored per second by SQLAlchemy Core and PyMySQL, from messages in memory, as many at once."""
    table = table_of(type(messages[0]))
    insert = mysql.insert(table).on_duplicate_key_update(message_id=table.c.message_id)

    def store(writer: Writer, batch: Sequence[Message]) -> None:
        created_at = utc_seconds(datetime.now(timezone.utc))
        with writer.engine.begin() as connection:
            connection.execute(insert, [as_row(message, created_at) for message in batch])

    return _stored(bench, messages, store)


def writer_only(bench: Bench, messages: Sequence[Message]) -> float:
    """The same by the worker's own writer."""
    return _stored(bench, messages, Writer.store)


def _stored(
    bench: Bench, messages: Sequence[Message], store: Callable[[Writer, Sequence[Message]], None]
) -> float:
    writer = Writer.to(bench.database_url)
    writer.prepare()
    begun = time.monotonic()
    for start in range(0, len(messages), _ROWS):
        store(writer, messages[start : start + _ROWS])
    taken = time.monotonic() - begun
    writer.close()
    return len(messages) / taken
