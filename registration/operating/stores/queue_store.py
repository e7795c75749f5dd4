"""RabbitMQ's queues: read through while no worker takes from them, and put back but for the student's."""

from collections.abc import Callable, Iterator
from typing import Any

from pika.adapters.blocking_connection import BlockingChannel

from registration.messaging.connection import broker_errors
from registration.messaging.envelope import message_id_of
from registration.messaging.glance import glance
from registration.messaging.topology import QUEUES, RETRY_DELAYS, Queue
from registration.operating.rabbit_carrier import counted, opened
from registration.operating.stores.spool_store import text_of
from registration.operating.stores.store import Item
from registration.sender import Sender
from registration.settings import RabbitMQSettings

_Take = Callable[[BlockingChannel, int], None]


class QueueStore:
    """A Store. Messages are read without being acknowledged, so the broker puts them back where they were."""

    name = "queues"
    remarks = (
        "RabbitMQ: its message files are rewritten as queues drain, and copies of its data folder keep"
        " what they hold; delete those copies.",
    )

    def __init__(self, settings: RabbitMQSettings) -> None:
        self._settings = settings

    def find(self, who: Sender) -> list[Item]:
        return self._walk(who, lambda _channel, _tag: None)

    def erase(self, who: Sender) -> list[Item]:
        return self._walk(who, lambda channel, tag: channel.basic_ack(tag))

    def _walk(self, who: Sender, deal_with: _Take) -> list[Item]:
        found = []
        with opened(self._settings) as connection, broker_errors():
            for name in _names():
                count, _ = counted(connection, name)
                if not count:
                    continue
                channel = connection.channel()
                for tag, properties, body in _read(channel, name, count):
                    if glance(body).belongs_to(who.student_id, who.key):
                        found.append(_item(name, properties, body))
                        deal_with(channel, tag)
                channel.close()
        return found


def _names() -> list[str]:
    return [name for queue in QUEUES.values() for name in _names_of(queue)]


def _names_of(queue: Queue) -> list[str]:
    # In the direction in which messages move by themselves, so that none slips behind the search.
    return [*(queue.delay(delay) for delay in RETRY_DELAYS), queue.retry, queue.name, queue.dead]


def _read(channel: BlockingChannel, name: str, count: int) -> Iterator[tuple[int, Any, bytes]]:
    for _ in range(count):
        method, properties, body = channel.basic_get(name)
        if method is None:
            return
        yield method.delivery_tag, properties, body or b""


def _item(name: str, properties: Any, body: bytes) -> Item:
    return {"queue": name, "message_id": message_id_of(properties), "body": text_of(body)}
