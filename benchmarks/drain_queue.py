"""The queue that the drain benchmark fills, and how a contender learns where it is."""

import os
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path

from pika import BasicProperties
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import AMQPError

from registration.messaging.connection import connect
from registration.messaging.declare import declare_queue
from registration.messaging.messages import ChatMessage, Message, encode
from registration.messaging.topology import QUEUE_CHAT_MESSAGES, QUEUES
from registration.settings import RabbitMQSettings
from registration.testing.waiting import wait_until

# The same queue, but for its length: a benchmark wants more than 10,000 messages waiting.
QUEUE = replace(QUEUES[QUEUE_CHAT_MESSAGES], max_length=10_000_000)


@dataclass(frozen=True)
class Bench:
    """One contender's virtual host, database and folder."""

    rabbitmq: RabbitMQSettings
    database_url: str
    folder: Path

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def environ(self) -> dict[str, str]:
        return {
            **os.environ,
            "RABBITMQ_HOST": self.rabbitmq.host,
            "RABBITMQ_PORT": str(self.rabbitmq.port),
            "RABBITMQ_VHOST": self.rabbitmq.vhost,
            "DATABASE_URL": self.database_url,
        }

    @property
    def amqp_url(self) -> str:
        settings = self.rabbitmq
        return f"amqp://{settings.user}:{settings.password}@{settings.host}:{settings.port}/{settings.vhost}"


def sample_messages(count: int) -> list[Message]:
    """Turns as the bot leaves them, about 600 bytes each."""
    now = datetime.now(timezone.utc)
    return [
        ChatMessage(
            student_id=number % 2_000 + 1,
            timestamp=now,
            message_id=str(uuid.uuid4()),
            message=f"Tôi muốn đăng ký lớp vào buổi sáng thứ {number % 6 + 2}",
            response="Bạn có muốn tránh những lớp bắt đầu quá sớm không?",
            intent="class_registration_suggestion",
            metadata={
                "channel": "rest",
                "confidence": 0.97,
                "step": "avoid_early_start",
                "preferences": {"time_period": "morning", "prefer_days": ["Monday", "Friday"]},
            },
        )
        for number in range(count)
    ]


def fill(bench: Bench, messages: Sequence[Message]) -> None:
    """Declares the queue and puts the messages in it; returns when they all wait there."""
    with open_channel(bench) as channel:
        put(channel, messages)
        wait_until(lambda: waiting(channel, QUEUE.name) >= len(messages), 60, "the queue to fill")


@contextmanager
def open_channel(bench: Bench) -> Iterator[BlockingChannel]:
    """A channel on which the queue has been declared."""
    connection = connect(bench.rabbitmq)
    channel = connection.channel()
    declare_queue(channel, QUEUE, bench.rabbitmq.queue_type)
    try:
        yield channel
    finally:
        with suppress(AMQPError):  # the broker may have closed one that was long idle
            connection.close()


def put(channel: BlockingChannel, messages: Sequence[Message]) -> None:
    for message in messages:
        properties = BasicProperties(
            delivery_mode=2,
            message_id=message.message_id,
            content_type="application/json",
            type="chat_message",
        )
        channel.basic_publish(QUEUE.exchange, QUEUE.routing_key, encode(message), properties)


def waiting(channel: BlockingChannel, queue: str) -> int:
    """How many messages nobody has taken yet; those taken and not acknowledged are not counted."""
    count: int = channel.queue_declare(queue, passive=True).method.message_count
    return count
