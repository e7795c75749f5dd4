"""Pytest fixtures: `pytest_plugins = ["registration.testing.fixtures"]` in the top conftest.py.

A server is looked for when the first test asks for it. Where there is none, the test is skipped with the
line that installs it; with `CI=true` it fails.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from registration.settings import RabbitMQSettings, RedisSettings, SpoolSettings
from registration.testing.redis_server import BorrowedRedis, RedisServer
from registration.testing.rooms import VirtualHosts, new_database, new_postgresql_database
from registration.testing.servers import (
    Broker,
    Database,
    ServerMissing,
    find_broker,
    find_database,
    find_postgresql,
    find_redis,
)

T = TypeVar("T")


def found_or_skipped(find: Callable[[], T]) -> T:
    """What `find` finds, or the end of this test with the reason."""
    try:
        return find()
    except ServerMissing as missing:
        if os.environ.get("CI") == "true":
            pytest.fail(str(missing), pytrace=False)
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def rabbitmq_broker() -> Iterator[Broker]:
    """The broker of this test run; tests want `rabbitmq_settings`."""
    broker = found_or_skipped(find_broker)
    yield broker
    if broker.server is not None:
        broker.server.close()


@pytest.fixture(scope="session")
def rabbitmq_virtual_hosts(rabbitmq_broker: Broker) -> Iterator[VirtualHosts]:
    """The virtual hosts of this test run, for a test that wants several."""
    hosts = VirtualHosts(rabbitmq_broker)
    yield hosts
    hosts.close()


@pytest.fixture
def rabbitmq_settings(rabbitmq_virtual_hosts: VirtualHosts) -> RabbitMQSettings:
    """A virtual host with nothing in it."""
    return rabbitmq_virtual_hosts.take()


@pytest.fixture(scope="session")
def mariadb_database() -> Iterator[Database]:
    """The MariaDB of this test run; tests want `mariadb_url`."""
    database = found_or_skipped(find_database)
    yield database
    if database.server is not None:
        database.server.close()


@pytest.fixture
def mariadb_url(mariadb_database: Database) -> Iterator[str]:
    """An empty database of MariaDB."""
    with new_database(mariadb_database) as url:
        yield url


@pytest.fixture(scope="session")
def postgresql_database() -> Iterator[Database]:
    """The PostgreSQL of this test run; tests want `postgresql_url`."""
    database = found_or_skipped(find_postgresql)
    yield database
    if database.server is not None:
        database.server.close()


@pytest.fixture
def postgresql_url(postgresql_database: Database) -> Iterator[str]:
    """An empty database of PostgreSQL."""
    with new_postgresql_database(postgresql_database) as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A database file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'registration.db'}"


@pytest.fixture(params=["mariadb", "postgresql", "sqlite"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database, of each kind in turn."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(scope="session")
def redis_of_this_run() -> Iterator[RedisServer | BorrowedRedis]:
    """The Redis of this test run; tests want `redis_settings`."""
    server = found_or_skipped(find_redis)
    yield server
    server.close()


@pytest.fixture
def redis_settings(redis_of_this_run: RedisServer | BorrowedRedis) -> RedisSettings:
    """A Redis without a key."""
    redis_of_this_run.flush()
    return redis_of_this_run.settings


@pytest.fixture
def spool_settings(tmp_path: Path) -> SpoolSettings:
    """A spool folder that does not exist yet."""
    return SpoolSettings(folder=tmp_path / "spool")
