"""FastStream with asynchronous SQLAlchemy: a subscriber that stores one message in one transaction."""

import asyncio
import os
from typing import Any

from faststream import FastStream
from faststream.rabbit import Channel, RabbitBroker, RabbitQueue
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import create_async_engine

from benchmarks.drain_peers.rows import as_values
from benchmarks.drain_queue import QUEUE
from registration.settings import load_settings
from registration.storage.tables import chat_message_logs

_settings = load_settings().rabbitmq
_engine = create_async_engine(
    os.environ["DATABASE_URL"].replace("mysql+pymysql", "mysql+asyncmy"), pool_size=16
)
broker = RabbitBroker(
    f"amqp://{_settings.user}:{_settings.password}@{_settings.host}:{_settings.port}/{_settings.vhost}",
    default_channel=Channel(prefetch_count=100),
    logger=None,
)


@broker.subscriber(RabbitQueue(QUEUE.name, declare=False))
async def store(message: dict[str, Any]) -> None:
    async with _engine.begin() as connection:
        await connection.execute(insert(chat_message_logs), as_values(message))


if __name__ == "__main__":
    asyncio.run(FastStream(broker, logger=None).run())
