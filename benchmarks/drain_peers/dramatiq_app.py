"""An actor that stores one message."""

import os
from collections.abc import Sequence

import dramatiq
from dramatiq.brokers.rabbitmq import RabbitmqBroker
from sqlalchemy import create_engine

from benchmarks.drain_peers.rows import insert_one


def _url() -> str:
    where = (os.environ.get(name, "") for name in ("RABBITMQ_HOST", "RABBITMQ_PORT", "RABBITMQ_VHOST"))
    return "amqp://guest:guest@{}:{}/{}".format(*where)


dramatiq.set_broker(RabbitmqBroker(url=_url()))
_engine = create_engine(os.environ["DATABASE_URL"], pool_size=8)


@dramatiq.actor(queue_name="chat")
def store(body: str) -> None:
    insert_one(_engine, body.encode())


def fill(url: str, bodies: Sequence[str]) -> None:
    """Sends `bodies` to the virtual host of `url`, which differs from run to run."""
    broker = RabbitmqBroker(url=url)
    broker.declare_actor(store)
    for body in bodies:
        broker.enqueue(store.message(body))
    broker.close()
