"""The operator's command on both kinds of carrier, each with a place of its own."""

import io
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pika
import pytest

from registration.__main__ import main
from registration.messaging.declare import DEFAULT_EXCHANGE
from registration.messaging.messages import Message, encode
from registration.messaging.publisher import order_key
from registration.messaging.retries import ATTEMPTS, FIRST_SEEN, REASON, Move
from registration.messaging.shelf import Shelf, Shelved
from registration.messaging.spool import Spool
from registration.messaging.topology import queue_of
from registration.settings import RabbitMQSettings, RedisSettings, SpoolSettings
from tests.worker.running import Broker, Rows, WorkerProcess, embedded_environment, environment


class Place(ABC):
    """Where one test's messages wait."""

    environ: dict[str, str]

    def __init__(self, log: Path, rows: Rows) -> None:
        self._log = log
        self.rows = rows

    def run(self, *arguments: str) -> int:
        return main(list(arguments))

    def worker(self) -> WorkerProcess:
        return WorkerProcess(self.environ, self._log)

    @abstractmethod
    def publish(self, *messages: Message) -> None: ...

    @abstractmethod
    def bury(self, message: Message, reason: str, failed_at: str = "2026-01-02T03:04:05+00:00") -> None: ...

    @abstractmethod
    def close(self) -> None: ...


class Served(Place):
    def __init__(self, rabbitmq: RabbitMQSettings, url: str, log: Path, rows: Rows) -> None:
        super().__init__(log, rows)
        self.environ = environment(rabbitmq, url)
        self.broker = Broker(rabbitmq)

    def publish(self, *messages: Message) -> None:
        self.broker.publish(messages)

    def bury(self, message: Message, reason: str, failed_at: str = "2026-01-02T03:04:05+00:00") -> None:
        properties = pika.BasicProperties(message_id=message.message_id, headers=_headers(reason, failed_at))
        self.broker.channel.basic_publish(
            DEFAULT_EXCHANGE, queue_of(message).dead, encode(message), properties
        )

    def close(self) -> None:
        self.broker.close()


class Embedded(Place):
    def __init__(self, settings: SpoolSettings, url: str, log: Path, rows: Rows) -> None:
        super().__init__(log, rows)
        self.environ = embedded_environment(settings.folder, url)
        self.spool = Spool(settings)
        self._shelf = Shelf(settings.folder)

    def publish(self, *messages: Message) -> None:
        for message in messages:
            queue = queue_of(message)
            key = order_key(message)
            self.spool.append(queue.name, message.message_id, queue.routing_key, key, encode(message))

    def bury(self, message: Message, reason: str, failed_at: str = "2026-01-02T03:04:05+00:00") -> None:
        shelved = Shelved(f"test:{message.message_id}", message.message_id, encode(message), {})
        move = Move(queue_of(message).dead, _headers(reason, failed_at))
        self._shelf.settle(queue_of(message), [], [(shelved, move)])

    def close(self) -> None:
        self._shelf.close()
        self.spool.close()


def _headers(reason: str, failed_at: str) -> dict[str, Any]:
    return {REASON: reason, ATTEMPTS: 4, FIRST_SEEN: failed_at}


@pytest.fixture(params=["servers", "embedded"])
def place(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    sqlite_url: str,
    spool_settings: SpoolSettings,
    redis_settings: RedisSettings,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Place]:
    rows, log = Rows(sqlite_url), tmp_path / "worker.log"
    if request.param == "servers":
        rabbitmq = request.getfixturevalue("rabbitmq_settings")
        found: Place = Served(rabbitmq, sqlite_url, log, rows)
    else:
        found = Embedded(spool_settings, sqlite_url, log, rows)
    found.environ |= {"SPOOL_DIR": str(spool_settings.folder), **_redis(redis_settings)}
    for name, value in found.environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.stdin", io.StringIO())  # nobody is there to answer
    yield found
    found.close()
    rows.close()


def _redis(settings: RedisSettings) -> dict[str, str]:
    return {"REDIS_HOST": settings.host, "REDIS_PORT": str(settings.port), "REDIS_DB": str(settings.db)}
