"""Where a message that failed goes: three retries with a growing delay, then the dead letters.

A message is moved by a confirmed publish; whoever calls acknowledges the old copy only afterwards, so a
crash between the two doubles it and never loses it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Protocol

import pika

from registration.messaging.connection import broker_errors
from registration.messaging.declare import DEFAULT_EXCHANGE
from registration.messaging.topology import RETRY_DELAYS, Queue
from registration.messaging.trace import kept

# Headers of ours; how often a message failed is not the broker's count, which forgets and miscounts.
ATTEMPTS = "x-attempts"  # how often its handling failed, a whole number
REASON = "x-reason"  # of the last failure
FIRST_SEEN = "x-first-seen"  # when it failed first, ISO 8601, UTC

_MAX_REASON = 500
_MAX_ATTEMPTS = 1_000


class ConfirmedPublisher(Protocol):
    """A channel in confirm mode, such as BlockingChannel after `confirm_delivery()`."""

    def basic_publish(
        self, exchange: str, routing_key: str, body: bytes, properties: Any, mandatory: bool
    ) -> Any: ...


@dataclass(frozen=True)
class Move:
    """The queue that a failed message goes to, and the headers it takes along."""

    target: str
    headers: dict[str, Any]


def next_move(
    queue: Queue, headers: Mapping[str, Any] | None, reason: str, *, hopeless: bool = False
) -> Move:
    """Where to, after one more failure; `hopeless`: no retry would help."""
    before = attempts_of(headers)
    retried = not hopeless and before < len(RETRY_DELAYS)
    target = queue.delay(RETRY_DELAYS[before]) if retried else queue.dead
    return Move(
        target,
        {ATTEMPTS: before + 1, REASON: reason[:_MAX_REASON], FIRST_SEEN: first_seen_of(headers) or _now()},
    )


def retry_or_bury(
    channel: ConfirmedPublisher,
    queue: Queue,
    properties: pika.BasicProperties,
    body: bytes,
    reason: str,
    *,
    hopeless: bool = False,
) -> str:
    """Move a failed message on; the name of the queue that has confirmed it. Acknowledge it only then.

    Raises BrokerError or BrokerUnavailable when nothing confirmed it.
    """
    move = next_move(queue, properties.headers, reason, hopeless=hopeless)
    with broker_errors():
        channel.basic_publish(
            DEFAULT_EXCHANGE, move.target, body, moved(properties, move.headers), mandatory=True
        )
    return move.target


def moved(properties: pika.BasicProperties, headers: dict[str, Any]) -> pika.BasicProperties:
    """The same message's properties with other headers; its trace travels on, its own expiry does not."""
    return pika.BasicProperties(
        content_type=properties.content_type or "application/json",
        delivery_mode=pika.DeliveryMode.Persistent.value,
        message_id=properties.message_id,
        type=properties.type,
        timestamp=properties.timestamp,
        headers={**kept(properties.headers), **headers},
    )


def attempts_of(headers: Mapping[str, Any] | None) -> int:
    """How often handling has failed; anyone can set a header, so nonsense counts as never."""
    value = (headers or {}).get(ATTEMPTS)
    return value if type(value) is int and 0 <= value <= _MAX_ATTEMPTS else 0


def first_seen_of(headers: Mapping[str, Any] | None) -> str:
    """When it failed first, or an empty text."""
    value = (headers or {}).get(FIRST_SEEN)
    return value if isinstance(value, str) else ""


def _now() -> str:
    return datetime.now(timezone.utc).isoformat()
