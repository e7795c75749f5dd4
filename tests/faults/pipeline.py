"""What stands between the publishers and the rows: real servers, or the spool alone (embedded mode)."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence

from registration.messaging.topology import Queue
from registration.testing.processes import Server
from tests.faults import rows
from tests.faults.ledger import DeadLetter

HandIn = tuple[Queue, str | None, bytes]  # queue, message id as the envelope has it, body


class Pipeline(ABC):
    """Carries messages, and tells the harness what has arrived, past the code under test."""

    servers: Sequence[Server] = ()
    wholesome: Sequence[str] = ()  # kinds of poison that this database takes

    @abstractmethod
    def open(self) -> None: ...

    @abstractmethod
    def environ(self) -> dict[str, str]:
        """Settings for the programs."""

    @abstractmethod
    def hand_in(self, messages: Sequence[HandIn]) -> Iterator[int]:
        """Hands in raw messages; gives the place of each that has been taken."""

    @abstractmethod
    def rows(self) -> Iterator[rows.Row]: ...

    @abstractmethod
    def count_rows(self) -> int: ...

    @abstractmethod
    def dead_letters(self) -> list[DeadLetter]: ...

    @abstractmethod
    def depths(self) -> tuple[int, int]:
        """Messages that wait in queues, and dead letters; copies count."""

    @abstractmethod
    def heal(self) -> None:
        """Undoes what a fault may have left."""

    def close(self) -> None:
        for server in self.servers:
            server.close()
