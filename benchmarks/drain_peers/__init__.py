"""What a team would write instead, each as its documentation shows it: one message, one row, one commit."""

import os
from collections.abc import Sequence
from dataclasses import replace

from benchmarks.contender import Contender
from benchmarks.drain_queue import Bench
from registration.messaging.messages import Message, encode


def _fill_dramatiq(bench: Bench, messages: Sequence[Message]) -> None:
    os.environ.update(bench.environ())
    from benchmarks.drain_peers import dramatiq_app

    dramatiq_app.fill(bench.amqp_url, [encode(message).decode() for message in messages])


def _fill_celery(bench: Bench, messages: Sequence[Message]) -> None:
    from benchmarks.drain_peers import celery_app

    celery_app.fill(bench.amqp_url, [encode(message).decode() for message in messages])


def _dramatiq(processes: int) -> Contender:
    return Contender(
        f"Dramatiq ({processes} process{'es' if processes > 1 else ''} of 8 threads)",
        ("dramatiq", "benchmarks.drain_peers.dramatiq_app", "--processes", str(processes), "--threads", "8"),
        ("dramatiq",),
        _fill_dramatiq,
        "chat",
    )


PLAIN = Contender("pika, one message one commit", ("benchmarks.drain_peers.plain",))
DRAMATIQ_1 = _dramatiq(1)
DRAMATIQ_2 = _dramatiq(2)
CELERY_2 = Contender(
    "Celery (2 processes, late acks)",
    (
        "celery",
        "-A",
        "benchmarks.drain_peers.celery_app",
        "worker",
        "--concurrency",
        "2",
        "--loglevel",
        "ERROR",
        "--without-gossip",
        "--without-mingle",
    ),
    ("celery",),
    _fill_celery,
    "celery",
    {"CELERY_ACKS_LATE": "yes"},
)
CELERY_AS_INSTALLED = replace(
    CELERY_2, name="Celery (2 processes, early acks)", environ={"CELERY_ACKS_LATE": "no"}
)
AIO_PIKA = Contender("aio-pika, asyncmy", ("benchmarks.drain_peers.aio_pika_app",), ("aio_pika", "asyncmy"))
FASTSTREAM = Contender(
    "FastStream, SQLAlchemy, asyncmy",
    ("benchmarks.drain_peers.faststream_app",),
    ("faststream", "asyncmy", "greenlet"),
)

PEERS = (DRAMATIQ_1, DRAMATIQ_2, AIO_PIKA, FASTSTREAM, CELERY_2, PLAIN)
