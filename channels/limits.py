"""How much one student may send; shared by all channels of a process."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache

from registration.settings import ChatSettings, get_settings

from .refusals import bad_message, too_long, too_many

_MAX_STUDENTS = 50_000  # whose allowance is remembered; those who wrote longest ago are forgotten first
_BURST = 10  # messages at once, after a pause


class Limits:
    """A bucket of messages for each student, refilled steadily, and the longest message."""

    def __init__(self, settings: ChatSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_second = settings.messages_per_minute / 60
        self._max_length = settings.max_length
        self._clock = clock
        self._buckets: OrderedDict[int, tuple[float, float]] = OrderedDict()  # messages left, and when

    def take(self, student_id: int, text: object) -> str:
        """The text, if this student may send it now. Raises Refusal."""
        checked = self._checked(text)
        left = self._left(student_id)
        if left < 1:
            raise too_many(math.ceil((1 - left) / self._per_second))
        self._remember(student_id, left - 1)
        return checked

    def _checked(self, text: object) -> str:
        if not isinstance(text, str) or not text.strip():
            raise bad_message("a message is a text that is not empty")
        if len(text) > self._max_length:
            raise too_long(len(text), self._max_length)
        return text

    def _left(self, student_id: int) -> float:
        left, since = self._buckets.get(student_id, (_BURST, self._clock()))
        return min(_BURST, left + (self._clock() - since) * self._per_second)

    def _remember(self, student_id: int, left: float) -> None:
        self._buckets[student_id] = (left, self._clock())
        self._buckets.move_to_end(student_id)
        if len(self._buckets) > _MAX_STUDENTS:
            self._buckets.popitem(last=False)


@lru_cache(maxsize=1)
def get_limits() -> Limits:
    """The limits of this process."""
    return Limits(get_settings().chat)
