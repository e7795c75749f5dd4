"""How much a timetable misses of the soft wishes, as points. 0 points: every wish is kept.

| wish | counted | points each |
| --- | --- | --- |
| `time_period`, `avoid_time_periods` | class meetings a week that start in another (an avoided) period | 10 |
| `avoid_days` | class meetings a week on an avoided day | 10 |
| `prefer_free_days` | days of the week with any class | 8 |
| `preferred_teachers` | subjects without a wanted teacher although one of them teaches it | 8 |
| `prefer_days` | class meetings a week outside the wanted days | 6 |
| `avoid_early_start` | class meetings a week that start before 08:00 | 6 |
| `avoid_late_end` | class meetings a week that end after 17:00 | 6 |
| `prefer_continuous` | idle hours a week within a period of the day, beyond 15 minutes after each class | 4 |

A meeting that takes place in half of the term's weeks counts half. Points are added; each part can be shown.
The search counts in whole units so that nothing is rounded: a point is 60 units for each week of the term.
"""

from collections.abc import Callable
from dataclasses import dataclass

from registration.timetable.clock import EARLY_BEFORE, LATE_AFTER, period_of
from registration.timetable.model import Meeting
from registration.timetable.wishes import Wishes

UNITS = 60  # units in a point, for each week of the term: an idle minute in one week is then a whole number
BREAK = 15  # minutes between two classes that still count as back to back


@dataclass(frozen=True)
class Weights:
    """Points of each wish; whole numbers, so that sums are exact."""

    time_period: int = 10
    avoid_time_periods: int = 10
    avoid_days: int = 10
    prefer_free_days: int = 8
    preferred_teachers: int = 8
    prefer_days: int = 6
    avoid_early_start: int = 6
    avoid_late_end: int = 6
    prefer_continuous: int = 4

    def of(self, key: str) -> int:
        return int(getattr(self, key))


@dataclass(frozen=True)
class Part:
    """What one wish costs: `missed` of `total` (meetings or hours a week, days, subjects), as points."""

    key: str
    missed: float
    total: float
    points: float


Rule = tuple[str, Callable[[Meeting], bool]]


def meeting_rules(wishes: Wishes) -> list[Rule]:
    """The wishes that are judged meeting by meeting: the key, and whether a meeting misses it."""
    rules: list[tuple[bool, str, Callable[[Meeting], bool]]] = [
        (bool(wishes.period), "time_period", lambda m: period_of(m.start) != wishes.period),
        (
            bool(wishes.avoided_periods),
            "avoid_time_periods",
            lambda m: period_of(m.start) in wishes.avoided_periods,
        ),
        (bool(wishes.avoided_days), "avoid_days", lambda m: m.day in wishes.avoided_days),
        (bool(wishes.preferred_days), "prefer_days", lambda m: m.day not in wishes.preferred_days),
        (wishes.no_early_start, "avoid_early_start", lambda m: m.start < EARLY_BEFORE),
        (wishes.no_late_end, "avoid_late_end", lambda m: m.end > LATE_AFTER),
    ]
    return [(key, missed) for wanted, key, missed in rules if wanted]
