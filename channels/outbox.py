"""What was said in a student's conversation lately, numbered, so that a client who was away gets the rest.

Kept in this process: after a restart each outbox begins anew under another epoch, and the client hands in
again what it has no end of a turn for.
"""

import asyncio
import time
import uuid
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Item = dict[str, Any]
MAX_ITEMS = 200  # of one student
_MAX_TURNS = 200
_MAX_STUDENTS = 5000  # beyond, whoever was idle longest is forgotten
_IDLE = 3600.0  # seconds


@dataclass
class Outbox:
    """One student's items, each with an `id` that grows by one, and the turns that were begun."""

    epoch: str = field(default_factory=lambda: uuid.uuid4().hex)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)  # one turn at a time, in order
    touched: float = 0.0
    _items: deque[Item] = field(default_factory=lambda: deque(maxlen=MAX_ITEMS))
    _turns: OrderedDict[str, None] = field(default_factory=OrderedDict)
    _last: int = 0

    def add(self, kind: str, turn: str, **content: Any) -> Item:
        """A new item: what a `user` or the `bot` said in a turn, or that the turn is `done`."""
        self._last += 1
        item = {"id": self._last, "kind": kind, "turn": turn, "epoch": self.epoch, **content}
        self._items.append(item)
        return item

    def since(self, epoch: object, last: object) -> list[Item]:
        """The items after number `last` of `epoch`; all that are kept where the client knew another epoch."""
        known = last if epoch == self.epoch and isinstance(last, int) else 0
        return [item for item in self._items if item["id"] > known]

    def knows(self, turn: str) -> bool:
        """Whether this turn was begun: it is under way or done, and must not be handed on again."""
        return turn in self._turns

    def begin(self, turn: str) -> None:
        self._turns[turn] = None
        if len(self._turns) > _MAX_TURNS:
            self._turns.popitem(last=False)


class Outboxes:
    """The outbox of each student, forgotten after an hour without a word."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._by_student: OrderedDict[int, Outbox] = OrderedDict()

    def of(self, student_id: int) -> Outbox:
        """The outbox of a student, made where there is none."""
        outbox = self._by_student.setdefault(student_id, Outbox())
        outbox.touched = self._clock()
        self._by_student.move_to_end(student_id)
        self._forget_idle()
        return outbox

    def _forget_idle(self) -> None:
        while self._by_student:
            student_id, oldest = next(iter(self._by_student.items()))
            is_idle = self._clock() - oldest.touched > _IDLE
            if oldest.turn.locked() or not (is_idle or len(self._by_student) > _MAX_STUDENTS):
                return
            del self._by_student[student_id]
