"""Counts turns where each of them passes once: on its way into the spool."""

import re
from typing import Any

from registration.messaging.messages import ChatMessage, Message
from registration.messaging.publisher import Publisher
from registration.messaging.topology import queue_of
from registration.metrics.children import child
from registration.metrics.names.publishing import SPOOL_REFUSED, SPOOLED, TURN_SECONDS, TURNS

_NAME = re.compile(r"[A-Za-z_-]{1,40}")
_UNDERSTOOD = {"True": "yes", "False": "no"}


class MeteredPublisher:
    """A Publisher that hands on to another."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher

    def publish(self, message: Message) -> bool:
        return _counted(message, self._publisher.publish(message))

    async def publish_soon(self, message: Message) -> bool:
        return _counted(message, await self._publisher.publish_soon(message))


def _counted(message: Message, taken: bool) -> bool:
    child(SPOOLED if taken else SPOOL_REFUSED, queue_of(message).name).inc()
    if isinstance(message, ChatMessage):
        _count_turn(message.metadata or {})
    return taken


def _count_turn(metadata: dict[str, Any]) -> None:
    asked, language = _name(metadata.get("asked")), _name(metadata.get("language"))
    child(TURNS, asked, language, _UNDERSTOOD.get(str(metadata.get("understood")), "unknown")).inc()
    latency = metadata.get("latency_ms")
    if isinstance(latency, (int, float)):
        TURN_SECONDS.observe(latency / 1_000)


def _name(value: Any) -> str:
    """A label out of metadata that a bot of somebody else's may have filled with anything."""
    if value is None:
        return "none"
    return value if isinstance(value, str) and _NAME.fullmatch(value) else "other"
