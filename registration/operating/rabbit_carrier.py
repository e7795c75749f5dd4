"""RabbitMQ as an operator sees it: counts, purging, and dead letters read one by one."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from typing import Any

import pika.exceptions
from pika.adapters.blocking_connection import BlockingConnection

from registration.errors import BrokerError
from registration.messaging.connection import broker_errors, connect, is_missing
from registration.messaging.declare import DEFAULT_EXCHANGE
from registration.messaging.envelope import message_id_of
from registration.messaging.glance import glance, moment
from registration.messaging.retries import REASON, attempts_of, first_seen_of, moved
from registration.messaging.topology import QUEUES, RETRY_DELAYS, Queue, queue_beside
from registration.operating.carrier import Letter, Letters, QueueState
from registration.settings import RabbitMQSettings


class RabbitCarrier:
    """A Carrier; it opens a connection for each question, so that nothing is held between two."""

    def __init__(self, settings: RabbitMQSettings) -> None:
        self._settings = settings

    def states(self) -> list[QueueState]:
        with opened(self._settings) as connection, broker_errors():
            return [_state(connection, queue) for queue in QUEUES.values()]

    def purge(self, name: str) -> int:
        queue_beside(name)
        with opened(self._settings) as connection, broker_errors():
            if not counted(connection, name)[0]:
                return 0
            # What a consumer holds is none of the ready ones, and stays.
            return int(connection.channel().queue_purge(name).method.message_count)

    @contextmanager
    def letters(self, queue: Queue) -> Iterator[Letters]:
        with opened(self._settings) as connection:
            yield _DeadLetters(connection, queue)


@contextmanager
def opened(settings: RabbitMQSettings) -> Iterator[BlockingConnection]:
    """A connection of the operator's; what was read and not acknowledged goes back to its place."""
    connection = connect(settings, "operator")
    try:
        yield connection
    finally:
        with suppress(pika.exceptions.AMQPError):
            connection.close()


class _DeadLetters:
    def __init__(self, connection: BlockingConnection, queue: Queue) -> None:
        self._queue = queue
        with broker_errors():
            self.count, _ = counted(connection, queue.dead)
            self._channel = connection.channel()
            self._channel.confirm_delivery()

    def __iter__(self) -> Iterator[Letter]:
        # One by one, because the broker would push all of a million at once into this process.
        for _ in range(self.count):
            with broker_errors():
                method, properties, body = self._channel.basic_get(self._queue.dead)
            if method is None or properties is None:
                return
            yield _letter(self._queue, method, properties, body or b"")

    def replay(self, letters: Sequence[Letter]) -> None:
        with broker_errors():
            for letter in letters:
                self._replay(letter)

    def drop(self, letters: Sequence[Letter]) -> None:
        with broker_errors():
            for letter in letters:
                self._channel.basic_ack(letter.handle[0])

    def _replay(self, letter: Letter) -> None:
        tag, properties = letter.handle
        # To the retries, which have no limit: the queue itself may be full.
        self._channel.basic_publish(
            DEFAULT_EXCHANGE, self._queue.retry, letter.body, moved(properties, {}), mandatory=True
        )
        self._channel.basic_ack(tag)


def _letter(queue: Queue, method: Any, properties: pika.BasicProperties, body: bytes) -> Letter:
    headers = properties.headers or {}
    return Letter(
        queue=queue.name,
        message_id=message_id_of(properties),
        reason=str(headers.get(REASON) or headers.get("x-first-death-reason") or "unknown"),
        attempts=attempts_of(headers),
        failed_at=moment(first_seen_of(headers)) or _first_death(headers),
        body=body,
        handle=(method.delivery_tag, properties),
    )


def _first_death(headers: Any) -> datetime | None:
    deaths = headers.get("x-death")
    first = deaths[-1] if isinstance(deaths, list) and deaths else None
    time = first.get("time") if isinstance(first, dict) else None
    return time.replace(tzinfo=timezone.utc) if isinstance(time, datetime) else None


def _state(connection: BlockingConnection, queue: Queue) -> QueueState:
    waiting, consumers = counted(connection, queue.name)
    delays = (queue.delay(delay) for delay in RETRY_DELAYS)
    return QueueState(
        name=queue.name,
        waiting=waiting,
        limit=queue.max_length,
        retrying=sum(counted(connection, name)[0] for name in (queue.retry, *delays)),
        dead=counted(connection, queue.dead)[0],
        consumers=consumers,
        oldest=_oldest(connection, queue.name) if waiting else None,
    )


def counted(connection: BlockingConnection, name: str) -> tuple[int, int]:
    """Messages and consumers; none where there is no such queue yet."""
    channel = connection.channel()
    try:
        with broker_errors():
            found = channel.queue_declare(name, passive=True).method
    except BrokerError as error:
        if is_missing(error):
            return 0, 0
        raise
    channel.close()
    return int(found.message_count), int(found.consumer_count)


def _oldest(connection: BlockingConnection, name: str) -> datetime | None:
    """When the first message was written; it is taken for a moment and goes back to its place."""
    channel = connection.channel()
    method, _, body = channel.basic_get(name)
    channel.close()
    return None if method is None else glance(body or b"").written_at
