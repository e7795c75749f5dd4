"""What each wish costs in a given timetable, to be shown. The parts add up to what the search minimised."""

from collections.abc import Sequence

from registration.timetable.idle import idle_minutes
from registration.timetable.model import Meeting
from registration.timetable.options import Option, Slots, options_of
from registration.timetable.problem import Problem
from registration.timetable.scoring import Part, meeting_rules
from registration.timetable.teachers import is_wanted


def parts_of(problem: Problem, options: Sequence[Option]) -> tuple[Part, ...]:
    """One part for each soft wish the student has, in the order of the table in `scoring`; `options` are
    those taken, one for each subject of the problem in its order."""
    slots = [option.slots for option in options]
    parts = _meeting_parts(problem, slots)
    if problem.wishes.few_days:
        days = float(len({day for times in slots for day, *_ in times}))
        parts.append(_part(problem, "prefer_free_days", days, 7))
    if problem.wishes.continuous:
        hours = idle_minutes(slots) / 60 / problem.term.length
        parts.append(_part(problem, "prefer_continuous", hours, hours))
    if problem.wishes.teachers:
        parts.append(_teacher_part(problem, options))
    return tuple(parts)


def _part(problem: Problem, key: str, missed: float, total: float) -> Part:
    return Part(key, missed, total, missed * problem.weights.of(key))


def _meeting_parts(problem: Problem, slots: list[Slots]) -> list[Part]:
    meetings = [Meeting(*slot) for times in slots for slot in times]
    total = _a_week(problem, meetings)
    return [
        _part(problem, key, _a_week(problem, [meeting for meeting in meetings if missed(meeting)]), total)
        for key, missed in meeting_rules(problem.wishes)
    ]


def _a_week(problem: Problem, meetings: list[Meeting]) -> float:
    """How many of these take place in an average week of the term."""
    return sum(meeting.weeks.bit_count() for meeting in meetings) / problem.term.length


def _teacher_part(problem: Problem, options: Sequence[Option]) -> Part:
    taught = [
        option
        for subject, option in zip(problem.subjects, options, strict=True)
        if any(_has_wanted(problem, other) for other in options_of(subject))
    ]
    missed = sum(not _has_wanted(problem, option) for option in taught)
    return _part(problem, "preferred_teachers", missed, len(taught))


def _has_wanted(problem: Problem, option: Option) -> bool:
    return any(is_wanted(teacher, problem.wishes.teachers) for teacher in option.teachers)
