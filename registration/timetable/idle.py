"""Idle time between classes, in the search's units.

Per day, what is occupied is one integer: a block of time steps for each group of weeks that look alike. A
class occupies its own time and the break after it, so that a gap counts only beyond the break, and so that
adding a class can only cover idle steps that were there, never make a counted one vanish in another way: that
is what makes the bound of a branch safe.
"""

from collections.abc import Iterable, Sequence
from math import gcd

from registration.timetable.cells import week_groups
from registration.timetable.clock import EVENING, NOON
from registration.timetable.options import Slots
from registration.timetable.scoring import BREAK

_PERIOD_ENDS = (NOON, EVENING, 24 * 60)
Occupied = tuple[tuple[int, int], ...]  # (day, steps) pairs


class IdleTime:
    """Occupied steps of each option, and the price of what lies idle between them. Prices are remembered."""

    def __init__(self, slots: Sequence[Slots], weight: int) -> None:
        times = [minute for option in slots for _, start, end, _ in option for minute in (start, end)]
        self._step = gcd(BREAK, NOON, EVENING, *times)
        self._block = 24 * 60 // self._step
        self._whole = (1 << self._block) - 1
        groups = week_groups(slot for option in slots for slot in option)
        self._groups = [(mask, mask.bit_count()) for mask in groups]
        self._unit = weight * self._step
        self._bounds = [end // self._step for end in _PERIOD_ENDS]
        self._known: dict[int, int] = {0: 0}
        self.occupied: list[Occupied] = [self._occupied(option) for option in slots]
        self._sizes = [{day: self._weigh(steps) for day, steps in pairs} for pairs in self.occupied]

    def price(self, steps: int) -> int:
        """Units that one day's idle time costs."""
        known = self._known.get(steps)
        if known is None:
            known = self._known[steps] = self._weigh(self.idle_steps(steps))
        return known

    def _occupied(self, option: Slots) -> Occupied:
        days: dict[int, int] = {}
        for day, start, end, weeks in option:
            run = self._run(start, end)
            for index, (group, _) in enumerate(self._groups):
                if group & weeks:
                    days[day] = days.get(day, 0) | run << (index * self._block)
        return tuple(days.items())

    def _run(self, start: int, end: int) -> int:
        # The break stays within the period: it must not look like a class at the start of the next one.
        until = min(end + BREAK, next(bound for bound in _PERIOD_ENDS if end <= bound))
        return (1 << until // self._step) - (1 << start // self._step)

    def place(self, step: int) -> tuple[int, int]:
        """The group of weeks and the period of the day that a step of a day lies in."""
        group, within = divmod(step, self._block)
        return group, next(i for i, end in enumerate(self._bounds) if within < end)

    def step_price(self, step: int) -> int:
        """What one idle step costs."""
        return self._groups[step // self._block][1] * self._unit

    def most(self, numbers: Iterable[int]) -> tuple[int, ...]:
        """For each day, the price of the most idle time that one of these options can fill."""
        sizes = [self._sizes[number] for number in numbers]
        return tuple(max((size.get(day, 0) for size in sizes), default=0) for day in range(7))

    def _weigh(self, steps: int) -> int:
        total = 0
        for index, (_, weeks) in enumerate(self._groups):
            total += weeks * (steps >> (index * self._block) & self._whole).bit_count()
        return total * self._unit

    def idle_steps(self, steps: int) -> int:
        """The steps that lie idle between two classes of one period."""
        idle = 0
        for index in range(len(self._groups)):
            day = steps >> (index * self._block) & self._whole
            begin = 0
            for end in self._bounds:
                period = day >> begin & ((1 << (end - begin)) - 1)
                if period:
                    between = (1 << period.bit_length()) - (period & -period)
                    idle |= (between & ~period) << (begin + index * self._block)
                begin = end
        return idle


def idle_minutes(slots: list[Slots]) -> int:
    """The idle minutes of a whole term, beyond the breaks, of classes at these times."""
    idle = IdleTime(slots, weight=1)
    days = [0] * 7
    for pairs in idle.occupied:
        for day, steps in pairs:
            days[day] |= steps
    return sum(idle.price(steps) for steps in days)
