"""The seam between where messages wait (RabbitMQ, the spool) and how they are stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from registration.messaging.retries import Move, next_move
from registration.messaging.topology import Queue


@dataclass(frozen=True)
class Limits:
    """When a batch is full."""

    rows: int = 1_000
    bytes: int = 4 << 20
    age: float = 0.01  # seconds that the first message waits for company


class Delivery:
    """A message as its source hands it over; `tag` is the source's own name for it."""

    __slots__ = ("body", "envelope", "headers", "message_id", "tag")

    def __init__(
        self,
        tag: int,
        body: bytes,
        message_id: str | None = None,
        headers: Mapping[str, Any] | None = None,
        envelope: Any = None,
    ) -> None:
        self.tag = tag
        self.body = body
        self.message_id = message_id  # what the envelope says; the body may say otherwise
        self.headers = headers  # with the count of its failures, see registration.messaging.retries
        self.envelope = envelope  # what else the source needs to move it


@dataclass(frozen=True)
class Refused:
    """A delivery that could not be stored, and why, fit for an operator to read."""

    delivery: Delivery
    reason: str
    hopeless: bool  # the message itself is wrong; no retry will help

    def move(self, queue: Queue) -> Move:
        """Where it goes from here."""
        return next_move(queue, self.delivery.headers, self.reason, hopeless=self.hopeless)


class Source(Protocol):
    """Hands out batches, each to be settled before the next is taken.

    What has been taken and not settled when the source closes, or its process dies, is handed out again.
    """

    def open(self) -> None:
        """Raises BrokerUnavailable or SpoolError, or TopologyMismatch where trying again is no use."""

    def is_open(self) -> bool:
        """Whether what has been taken can still be settled."""

    def take(self) -> Sequence[Delivery]:
        """The next batch; empty when nothing has come for a moment. Raises as `open` does."""

    def settle(self, batch: Sequence[Delivery], refused: Sequence[Refused]) -> None:
        """Ends the batch: the refused go to their retry or to the dead letters, then all are acknowledged.

        Raises as `open` does; then nothing is acknowledged, and `settle` may be called again.
        """

    def close(self) -> None:
        """Hands back what is not settled; takes at most a few seconds."""


class Around:
    """A Source that hands on to another; who derives from it looks at what passes."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def open(self) -> None:
        self._source.open()

    def is_open(self) -> bool:
        return self._source.is_open()

    def take(self) -> Sequence[Delivery]:
        return self._source.take()

    def settle(self, batch: Sequence[Delivery], refused: Sequence[Refused]) -> None:
        self._source.settle(batch, refused)

    def close(self) -> None:
        self._source.close()
