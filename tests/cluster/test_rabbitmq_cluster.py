"""A node of the cluster dies under load: nothing is lost, nothing comes twice, and publishing goes on."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from registration.messaging.messages import ChatMessage
from registration.messaging.rabbitmq import RabbitMQManager
from registration.messaging.topology import QUEUE_CHAT_MESSAGES, QUEUES
from registration.settings import SpoolSettings
from registration.testing.fixtures import found_or_skipped
from registration.testing.rabbitmq_server import rabbitmq_program
from registration.testing.servers import needs
from registration.testing.waiting import wait_until
from tests.cluster.nodes import Cluster
from tests.worker.running import Rows, RunningLane, chat

PAUSE = 0.005  # seconds between two messages
WINDOW = 100  # confirmations that may still have been on their way from the dead node


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    found_or_skipped(lambda: needs(rabbitmq_program, "rabbitmq-server"))
    with Cluster() as cluster:
        yield cluster


class Publishing:
    """Hands in messages, one after the other, on a thread of its own, until the block ends."""

    def __init__(self, manager: RabbitMQManager) -> None:
        self.taken: list[str] = []
        self._manager = manager
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> "Publishing":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(PAUSE):
            message = chat(len(self.taken) % 50 + 1)
            if self._manager.publisher.publish(message):
                self.taken.append(message.message_id)


@pytest.mark.timeout(280)
def test_a_node_is_killed_under_load(
    cluster: Cluster, spool_settings: SpoolSettings, sqlite_url: str
) -> None:
    manager = RabbitMQManager(cluster.settings, spool_settings)
    assert manager.forwarder is not None
    counters = manager.forwarder.counters
    rows = Rows(sqlite_url)
    queue = QUEUES[QUEUE_CHAT_MESSAGES]
    # The worker begins at another node than the publisher, so that one of the two is hit for sure.
    turned = replace(cluster.settings, host=",".join(reversed(cluster.settings.host.split(","))))
    with RunningLane(queue, turned, sqlite_url), Publishing(manager) as publishing:
        wait_until(lambda: len(rows.ids()) > 200, 60, "the first rows")
        cluster.nodes[0].kill()  # where the queue was declared, so its leader
        killed, behind = time.monotonic(), len(publishing.taken)
        wait_until(lambda: len(publishing.taken) > behind, 30, "one more message")
        later = publishing.taken[behind]
        confirmed = counters.confirmed
        wait_until(lambda: counters.confirmed > confirmed + WINDOW, 60, "confirmations")
        resumed = time.monotonic() - killed
        wait_until(lambda: later in rows.ids(), 60, "a row published after the kill")
        print(f"publishing resumed after {resumed:.1f} s, storing after {time.monotonic() - killed:.1f} s")
        wait_until(lambda: len(rows.ids()) > len(publishing.taken[:behind]) + 200, 60, "more rows")
    with RunningLane(queue, turned, sqlite_url):
        assert manager.flush(60)
        wait_until(lambda: len(rows.ids()) >= len(publishing.taken), 60, "all rows")
    manager.close()
    stored = [row["message_id"] for row in rows.of(ChatMessage)]
    rows.close()
    assert sorted(stored) == sorted(publishing.taken)
