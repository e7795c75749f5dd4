"""Where messages wait, as an operator sees it: RabbitMQ, or the spool of embedded mode."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from registration.messaging.topology import Queue


@dataclass(frozen=True)
class QueueState:
    """Counts of messages; `limit` is None where only the spool's size limits them."""

    name: str
    waiting: int
    limit: int | None
    retrying: int  # they failed and wait for their next try
    dead: int
    consumers: int
    oldest: datetime | None = None  # when the next message to be taken was written

    @property
    def fill(self) -> float:
        """Between 0 and 1."""
        return self.waiting / self.limit if self.limit else 0.0


@dataclass(frozen=True)
class Letter:
    """A dead letter; `handle` is its carrier's own name for it."""

    queue: str
    message_id: str  # empty where its producer set none
    reason: str
    attempts: int  # how often its handling failed
    failed_at: datetime | None  # the first time
    body: bytes
    handle: Any = None


class Letters(Protocol):
    """The dead letters of one queue while they are being looked at; each is dealt with at most once."""

    count: int  # how many there are to look at

    def __iter__(self) -> Iterator[Letter]:
        """Each letter once, oldest first; those that are not dealt with stay where they are."""
        ...

    def replay(self, letters: Sequence[Letter]) -> None:
        """Back to the worker under the same message ids; each leaves the dead letters once it is safe."""
        ...

    def drop(self, letters: Sequence[Letter]) -> None:
        """Gone for good."""
        ...


class Carrier(Protocol):
    """Every method raises BrokerError or SpoolError."""

    def states(self) -> list[QueueState]: ...

    def purge(self, name: str) -> int:
        """How many messages were deleted from the queue `name`, or from its `.retry` or `.dead`."""
        ...

    @contextmanager
    def letters(self, queue: Queue) -> Iterator[Letters]: ...
