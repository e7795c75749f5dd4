"""Declare the exchanges and queues of the topology: as often as one likes, always the same.

Each queue `q` comes with `q.dead` and `q.retry` (no limit, no expiry), reached by the default exchange, and
one delay queue for each retry. A dead letter of the broker's own (expired) goes by the default exchange with
`q.dead` as its routing key.
"""

import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from pika.adapters.blocking_connection import BlockingChannel

from registration.errors import TopologyMismatch
from registration.messaging.connection import broker_errors
from registration.messaging.topology import QUEUES, RETRY_DELAYS, Queue

DEFAULT_EXCHANGE = ""

# RabbitMQ 4 drops what a quorum queue delivers 20 times; our own header counts the retries instead.
_NO_DELIVERY_LIMIT = 1_000_000_000


@dataclass(frozen=True)
class QueueDeclaration:
    """One queue as `queue.declare` wants it: durable, with these arguments."""

    name: str
    arguments: dict[str, Any] = field(default_factory=dict)


def queue_declarations(queue: Queue, queue_type: str) -> list[QueueDeclaration]:
    """The queue, its dead letters, its retries and its delays, in an order that leaves nothing dangling."""
    common = _common_arguments(queue_type)
    return [
        QueueDeclaration(queue.dead, common),
        QueueDeclaration(queue.retry, common),
        *(
            QueueDeclaration(queue.delay(delay), _expiring(delay, queue.retry, queue_type))
            for delay in RETRY_DELAYS
        ),
        QueueDeclaration(
            queue.name,
            {
                **_expiring(queue.ttl, queue.dead, queue_type),
                "x-max-length": queue.max_length,
                "x-overflow": "reject-publish",
            },
        ),
    ]


def declare_topology(channel: BlockingChannel, queue_type: str) -> None:
    """Declare everything in `topology.QUEUES`; `queue_type` is "classic" or "quorum".

    On a channel of a SelectConnection it sends the declarations and waits for nothing.
    Raises TopologyMismatch (the channel is closed then) if something exists with other arguments.
    """
    for queue in QUEUES.values():
        declare_queue(channel, queue, queue_type)


def declare_queue(channel: BlockingChannel, queue: Queue, queue_type: str) -> None:
    """Declare one queue with its exchange, its dead letters, its retries and its delays."""
    with explained(), broker_errors():
        channel.exchange_declare(queue.exchange, queue.exchange_type, durable=True)
        for declaration in queue_declarations(queue, queue_type):
            channel.queue_declare(declaration.name, durable=True, arguments=declaration.arguments)
        channel.queue_bind(queue.name, queue.exchange, queue.binding_key)


def _common_arguments(queue_type: str) -> dict[str, Any]:
    if queue_type == "quorum":
        return {"x-queue-type": "quorum", "x-delivery-limit": _NO_DELIVERY_LIMIT}
    return {"x-queue-type": "classic"}


def _expiring(ttl: int, target: str, queue_type: str) -> dict[str, Any]:
    arguments = {
        **_common_arguments(queue_type),
        "x-message-ttl": ttl,
        "x-dead-letter-exchange": DEFAULT_EXCHANGE,
        "x-dead-letter-routing-key": target,
    }
    if queue_type == "quorum":
        # The broker keeps an expired message until its new queue has it; that needs reject-publish.
        arguments |= {"x-dead-letter-strategy": "at-least-once", "x-overflow": "reject-publish"}
    return arguments


@contextmanager
def explained() -> Iterator[None]:
    """Add to a TopologyMismatch how to mend it."""
    try:
        yield
    except TopologyMismatch as error:
        raise TopologyMismatch(f"{error}. {_how_to_mend(str(error))}") from error.__cause__


def _how_to_mend(refusal: str) -> str:
    """The command for an operator; the broker's text names what differs, the queue and its vhost."""
    found = re.search(r"for (queue|exchange) '(.+)' in vhost '(.+?)'", refusal)
    if found is None:
        return "Delete what differs once it is empty, and start again."
    kind, name, vhost = (shlex.quote(part) for part in found.groups())
    if kind == "exchange":
        return f"To mend it: rabbitmqadmin --vhost={vhost} delete exchange name={name}"
    return f"Let a worker drain the queue, then: rabbitmqctl -p {vhost} delete_queue {name} --if-empty"
