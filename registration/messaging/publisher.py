"""The seam between those who have something to say and whatever carries it on, and the spool behind it."""

import logging
import uuid
from typing import Protocol

import msgspec

from registration.errors import BrokerError, SpoolError
from registration.messaging.gathering import Gathering
from registration.messaging.messages import Message, decode, encode
from registration.messaging.spool import Spool
from registration.messaging.spool_file import Row
from registration.messaging.topology import queue_of
from registration.messaging.trace import current_trace

log = logging.getLogger(__name__)

_ID_LENGTH = 36


class Publisher(Protocol):
    def publish(self, message: Message) -> bool:
        """Whether the message is safe on its way. Never waits for the network."""
        ...

    async def publish_soon(self, message: Message) -> bool:
        """The same for an event loop: those that are published at the same time share the work."""
        ...


class SpoolPublisher:
    """Publishes into the spool; what it took survives a killed process."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._gathering = Gathering(spool)
        self.taken = 0
        self.refused = 0  # no room in the spool, or no spool

    def publish(self, message: Message, routing_key: str | None = None) -> bool:
        """True once the message is in the spool; False, with an error in the log, when it cannot be.

        A message without an id gets one. Raises InvalidMessage, and BrokerError for a routing key that
        leads nowhere: such a message could never leave.
        """
        queue, row = _row(message, routing_key)
        try:
            self._spool.append_all([(queue, row)])
        except SpoolError as error:
            return self._refuse(queue, row, error)
        self.taken += 1
        return True

    async def publish_soon(self, message: Message) -> bool:
        """As `publish`, in one commit with what others publish at the same time."""
        queue, row = _row(message)
        try:
            await self._gathering.append(queue, row)
        except SpoolError as error:
            return self._refuse(queue, row, error)
        self.taken += 1
        return True

    def _refuse(self, queue: str, row: Row, error: SpoolError) -> bool:
        self.refused += 1
        log.error("not published queue=%s message_id=%s: %s", queue, row[0], error)
        return False


def _row(message: Message, routing_key: str | None = None) -> tuple[str, Row]:
    """A message's queue, and what the spool keeps of it."""
    if not message.message_id:
        message = msgspec.structs.replace(message, message_id=str(uuid.uuid4()))
    body = encode(message)
    queue = queue_of(message)
    if routing_key is not None and not queue.takes(routing_key):
        raise BrokerError(f"no message gets to {queue.name} by {routing_key!r}, only by {queue.binding_key}")
    return queue.name, (
        _envelope_id(message, body),
        routing_key or queue.routing_key,
        order_key(message),
        current_trace.get(),
        body,
    )


def _envelope_id(message: Message, body: bytes) -> str:
    """The id as the table holds it: 36 characters, whatever another producer calls its message."""
    given = message.message_id
    return given if len(given) == _ID_LENGTH else decode(type(message), body).message_id


def order_key(message: Message) -> str:
    """Messages with the same key keep their order: those of one student, or of one anonymous sender."""
    if message.student_id:
        return str(message.student_id)
    metadata = getattr(message, "metadata", None) or {}
    return f"sender:{metadata.get('sender_id', '')}"
