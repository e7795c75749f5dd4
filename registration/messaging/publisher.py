"""The seam between those who have something to say and whatever carries it on, and the spool behind it."""

import logging
import uuid
from typing import Protocol

import msgspec

from registration.errors import BrokerError, SpoolError
from registration.messaging.messages import Message, decode, encode
from registration.messaging.spool import Spool
from registration.messaging.topology import queue_of
from registration.messaging.trace import current_trace

log = logging.getLogger(__name__)

_ID_LENGTH = 36


class Publisher(Protocol):
    def publish(self, message: Message) -> bool:
        """Whether the message is safe on its way. Never waits for the network."""
        ...


class SpoolPublisher:
    """Publishes into the spool; what it took survives a killed process."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self.taken = 0
        self.refused = 0  # no room in the spool, or no spool

    def publish(self, message: Message, routing_key: str | None = None) -> bool:
        """True once the message is in the spool; False, with an error in the log, when it cannot be.

        A message without an id gets one. Raises InvalidMessage, and BrokerError for a routing key that
        leads nowhere: such a message could never leave.
        """
        if not message.message_id:
            message = msgspec.structs.replace(message, message_id=str(uuid.uuid4()))
        body = encode(message)
        queue = queue_of(message)
        if routing_key is not None and not queue.takes(routing_key):
            raise BrokerError(
                f"no message gets to {queue.name} by {routing_key!r}, only by {queue.binding_key}"
            )
        message_id = _envelope_id(message, body)
        try:
            self._spool.append(
                queue.name,
                message_id,
                routing_key or queue.routing_key,
                order_key(message),
                body,
                current_trace.get(),
            )
        except SpoolError as error:
            self.refused += 1
            log.error("not published queue=%s message_id=%s: %s", queue.name, message_id, error)
            return False
        self.taken += 1
        return True


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
