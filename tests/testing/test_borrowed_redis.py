"""Of somebody else's Redis only an empty database is used, and nothing else is touched."""

from collections.abc import Iterator

import pytest

from registration.settings import RedisSettings
from registration.testing.fixtures import found_or_skipped
from registration.testing.processes import free_port
from registration.testing.redis_server import RedisServer, borrow_redis, connect, redis_program
from registration.testing.servers import needs


@pytest.fixture(scope="module")
def standing() -> Iterator[RedisServer]:
    found_or_skipped(lambda: needs(redis_program, "redis-server"))
    with RedisServer() as server:
        yield server


def put(server: RedisServer, db: int) -> None:
    with connect(RedisSettings(host="127.0.0.1", port=server.port, db=db)) as client:
        client.set("somebody's", 1)


def test_an_empty_database_is_borrowed_and_left_empty(standing: RedisServer) -> None:
    put(standing, 0)
    put(standing, 15)
    borrowed = borrow_redis(standing.port)
    assert borrowed is not None
    assert borrowed.settings.db == 14
    with connect(borrowed.settings) as client:
        client.set("ours", 1)
        borrowed.close()
        assert client.info("keyspace").keys() == {"db0", "db15"}


def test_a_redis_that_is_full_or_absent_lends_nothing(standing: RedisServer) -> None:
    for db in range(1, 16):
        put(standing, db)
    assert borrow_redis(standing.port) is None
    assert borrow_redis(free_port()) is None
