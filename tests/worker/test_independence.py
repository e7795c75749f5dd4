"""What one queue or one server suffers is not felt by the others, nor for longer than it lasts."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from registration.messaging.messages import ChatMessage, ClassPreference, Notification
from registration.testing.rabbitmq_server import RabbitMQServer
from registration.testing.waiting import wait_until
from tests.worker.running import (
    Broker,
    Rows,
    WorkerProcess,
    chat,
    environment,
    ids,
    locked_table,
    notification,
    preference,
)


def test_a_locked_table_holds_up_its_own_queue_only(broker: Broker, mariadb_url: str, tmp_path: Path) -> None:
    rows = Rows(mariadb_url)
    with WorkerProcess(environment(broker.settings, mariadb_url), tmp_path / "worker.log"):
        broker.publish([chat()])
        wait_until(rows.ids)
        with locked_table(mariadb_url):
            held = chat()
            broker.publish([held, preference(), notification()])
            wait_until(lambda: rows.ids(ClassPreference) and rows.ids(Notification))
        wait_until(lambda: held.message_id in rows.ids(), 20)
    rows.close()


@pytest.fixture
def own_broker(rabbitmq_broker: object) -> Iterator[RabbitMQServer]:
    server = RabbitMQServer()
    server.start()
    yield server
    server.close()


@pytest.mark.parametrize("queue_type", ["classic", "quorum"])
def test_a_killed_broker_is_reached_again(
    queue_type: str, own_broker: RabbitMQServer, sqlite_url: str, tmp_path: Path
) -> None:
    settings = replace(own_broker.settings, queue_type=queue_type)
    rows = Rows(sqlite_url)
    sent = [chat(1), chat(2), chat(3)]
    with WorkerProcess(environment(settings, sqlite_url), tmp_path / "worker.log") as worker:
        first = Broker(settings)
        first.publish(sent[:1])
        wait_until(rows.ids)

        first.close()
        own_broker.kill()
        wait_until(lambda: "BrokerUnavailable" in worker.text())
        own_broker.start()
        second = Broker(settings)
        second.publish(sent[1:])

        wait_until(lambda: len(rows.ids()) == 3, 30)
        assert worker.stop() == 0
        assert second.count("chat_messages") == second.count("chat_messages.dead") == 0
        second.close()
    assert rows.ids(ChatMessage) == ids(sent)
    rows.close()
