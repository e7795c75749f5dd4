"""One queue's way out of the spool: a window of messages on their way, in order within a student.

RabbitMQ may refuse a message and take the one after it, so of each student (`order_key`) only one message
is on its way at a time, and the next leaves once that one is confirmed. A queue that refuses is left alone
for a while, then tried with a small window; the other queues have lanes of their own.
"""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from registration.messaging.spool_reader import MAX_BYTES, Entry, SpoolReader

WINDOW = 1_000  # messages on their way or waiting behind one of the same student
SHORTEST_PAUSE = 0.1  # seconds
LONGEST_PAUSE = 5.0
MOST_UNREMOVED = 10_000  # confirmed, but the spool's disk is full, and so its rows remain


@dataclass
class Counters:
    """What has happened since the start; for metrics, written by the forwarder's thread alone."""

    published: int = 0
    confirmed: int = 0
    refused: int = 0  # the queue was full
    returned: int = 0  # no queue was bound
    connected: bool = False
    depth: int = 0  # messages that wait in the spool, at most


class Lane:
    """Sends one queue's messages through `send`, and is told what became of each."""

    def __init__(
        self,
        queue: str,
        reader: SpoolReader,
        send: Callable[[Entry], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.queue = queue
        self.confirmed: list[Entry] = []  # safe with the broker, and still in the spool
        self._reader = reader
        self._send = send
        self._clock = clock
        self._after: dict[Path, int] = {}
        self._students: dict[str, deque[Entry]] = {}  # the first of each is on its way
        self._outstanding = 0
        self._bytes = 0
        self._window = WINDOW
        self._pause = 0.0
        self._resting = False
        self._resume_at = 0.0
        self.rests = 0  # since the last confirmation, or since the connection was opened

    @property
    def is_idle(self) -> bool:
        """Nothing of it is on its way or about to be removed."""
        return not self._students and not self.confirmed

    def pump(self) -> None:
        """Send what the window has room for."""
        if self._resting and not self._may_try_again():
            return
        if self._outstanding > self._window // 2 or self._bytes > MAX_BYTES // 2:
            return  # reading a few at a time would cost more than it gains
        if len(self.confirmed) > MOST_UNREMOVED:
            return
        room = self._window - self._outstanding
        known = {(entry.path, entry.number) for entry in self.confirmed}
        for entry in self._reader.entries(self.queue, room, self._after, MAX_BYTES - self._bytes):
            self._after[entry.path] = entry.number
            if (entry.path, entry.number) not in known:
                self._enter(entry)

    def on_confirmed(self, entry: Entry) -> None:
        """The broker has it. While the queue rests, this ends nothing: an older message was refused."""
        self.confirmed.append(entry)
        if not self._resting:
            self._pause = 0.0
            self.rests = 0
            self._window = min(WINDOW, self._window * 2)
        waiting = self._students[entry.order_key]
        self._leave(waiting.popleft())
        if waiting:
            self._send(waiting[0])
        else:
            del self._students[entry.order_key]

    def on_refused(self, entry: Entry) -> None:
        """The message stays in the spool, and the whole queue rests."""
        for left in self._students.pop(entry.order_key):
            self._leave(left)
        if not self._resting:
            self._rest()

    def removed(self) -> None:
        """What was confirmed has left the spool."""
        self.confirmed = []

    def begin_anew(self) -> None:
        """The connection is lost, and with it what was on its way: all of it will be sent again."""
        self._students.clear()
        self._outstanding = self._bytes = 0
        self._after = {}
        self._resting = False
        self.rests = 0

    def _enter(self, entry: Entry) -> None:
        self._outstanding += 1
        self._bytes += len(entry.body)
        waiting = self._students.get(entry.order_key)
        if waiting is None:
            self._students[entry.order_key] = deque((entry,))
            self._send(entry)
        else:
            waiting.append(entry)

    def _leave(self, entry: Entry) -> None:
        self._outstanding -= 1
        self._bytes -= len(entry.body)

    def _rest(self) -> None:
        self._resting = True
        self.rests += 1
        self._window = 1
        self._pause = min(LONGEST_PAUSE, self._pause * 2 or SHORTEST_PAUSE)
        self._resume_at = self._clock() + self._pause
        for waiting in self._students.values():  # behind one that is still on its way
            while len(waiting) > 1:
                self._leave(waiting.pop())

    def _may_try_again(self) -> bool:
        """Once the pause is over and nothing is on its way, it starts again from the oldest message."""
        if self._clock() < self._resume_at or self._students:
            return False
        self._after = {}
        self._resting = False
        return True
