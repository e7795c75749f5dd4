"""Where a test run finds its servers.

Those that answer on 127.0.0.1 at the standard ports, never what `.env` names; else installed binaries, on
free ports; else, as root on Debian or Ubuntu, the distribution's packages, then started in the same way.
Redis is always one of our own where there is a binary: it starts in 50 ms, and nobody's keys are near.
"""

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

import pymysql

from registration.settings import RabbitMQSettings
from registration.testing.doors import CommandDoor, Door, PageDoor
from registration.testing.mariadb_server import MariaDBServer, execute, mariadb_program
from registration.testing.postgresql_server import PostgreSQLServer, postgresql_program
from registration.testing.postgresql_server import execute as ask_postgresql
from registration.testing.processes import ServerFailed, port_answers
from registration.testing.rabbitmq_server import (
    RabbitMQServer,
    broker_answers,
    rabbitmq_program,
    rabbitmqctl,
)
from registration.testing.redis_server import BorrowedRedis, RedisServer, borrow_redis, redis_program

_RABBITMQ_PORT = 5672
_MARIADB_PORT = 3306
_POSTGRESQL_PORT = 5432


class ServerMissing(Exception):
    """A server neither answers nor is installed; the text is the one line that installs it."""


@dataclass(frozen=True)
class Broker:
    """A RabbitMQ that makes virtual hosts for tests; `server` is None when somebody else runs it."""

    settings: RabbitMQSettings
    door: Door
    server: RabbitMQServer | None = None


@dataclass(frozen=True)
class Database:
    """A server whose administrator may make databases; `server` is None when somebody else runs it."""

    port: int
    server: MariaDBServer | PostgreSQLServer | None = None


def find_redis() -> RedisServer | BorrowedRedis:
    """A Redis with no key in it. Raises ServerMissing."""
    if not redis_program() and (borrowed := borrow_redis()):
        return borrowed
    needs(redis_program, "redis-server")
    server = RedisServer()
    server.start()
    return server


def find_broker() -> Broker:
    """A RabbitMQ that answers and obeys. Raises ServerMissing."""
    if standing := _standing_broker():
        return standing
    needs(rabbitmq_program, "rabbitmq-server")
    server = RabbitMQServer()
    server.start()
    return Broker(server.settings, CommandDoor(server.control), server)


def find_database() -> Database:
    """A MariaDB or MySQL that answers and obeys. Raises ServerMissing."""
    if _database_obeys(_MARIADB_PORT):
        return Database(_MARIADB_PORT)
    needs(mariadb_program, "mariadb-server")
    server = MariaDBServer()
    server.start()
    return Database(server.port, server)


def find_postgresql() -> Database:
    """A PostgreSQL that answers and obeys. Raises ServerMissing."""
    if _postgresql_obeys(_POSTGRESQL_PORT):
        return Database(_POSTGRESQL_PORT)
    needs(postgresql_program, "postgresql")
    server = PostgreSQLServer()
    server.start()
    return Database(server.port, server)


def _standing_broker() -> Broker | None:
    """The broker at the standard port, if this user may make virtual hosts there."""
    settings = RabbitMQSettings(host="127.0.0.1", port=_RABBITMQ_PORT)
    if not port_answers(_RABBITMQ_PORT) or not broker_answers(settings):
        return None
    doors: tuple[Door, ...] = (PageDoor(), CommandDoor(_quiet_rabbitmqctl))
    door = next((door for door in doors if _opens(door)), None)
    return None if door is None else Broker(settings, door)


def _opens(door: Door) -> bool:
    try:
        door.names()
    except ServerFailed:
        return False
    return True


def _quiet_rabbitmqctl(*arguments: str) -> str:
    return rabbitmqctl("-q", *arguments)


def _database_obeys(port: int) -> bool:
    try:
        execute(port, "SHOW CREATE DATABASE mysql")  # as cheap a question as only an administrator may ask
    except pymysql.Error:
        return False
    return True


def _postgresql_obeys(port: int) -> bool:
    import psycopg2  # an extra of its own

    try:
        rows = ask_postgresql(port, "SELECT rolcreatedb FROM pg_roles WHERE rolname = current_user")
    except psycopg2.Error:
        return False
    return rows == [(True,)]


def needs(program: Callable[[], str | None], package: str) -> None:
    """Returns if the program is here, or could be installed. Raises ServerMissing."""
    if program():
        return
    if _may_install():
        _install(package)
    if not program():
        raise ServerMissing(
            f"{package} is not installed: sudo apt-get install {package} (macOS: {_brew(package)})"
        )


def _may_install() -> bool:
    return bool(shutil.which("apt-get")) and hasattr(os, "geteuid") and os.geteuid() == 0


def _install(package: str) -> None:
    # RUNLEVEL keeps the package from starting a server: ours run on other ports, for the tests only.
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    options = ["-y", "-q", "--no-install-recommends"]
    for command in (["apt-get", "update", "-q"], ["apt-get", "install", *options, package]):
        subprocess.run(command, env=quiet, stdin=subprocess.DEVNULL, capture_output=True, check=False)


def _brew(package: str) -> str:
    return f"brew install {package.removesuffix('-server')}"
