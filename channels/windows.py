"""The connections that are open, each with its student, until the student's token ends."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from registration.student_tokens import Student


@dataclass(frozen=True)
class _Window:
    student: Student
    end: asyncio.TimerHandle


class Windows:
    """Students by socket id; `close` is called with the id of a connection whose token has ended."""

    def __init__(self, close: Callable[[str], object]) -> None:
        self._close = close
        self._open: dict[str, _Window] = {}

    def open(self, sid: str, student: Student) -> None:
        delay = max(0.0, student.expires - time.time())
        self._open[sid] = _Window(student, asyncio.get_running_loop().call_later(delay, self._close, sid))

    def student(self, sid: str) -> Student | None:
        """Who is connected here; None for a connection that has just ended."""
        window = self._open.get(sid)
        return window.student if window else None

    def shut(self, sid: str) -> None:
        if window := self._open.pop(sid, None):
            window.end.cancel()
