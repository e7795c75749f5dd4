"""A problem as numbers: every option with its price, its days and the times it takes."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from registration.timetable.hard import allowed_options
from registration.timetable.idle import IdleTime
from registration.timetable.model import Meeting
from registration.timetable.options import Option, Slot, Slots, merge_alike, options_of
from registration.timetable.problem import Problem
from registration.timetable.scoring import UNITS, meeting_rules
from registration.timetable.teachers import is_wanted


@dataclass(frozen=True)
class Table:
    """Options that keep the hard wishes. Those of subject s have the numbers in `subjects[s]`; `costs` are
    the units an option costs by itself, `days` the days it uses (bit 0 is Monday). `point` units are a point,
    `per_day` units the price of a day with classes; `idle` is None where idle time costs nothing."""

    options: tuple[Option, ...]
    subjects: tuple[range, ...]
    costs: tuple[int, ...]
    slots: tuple[Slots, ...]
    days: tuple[int, ...]
    point: int
    per_day: int
    idle: IdleTime | None

    def total(self, chosen: tuple[int, ...]) -> int:
        """What one option for each subject costs together."""
        days = 0
        steps = [0] * 7
        for index in chosen:
            days |= self.days[index]
            for day, more in self.idle.occupied[index] if self.idle else ():
                steps[day] |= more
        idle = sum(self.idle.price(day) for day in steps) if self.idle else 0
        return sum(self.costs[index] for index in chosen) + self.per_day * days.bit_count() + idle


def build_table(problem: Problem) -> Table:
    """The table of a problem."""
    price = _meeting_price(problem)
    options: list[Option] = []
    costs: list[int] = []
    subjects: list[range] = []
    for subject in problem.subjects:
        every = options_of(subject)
        found = merge_alike(allowed_options(subject, every, problem.wishes))
        extra = _teacher_costs(problem, every, found)
        subjects.append(range(len(options), len(options) + len(found)))
        costs += [sum(map(price, option.slots)) + more for option, more in zip(found, extra, strict=True)]
        options += found
    slots = tuple(option.slots for option in options)
    point = UNITS * problem.term.length
    return Table(
        options=tuple(options),
        subjects=tuple(subjects),
        costs=tuple(costs),
        slots=slots,
        days=tuple(map(_days, slots)),
        point=point,
        per_day=problem.weights.prefer_free_days * point if problem.wishes.few_days else 0,
        idle=_idle(problem, slots),
    )


def _idle(problem: Problem, slots: tuple[Slots, ...]) -> IdleTime | None:
    weight = problem.weights.prefer_continuous if problem.wishes.continuous else 0
    return IdleTime(slots, weight) if weight else None


def _meeting_price(problem: Problem) -> Callable[[Slot], int]:
    rules = [(problem.weights.of(key) * UNITS, missed) for key, missed in meeting_rules(problem.wishes)]

    @cache  # many classes share their times; the cache lives as long as one table is built
    def price(slot: Slot) -> int:
        meeting = Meeting(*slot)
        return meeting.weeks.bit_count() * sum(weight for weight, missed in rules if missed(meeting))

    return price


def _teacher_costs(problem: Problem, every: list[Option], found: list[Option]) -> list[int]:
    wanted = problem.wishes.teachers
    if not any(is_wanted(teacher, wanted) for option in every for teacher in option.teachers):
        return [0] * len(found)
    price = problem.weights.preferred_teachers * UNITS * problem.term.length
    return [
        0 if any(is_wanted(teacher, wanted) for teacher in option.teachers) else price for option in found
    ]


def _days(slots: Slots) -> int:
    days = 0
    for day, *_ in slots:
        days |= 1 << day
    return days
