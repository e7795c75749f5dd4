"""The best timetables by trying every combination, written apart from the search and as plainly as
possible."""

from collections.abc import Sequence
from itertools import product

from registration.timetable import Meeting, Problem
from registration.timetable.hard import allowed_options
from registration.timetable.options import Option, merge_alike, options_of, overlap
from registration.timetable.teachers import is_wanted


def best_points(problem: Problem, count: int = 3) -> list[float]:
    """The points of the `count` best timetables."""
    choices = [merge_alike(allowed_options(s, options_of(s), problem.wishes)) for s in problem.subjects]
    points = [points_of(problem, combination) for combination in product(*choices) if fits(combination)]
    return sorted(points)[:count]


def fits(options: Sequence[Option]) -> bool:
    return not any(
        overlap(one, other)
        for index, option in enumerate(options)
        for later in options[index + 1 :]
        for one in option.meetings
        for other in later.meetings
    )


def points_of(problem: Problem, options: Sequence[Option]) -> float:
    """The points by the table in `scoring`, week by week and minute by minute."""
    wishes, weights, length = problem.wishes, problem.weights, problem.term.length
    meetings = [Meeting(*slot) for option in options for slot in option.slots]
    points = 0.0
    for meeting in meetings:
        share = bin(meeting.weeks).count("1") / length
        period = period_of(meeting.start)
        points += share * weights.time_period * (wishes.period not in ("", period))
        points += share * weights.avoid_time_periods * (period in wishes.avoided_periods)
        points += share * weights.avoid_days * (meeting.day in wishes.avoided_days)
        outside = bool(wishes.preferred_days) and meeting.day not in wishes.preferred_days
        points += share * weights.prefer_days * outside
        points += share * weights.avoid_early_start * (wishes.no_early_start and meeting.start < 480)
        points += share * weights.avoid_late_end * (wishes.no_late_end and meeting.end > 1020)
    if wishes.few_days:
        points += weights.prefer_free_days * len({meeting.day for meeting in meetings})
    if wishes.continuous:
        points += weights.prefer_continuous * idle_minutes(meetings) / 60 / length
    return points + weights.preferred_teachers * missed_teachers(problem, options)


def period_of(start: int) -> str:
    return "morning" if start < 720 else "afternoon" if start < 1050 else "evening"


def idle_minutes(meetings: list[Meeting]) -> int:
    weeks = {week for meeting in meetings for week in range(64) if meeting.weeks >> week & 1}
    return sum(
        idle_in([m for m in meetings if m.day == day and m.weeks >> week & 1])
        for week in weeks
        for day in range(7)
    )


def idle_in(meetings: list[Meeting]) -> int:
    """The idle minutes of one day of one week: between classes of a period, beyond 15 minutes after each."""
    total = 0
    for begin, end in ((0, 720), (720, 1050), (1050, 1440)):
        taken: set[int] = set()
        for meeting in meetings:
            # the 15 minutes belong to the class, but only within the period in which it ends
            last = next(bound for bound in (720, 1050, 1440) if meeting.end <= bound)
            taken.update(m for m in range(meeting.start, min(meeting.end + 15, last)) if begin <= m < end)
        if taken:
            total += max(taken) - min(taken) + 1 - len(taken)
    return total


def missed_teachers(problem: Problem, options: Sequence[Option]) -> int:
    wanted = problem.wishes.teachers

    def has(option: Option) -> bool:
        return any(is_wanted(teacher, wanted) for teacher in option.teachers)

    return sum(
        any(has(other) for other in options_of(subject)) and not has(option)
        for subject, option in zip(problem.subjects, options, strict=True)
    )
