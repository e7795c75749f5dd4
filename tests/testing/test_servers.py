"""Servers that a test may hurt: what each hurt does, and that nothing of them stays."""

from collections.abc import Iterator

import pymysql
import pytest
import redis

from registration.testing.fixtures import found_or_skipped
from registration.testing.mariadb_server import MariaDBServer, mariadb_program
from registration.testing.processes import Server, ServerFailed, port_answers
from registration.testing.rabbitmq_server import RabbitMQServer, rabbitmq_program
from registration.testing.redis_server import RedisServer, redis_program
from registration.testing.servers import ServerMissing, needs
from registration.testing.waiting import wait_until

from .test_fixtures import channel_of

PROGRAMS = {RedisServer: redis_program, RabbitMQServer: rabbitmq_program, MariaDBServer: mariadb_program}
PACKAGES = {RedisServer: "redis-server", RabbitMQServer: "rabbitmq-server", MariaDBServer: "mariadb-server"}


@pytest.fixture(params=PROGRAMS, ids=lambda kind: kind.name)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    found_or_skipped(lambda: needs(PROGRAMS[request.param], PACKAGES[request.param]))
    with request.param() as server:
        yield server


def write(server: Server) -> None:
    """Leave something in the server that it has promised to keep."""
    if isinstance(server, RedisServer):
        with redis.Redis(port=server.port) as client:
            client.set("kept", 1)
    elif isinstance(server, MariaDBServer):
        server.execute("CREATE DATABASE kept")
    elif isinstance(server, RabbitMQServer):
        channel = channel_of(server.settings)
        channel.queue_declare("kept", durable=True)
        channel.connection.close()


def holds(server: Server) -> bool:
    if isinstance(server, RedisServer):
        with redis.Redis(port=server.port) as client:
            return bool(client.exists("kept"))
    if isinstance(server, MariaDBServer):
        try:
            server.execute("USE kept")
        except pymysql.Error:
            return False
        return True
    assert isinstance(server, RabbitMQServer)
    return "kept" in server.control("list_queues", "name").split()


def test_a_server_is_killed_frozen_and_wiped(server: Server) -> None:
    write(server)

    server.kill()
    assert not server.running
    assert not port_answers(server.port)
    server.start()
    assert holds(server)

    server.pause()
    assert server.running
    wait_until(lambda: not server.answers(), 10, "the silence of a paused server")
    server.resume()
    wait_until(server.answers, 10, "the answer of a server that was resumed")

    server.wipe()
    server.start()
    assert not holds(server)


def test_a_closed_server_leaves_nothing(tmp_path_factory: pytest.TempPathFactory) -> None:
    found_or_skipped(lambda: needs(redis_program, "redis-server"))
    server = RedisServer()
    server.start()
    server.pause()  # even so
    server.close()
    assert not server.folder.exists()
    assert not port_answers(server.port)
    server.close()


def test_a_server_that_cannot_start_says_why() -> None:
    found_or_skipped(lambda: needs(redis_program, "redis-server"))
    with RedisServer() as one:
        other = RedisServer()
        other.port = one.port
        with pytest.raises(ServerFailed, match="in use"):
            other.start()
        other.close()


def test_a_missing_server_is_named_with_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ServerMissing, match="sudo apt-get install example-server"):
        needs(lambda: None, "example-server")


@pytest.mark.parametrize(("ci", "outcome"), [("true", pytest.fail.Exception), ("", pytest.skip.Exception)])
def test_a_missing_server_skips_the_test_and_fails_it_in_ci(
    monkeypatch: pytest.MonkeyPatch, ci: str, outcome: type[BaseException]
) -> None:
    def find() -> None:
        raise ServerMissing("install it")

    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome, match="install it"):
        found_or_skipped(find)


def test_waiting_ends_with_the_first_truthy_value_or_says_what_it_waited_for() -> None:
    values = iter([0, "", "there"])
    assert wait_until(lambda: next(values), 5) == "there"
    with pytest.raises(TimeoutError, match=r"waited 0\.01 s for a miracle; last seen: None"):
        wait_until(lambda: None, 0.01, "a miracle")
