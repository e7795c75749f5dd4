"""What a team would publish with instead. Each opens its connection once and publishes one message a call."""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pika

from registration.messaging.connection import connect
from registration.messaging.declare import declare_topology
from registration.messaging.messages import ChatMessage, encode
from registration.messaging.topology import QUEUE_CHAT_MESSAGES, QUEUES
from registration.settings import RabbitMQSettings

CHAT = QUEUES[QUEUE_CHAT_MESSAGES]


@dataclass(frozen=True)
class Peer:
    name: str
    package: str
    opened: Callable[[RabbitMQSettings], Any]
    queue: str = CHAT.name


def _store(body: str) -> None:
    """The task whose calls are published; nobody runs it here."""


def url(settings: RabbitMQSettings) -> str:
    return f"amqp://{settings.user}:{settings.password}@{settings.host}:{settings.port}/{settings.vhost}"


def _pika(confirms: bool) -> Callable[[RabbitMQSettings], Any]:
    @contextmanager
    def opened(settings: RabbitMQSettings) -> Iterator[Callable[[ChatMessage], None]]:
        connection = connect(settings)
        channel = connection.channel()
        declare_topology(channel, settings.queue_type)
        if confirms:
            channel.confirm_delivery()

        def publish(message: ChatMessage) -> None:
            properties = pika.BasicProperties(delivery_mode=2, message_id=message.message_id)
            channel.basic_publish(
                CHAT.exchange, CHAT.routing_key, encode(message), properties, mandatory=confirms
            )

        yield publish
        connection.close()

    return opened


@contextmanager
def _dramatiq(settings: RabbitMQSettings) -> Iterator[Callable[[ChatMessage], object]]:
    import dramatiq
    from dramatiq.brokers.rabbitmq import RabbitmqBroker

    broker = RabbitmqBroker(url=url(settings), confirm_delivery=True)
    dramatiq.set_broker(broker)
    actor = dramatiq.actor(_store, actor_name="store", queue_name="chat", broker=broker)
    yield lambda message: actor.send(encode(message).decode())
    broker.close()


@contextmanager
def _celery(settings: RabbitMQSettings) -> Iterator[Callable[[ChatMessage], object]]:
    import celery

    app = celery.Celery("bench", broker=url(settings))
    app.conf.update(broker_transport_options={"confirm_publish": True}, task_ignore_result=True)
    task = app.task(_store, name="store")
    yield lambda message: task.delay(encode(message).decode())
    app.close()


@contextmanager
def _aio_pika(settings: RabbitMQSettings) -> Iterator[Callable[[ChatMessage], object]]:
    import aio_pika

    async def open_exchange() -> tuple[Any, Any]:
        connection = await aio_pika.connect(url(settings))
        channel = await connection.channel(publisher_confirms=True)
        return connection, await channel.get_exchange(CHAT.exchange)

    _declare(settings)
    with asyncio.Runner() as runner:
        connection, exchange = runner.run(open_exchange())

        def publish(message: ChatMessage) -> object:
            persistent = aio_pika.Message(encode(message), delivery_mode=2)
            return runner.run(exchange.publish(persistent, CHAT.routing_key))

        yield publish
        runner.run(connection.close())


def forward_with_aio_pika(settings: RabbitMQSettings, bodies: Sequence[bytes]) -> float:
    """Confirmed messages per second, with a hundred on their way at a time."""
    _declare(settings)
    return asyncio.run(_forward(settings, bodies))


async def _forward(settings: RabbitMQSettings, bodies: Sequence[bytes]) -> float:
    import aio_pika

    connection = await aio_pika.connect(url(settings))
    async with connection:
        channel = await connection.channel(publisher_confirms=True)
        exchange = await channel.get_exchange(CHAT.exchange)
        left = iter(bodies)

        async def publish() -> None:
            for body in left:
                await exchange.publish(aio_pika.Message(body, delivery_mode=2), CHAT.routing_key)

        begun = time.perf_counter()
        await asyncio.gather(*(publish() for _ in range(100)))
        return len(bodies) / (time.perf_counter() - begun)


def _declare(settings: RabbitMQSettings) -> None:
    connection = connect(settings)
    declare_topology(connection.channel(), settings.queue_type)
    connection.close()


PEERS = (
    Peer("pika with confirms", "pika", _pika(confirms=True)),
    Peer("pika without confirms", "pika", _pika(confirms=False)),
    Peer("aio-pika with confirms", "aio_pika", _aio_pika),
    Peer("Dramatiq with confirms", "dramatiq", _dramatiq, "chat"),
    Peer("Celery with confirms", "celery", _celery, "celery"),
)
