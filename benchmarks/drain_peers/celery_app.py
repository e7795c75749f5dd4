"""A task that stores one message; it is acknowledged afterwards only when Celery is told so."""

import os
from collections.abc import Sequence
from functools import lru_cache

from celery import Celery
from sqlalchemy import create_engine
from sqlalchemy.engine import Engine

from benchmarks.drain_peers.rows import insert_one


def _url() -> str:
    where = (os.environ.get(name, "") for name in ("RABBITMQ_HOST", "RABBITMQ_PORT", "RABBITMQ_VHOST"))
    return "amqp://guest:guest@{}:{}/{}".format(*where)


app = Celery("chat", broker=_url())
_late = os.environ.get("CELERY_ACKS_LATE") == "yes"
app.conf.update(task_acks_late=_late, task_ignore_result=True, worker_prefetch_multiplier=100)


@lru_cache(maxsize=1)
def _engine() -> Engine:
    return create_engine(os.environ["DATABASE_URL"])  # after the fork, one for each child


@app.task(name="store")
def store(body: str) -> None:
    insert_one(_engine(), body.encode())


def fill(url: str, bodies: Sequence[str]) -> None:
    """Sends `bodies` to the virtual host of `url`, which differs from run to run."""
    with (
        Celery("filler", broker=url).connection_for_write() as connection,
        app.amqp.Producer(connection) as out,
    ):
        for body in bodies:
            store.apply_async((body,), producer=out)
