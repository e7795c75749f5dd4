"""Both doors to a broker make, name and remove virtual hosts."""

from collections.abc import Iterator

import pytest

from registration.testing.doors import CommandDoor, Door, PageDoor
from registration.testing.fixtures import found_or_skipped
from registration.testing.processes import ServerFailed, free_port
from registration.testing.rabbitmq_server import RabbitMQServer, broker_answers, rabbitmq_program
from registration.testing.rooms import VirtualHosts
from registration.testing.servers import Broker, needs
from registration.testing.waiting import wait_until


@pytest.fixture(scope="module")
def doors() -> Iterator[tuple[RabbitMQServer, dict[str, Door]]]:
    found_or_skipped(lambda: needs(rabbitmq_program, "rabbitmq-server"))
    port = free_port()
    config = (f"management.tcp.port = {port}", "management.tcp.ip = 127.0.0.1")
    with RabbitMQServer(config=config, plugins=("rabbitmq_management",)) as server:
        page = PageDoor(port)
        wait_until(lambda: opens(page), 20, "the management page")
        yield server, {"command": CommandDoor(server.control), "page": page}


def opens(door: Door) -> bool:
    try:
        return bool(door.names())
    except ServerFailed:
        return False


@pytest.mark.parametrize("kind", ["command", "page"])
def test_a_door_makes_virtual_hosts_that_a_client_may_use(
    doors: tuple[RabbitMQServer, dict[str, Door]], kind: str
) -> None:
    server, by_kind = doors
    hosts = VirtualHosts(Broker(server.settings, by_kind[kind], server))
    settings = hosts.take()
    assert settings.vhost in by_kind[kind].names()
    assert broker_answers(settings)
    hosts.close()
    assert by_kind[kind].names() == {"/"}
    assert not broker_answers(settings)


def test_a_closed_door_says_so() -> None:
    with pytest.raises(ServerFailed, match="management page"):
        PageDoor(free_port()).names()
