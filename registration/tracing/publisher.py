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
        known = trace_id(current_trace.get())
        if known and hasattr(message, "metadata"):
            marked = {**(message.metadata or {}), _KEY: known}
            message = msgspec.structs.replace(message, metadata=marked)
        return self._publisher.publish(message)
