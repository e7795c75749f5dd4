"""`python -m benchmarks.replay`: dead letters brought back, while the command is killed and a worker stores.

On RabbitMQ and in embedded mode: N letters, `dead-letters replay` killed in the middle and begun again, a
worker that stores meanwhile; then every row is counted by its message id.
"""

import argparse
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pika
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from benchmarks.drain_queue import Bench, sample_messages, waiting
from benchmarks.figures import print_table, save
from benchmarks.rooms import open_rooms
from registration.messaging.connection import connect
from registration.messaging.declare import DEFAULT_EXCHANGE, declare_topology
from registration.messaging.messages import Message, encode
from registration.messaging.retries import ATTEMPTS, FIRST_SEEN, REASON, Move
from registration.messaging.shelf import Shelf, Shelved
from registration.messaging.topology import QUEUE_CHAT_MESSAGES, QUEUES
from registration.storage.engine import open_engine
from registration.storage.tables import chat_message_logs
from registration.testing.process_group import Group
from registration.testing.waiting import wait_until

QUEUE = QUEUES[QUEUE_CHAT_MESSAGES]
_HEADERS = {REASON: "storing fails with KeyError", ATTEMPTS: 4, FIRST_SEEN: "2026-01-02T03:04:05+00:00"}
_REPLAY = [sys.executable, "-m", "registration", "dead-letters", "replay", "chat_messages", "--yes"]
_TIMEOUT = 240.0  # seconds


class Place(ABC):
    """Where dead letters lie, in one room."""

    name: str

    def __init__(self, bench: Bench) -> None:
        self.bench = bench

    @abstractmethod
    def environ(self) -> dict[str, str]: ...

    @abstractmethod
    def bury(self, messages: Sequence[Message]) -> None: ...

    @abstractmethod
    def left(self) -> int:
        """How many dead letters there are."""


class Served(Place):
    name = "RabbitMQ"

    def environ(self) -> dict[str, str]:
        return {**self.bench.environ(), "MODE": "servers"}

    def bury(self, messages: Sequence[Message]) -> None:
        with closing(connect(self.bench.rabbitmq)) as connection:
            channel = connection.channel()
            declare_topology(channel, self.bench.rabbitmq.queue_type)
            for message in messages:
                properties = pika.BasicProperties(
                    delivery_mode=2, message_id=message.message_id, headers=_HEADERS
                )
                channel.basic_publish(DEFAULT_EXCHANGE, QUEUE.dead, encode(message), properties)
            wait_until(lambda: waiting(channel, QUEUE.dead) == len(messages), 60)

    def left(self) -> int:
        with closing(connect(self.bench.rabbitmq)) as connection:
            return waiting(connection.channel(), QUEUE.dead)


class Embedded(Place):
    name = "embedded"

    @property
    def _spool(self) -> Path:
        return self.bench.folder / "spool"

    def environ(self) -> dict[str, str]:
        return {**self.bench.environ(), "MODE": "embedded", "SPOOL_DIR": str(self._spool)}

    def bury(self, messages: Sequence[Message]) -> None:
        move = Move(QUEUE.dead, _HEADERS)
        letters = [
            (Shelved(f"bench:{each.message_id}", each.message_id, encode(each), {}), move)
            for each in messages
        ]
        with closing(Shelf(self._spool)) as shelf:
            shelf.settle(QUEUE, [], letters)

    def left(self) -> int:
        with closing(Shelf(self._spool)) as shelf:
            return shelf.counts("dead_letters").get(QUEUE.name, 0)


def main() -> None:
    options = _parser().parse_args()
    rows = []
    with open_rooms() as rooms:
        for kind in (Served, Embedded):
            with rooms.room() as bench:
                rows.append(measure(kind(bench), sample_messages(options.letters), options.kills))
    print_table(f"Replaying {options.letters} dead letters", rows)
    save("replay", rows)


def measure(place: Place, messages: Sequence[Message], kills: int) -> dict[str, object]:
    """Raises TimeoutError where they do not all arrive."""
    place.bury(messages)
    worker = Group([sys.executable, "-m", "worker", "--type", "chat"], place.bench.log, place.environ())
    try:
        begun = time.monotonic()
        killed = sum(_kill_one(place, len(messages) // (kills + 1)) for _ in range(kills))
        subprocess.run(_REPLAY, env=place.environ(), check=True, stdout=subprocess.DEVNULL)
        wanted = {message.message_id for message in messages}
        wait_until(lambda: set(_stored(place.bench)) >= wanted, _TIMEOUT, "every letter to be stored")
        seconds = time.monotonic() - begun
    finally:
        worker.kill()
    stored = _stored(place.bench)
    return {
        "name": place.name,
        "letters": len(messages),
        "kills": killed,
        "lost": len(wanted - set(stored)),
        "double": sum(count - 1 for count in stored.values()),
        "dead letters left": place.left(),
        "seconds": round(seconds, 1),
        "letters/s": round(len(messages) / seconds),
    }


def _kill_one(place: Place, share: int) -> int:
    """Begins a replay and kills it once about that many letters are gone; 1, or 0 where it was faster."""
    before = place.left()
    group = Group(_REPLAY, place.bench.log, place.environ())
    try:
        wait_until(lambda: place.left() <= before - share or not group.running, _TIMEOUT)
        return int(group.running)
    finally:
        group.kill()


def _stored(bench: Bench) -> Counter[str]:
    """How often each message id has a row."""
    engine = open_engine(bench.database_url)
    try:
        with engine.connect() as connection:
            return Counter(connection.execute(select(chat_message_logs.c.message_id)).scalars())
    except DBAPIError:
        return Counter()  # the worker has not made the table yet
    finally:
        engine.dispose()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.replay", description=__doc__)
    parser.add_argument("--letters", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=3, help="how often the command is killed (-9)")
    return parser


if __name__ == "__main__":
    main()
