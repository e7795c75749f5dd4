"""Leaves the trace id in the record of a turn, so that a complaint leads from the row to the logs."""

import msgspec

from registration.messaging.messages import Message
from registration.messaging.publisher import Publisher
from registration.messaging.trace import current_trace, trace_id

_KEY = "trace_id"


class TracedPublisher:
    """A Publisher that hands on to another."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher

    def publish(self, message: Message) -> bool:
        return self._publisher.publish(_marked(message))

    async def publish_soon(self, message: Message) -> bool:
        return await self._publisher.publish_soon(_marked(message))


def _marked(message: Message) -> Message:
    known = trace_id(current_trace.get())
    if not known or not hasattr(message, "metadata"):
        return message
    marked: Message = msgspec.structs.replace(message, metadata={**(message.metadata or {}), _KEY: known})
    return marked
