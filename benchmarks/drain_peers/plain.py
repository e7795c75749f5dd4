"""The plain worker: pika's BlockingConnection, one row and one commit a message, then its acknowledgement."""

import os
from typing import Any

import pika
from sqlalchemy import create_engine

from benchmarks.drain_peers.rows import insert_one
from benchmarks.drain_queue import QUEUE
from registration.messaging.connection import connection_parameters
from registration.settings import load_settings


def main() -> None:
    engine = create_engine(os.environ["DATABASE_URL"])
    connection = pika.BlockingConnection(connection_parameters(load_settings().rabbitmq))
    channel = connection.channel()
    channel.basic_qos(prefetch_count=100)

    def on_message(channel: Any, method: Any, _properties: Any, body: bytes) -> None:
        insert_one(engine, body)
        channel.basic_ack(method.delivery_tag)

    channel.basic_consume(QUEUE.name, on_message)
    channel.start_consuming()


if __name__ == "__main__":
    main()
