"""An empty room for each test: a virtual host of RabbitMQ, a database of MariaDB or PostgreSQL."""

import contextlib
import os
import uuid
from collections.abc import Iterator
from dataclasses import replace

from registration.settings import RabbitMQSettings
from registration.testing.mariadb_server import execute
from registration.testing.postgresql_server import execute as ask_postgresql
from registration.testing.servers import Broker, Database

_BATCH = 8


class VirtualHosts:
    """Virtual hosts made by the batch: each is handed out once, and all are removed together at the end."""

    def __init__(self, broker: Broker) -> None:
        self._settings = broker.settings
        self._door = broker.door
        self._made: list[str] = []
        self._unused: list[str] = []

    def take(self) -> RabbitMQSettings:
        """Settings of a virtual host that nobody has used. Raises ServerFailed."""
        if not self._unused:
            self._make()
        return replace(self._settings, vhost=self._unused.pop())

    def close(self) -> None:
        """Remove them all."""
        if self._made:
            self._door.delete(self._made)
        self._made, self._unused = [], []

    def _make(self) -> None:
        names = [_name() for _ in range(_BATCH)]
        self._made += names
        self._door.make(names)
        self._unused += names


@contextlib.contextmanager
def new_database(database: Database) -> Iterator[str]:
    """SQLAlchemy's address of an empty utf8mb4 database, dropped afterwards."""
    name = _name()
    execute(database.port, f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
    try:
        yield f"mysql+pymysql://root@127.0.0.1:{database.port}/{name}"
    finally:
        execute(database.port, f"DROP DATABASE IF EXISTS {name}")


@contextlib.contextmanager
def new_postgresql_database(database: Database) -> Iterator[str]:
    """SQLAlchemy's address of an empty database, dropped afterwards."""
    name = _name()
    ask_postgresql(database.port, f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
    try:
        yield f"postgresql+psycopg2://postgres@127.0.0.1:{database.port}/{name}"
    finally:
        ask_postgresql(database.port, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _name() -> str:
    return f"test_{os.getpid()}_{uuid.uuid4().hex[:12]}"
