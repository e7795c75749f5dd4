"""The spool as a source: embedded mode, where no broker stands between the chat and the database."""

import logging
import time
from collections.abc import Sequence
from threading import Event, Thread

from registration.errors import SpoolError
from registration.messaging.attendance import Attendance
from registration.messaging.shelf import Shelf, Shelved
from registration.messaging.spool_reader import Entry, SpoolReader
from registration.messaging.topology import Queue
from registration.messaging.trace import header_of

from .source import Delivery, Limits, Refused

log = logging.getLogger(__name__)

_POLL = 0.02  # seconds between two looks at an empty spool
_UPKEEP = 0.1  # seconds between two looks for files of other processes


class SpoolSource:
    """A Source: one queue's messages in the spool files of all processes, and their retries.

    Sources share `reader` and `shelf`, which belong to whoever made them.
    """

    def __init__(self, reader: SpoolReader, shelf: Shelf, queue: Queue, limits: Limits | None = None) -> None:
        self._reader = reader
        self._shelf = shelf
        self._queue = queue
        self._limits = limits or Limits()
        self._attendance = Attendance(shelf.folder, queue.name)

    def open(self) -> None:
        self._attendance.begin()
        self._reader.refresh()

    def is_open(self) -> bool:
        return True  # nothing takes away what lies in a file that is locked for us

    def take(self) -> Sequence[Delivery]:
        rows = self._limits.rows
        batch = [
            Delivery(0, item.body, item.message_id, item.headers, item)
            for item in self._shelf.due(self._queue, rows)
        ]
        entries = self._reader.entries(self._queue.name, max(1, rows - len(batch)), None, self._limits.bytes)
        batch += [
            Delivery(0, entry.body, entry.message_id, header_of(entry.trace), entry) for entry in entries
        ]
        if not batch:
            time.sleep(_POLL)
        return batch

    def settle(self, batch: Sequence[Delivery], refused: Sequence[Refused]) -> None:
        # First what failed is safe on the shelf, then it leaves the spool: a kill between the two makes it
        # fail once more, under the same name.
        moves = [(_shelved(item.delivery), item.move(self._queue)) for item in refused]
        retried = [each.envelope for each in batch if isinstance(each.envelope, Shelved)]
        if moves or retried:
            self._shelf.settle(self._queue, retried, moves)
        self._reader.remove([each.envelope for each in batch if isinstance(each.envelope, Entry)])

    def close(self) -> None:
        self._attendance.end()


class Upkeep:
    """Looks for spool files that appear and end, and keeps their logs short, on a thread of its own."""

    def __init__(self, reader: SpoolReader, stop: Event) -> None:
        self._reader = reader
        self._stop = stop

    def start(self) -> None:
        Thread(target=self.run, name="spool-upkeep", daemon=True).start()

    def run(self) -> None:
        while not self._stop.wait(_UPKEEP):
            try:
                self._reader.refresh()
                self._reader.checkpoint()
            except SpoolError as error:
                log.warning("upkeep of the spool error=%s reason=%s", type(error).__name__, error)


def _shelved(delivery: Delivery) -> Shelved:
    if isinstance(delivery.envelope, Shelved):
        return delivery.envelope
    entry: Entry = delivery.envelope
    return Shelved(f"{entry.path.name}:{entry.number}", entry.message_id, entry.body, header_of(entry.trace))
