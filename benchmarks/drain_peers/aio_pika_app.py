"""aio-pika with asyncmy: a hundred messages in hand, each stored by a connection of a pool."""

import asyncio
import json
import os
from collections.abc import Mapping
from typing import Any

import aio_pika
import asyncmy
from aio_pika.abc import AbstractIncomingMessage
from sqlalchemy.engine import make_url

from benchmarks.drain_peers.rows import as_values
from benchmarks.drain_queue import QUEUE
from registration.settings import load_settings

_INSERT = """
INSERT INTO chat_message_logs
    (student_id, message, response, intent, metadata, timestamp, created_at, message_id)
VALUES
    (%(student_id)s, %(message)s, %(response)s, %(intent)s, %(metadata)s, %(timestamp)s, %(created_at)s,
     %(message_id)s)
"""


async def main() -> None:
    pool = await _open_pool()
    connection = await aio_pika.connect_robust(**_broker())
    channel = await connection.channel()
    await channel.set_qos(prefetch_count=100)
    queue = await channel.get_queue(QUEUE.name)

    async def on_message(message: AbstractIncomingMessage) -> None:
        async with message.process():
            await _store(pool, json.loads(message.body))

    await queue.consume(on_message)
    await asyncio.Event().wait()


async def _store(pool: Any, message: Mapping[str, Any]) -> None:
    values = as_values(message) | {"metadata": json.dumps(message["metadata"])}
    async with pool.acquire() as connection, connection.cursor() as cursor:
        await cursor.execute(_INSERT, values)
        await connection.commit()


async def _open_pool() -> Any:
    url = make_url(os.environ["DATABASE_URL"])
    where = {"host": url.host, "port": url.port, "user": url.username, "db": url.database}
    return await asyncmy.create_pool(**where, charset="utf8mb4", minsize=8, maxsize=16)


def _broker() -> dict[str, Any]:
    settings = load_settings().rabbitmq
    return {
        "host": settings.host,
        "port": settings.port,
        "login": settings.user,
        "password": settings.password,
        "virtualhost": settings.vhost,
    }


if __name__ == "__main__":
    asyncio.run(main())
