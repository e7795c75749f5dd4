"""A span for each traced message that is stored: from its taking to its acknowledgement."""

import time
from collections.abc import Sequence

from registration.messaging.topology import Queue
from registration.messaging.trace import HEADER, kept
from registration.tracing.spans import Tracing

from .source import Around, Delivery, Refused, Source


class TracedSource(Around):
    """Tells of each traced message that passes."""

    def __init__(self, source: Source, queue: Queue, tracing: Tracing) -> None:
        super().__init__(source)
        self._queue = queue
        self._tracing = tracing
        self._taken_at = time.time()

    def take(self) -> Sequence[Delivery]:
        batch = super().take()
        self._taken_at = time.time()
        return batch

    def settle(self, batch: Sequence[Delivery], refused: Sequence[Refused]) -> None:
        super().settle(batch, refused)
        failed = {id(item.delivery): item.reason for item in refused}
        for delivery in batch:
            if traceparent := kept(delivery.headers).get(HEADER):
                self._tell(delivery, traceparent, failed.get(id(delivery), ""))

    def _tell(self, delivery: Delivery, traceparent: str, reason: str) -> None:
        attributes = {"messaging.message.id": delivery.message_id or "", "reason": reason}
        self._tracing.tell(f"store {self._queue.name}", traceparent, self._taken_at, attributes)
