"""A timetable in words: its classes by day, and why it is as it is."""

from registration.timetable.clock import DAYS, PERIODS, format_time
from registration.timetable.model import Meeting, Section, Subject
from registration.timetable.parts import parts_of
from registration.timetable.problem import Problem
from registration.timetable.result import Result, Status, Timetable
from registration.timetable.scoring import Part
from registration.timetable.weeks import LAST_WEEK, format_weeks
from registration.timetable.wishes import Preferences, Wish, texts
from registration.timetable.wording import (
    DAY_NAMES,
    KEPT,
    MISSED,
    PERIOD_NAMES,
    WISHES,
    Language,
    known,
    number,
    phrase,
)

_ODD = sum(1 << week for week in range(1, LAST_WEEK + 1, 2))


def describe(timetable: Timetable, preferences: Preferences, language: Language = "vi") -> str:
    """The short text of one timetable: a line a class meeting, then the reasons."""
    return "\n".join([*_week_lines(timetable, language), explain(timetable, preferences, language)])


def explain(timetable: Timetable, preferences: Preferences, language: Language = "vi") -> str:
    """Why this one: which wishes it keeps and which it does not, with the points each costs."""
    good = [_part_text(part, preferences, language) for part in timetable.parts if _is_kept(part)]
    bad = [
        f"{_part_text(part, preferences, language)} (-{number(part.points, language)})"
        for part in timetable.parts
        if not _is_kept(part)
    ]
    lines = [f"✓ {phrase('good', language)}: {'; '.join(good)}."] if good else []
    lines += [f"✗ {phrase('bad', language)}: {'; '.join(bad)}."] if bad else []
    return "\n".join(lines) or f"✓ {phrase('no_wish', language)}."


def proof(result: Result, language: Language = "vi") -> str:
    """Whether the first timetable is proven best, in a sentence; empty where there is none."""
    if not result.timetables:
        return ""
    if result.status is Status.OPTIMAL:
        return phrase("optimal", language)
    return phrase("best_found", language, gap=number(result.gap, language))


def wish_text(wish: Wish, preferences: Preferences, language: Language = "vi") -> str:
    """A wish in words, short enough for a button."""
    words = WISHES[known(language)]
    if wish.key == "specific_times":
        times = preferences.get("specific_times") or {}
        return words[f"specific_times.{wish.value}"].format(value=times.get(wish.value))
    value = str(preferences.get(wish.key, "")) if wish.key == "time_period" else wish.value
    return words[wish.key].format(value=_value_text(value, language))


def what_if(
    wish: Wish, preferences: Preferences, problem: Problem, before: Result, after: Result, language: Language
) -> str:
    """What giving up this wish brings. `problem` is the one without it and `after` its result; `before` is
    the result with the wish, judged here by the wishes that stay, so that the two can be compared."""
    name = wish_text(wish, preferences, language)
    if not after.timetables:
        return phrase("impossible", language, wish=name)
    if not before.timetables or wish.key == "subjects":
        return phrase("possible", language, wish=name)
    new = after.timetables[0].points
    old = sum(part.points for part in parts_of(problem, [one.option for one in before.timetables[0].choices]))
    if new >= old - 1e-6:
        return phrase("same", language, wish=name, points=number(new, language))
    return phrase("better", language, wish=name, before=number(old, language), after=number(new, language))


def _value_text(value: str, language: Language) -> str:
    if value in DAYS:
        name = DAY_NAMES[known(language)][DAYS.index(value)]
        return name.lower() if known(language) == "vi" else name  # "thứ 6" inside a sentence
    return PERIOD_NAMES[known(language)].get(value, value)


def _is_kept(part: Part) -> bool:
    # Every week has days with classes: few of them is as good as it gets.
    return part.missed <= 3 if part.key == "prefer_free_days" else part.points == 0


def _part_text(part: Part, preferences: Preferences, language: Language) -> str:
    wording = (KEPT if _is_kept(part) else MISSED)[known(language)][part.key]
    return wording.format(
        missed=number(part.missed, language),
        total=number(part.total, language),
        what=_what(part.key, preferences, language),
    )


def _what(key: str, preferences: Preferences, language: Language) -> str:
    if key == "time_period":
        return _value_text(str(preferences.get(key, "")), language)
    order = [*DAYS, *PERIODS]
    values = sorted(texts(preferences, key), key=lambda v: order.index(v) if v in order else 99)
    return ", ".join(_value_text(value, language) for value in values)


def _week_lines(timetable: Timetable, language: Language) -> list[str]:
    meetings: list[tuple[Meeting, Section, Subject]] = []
    loose: list[str] = []
    for choice in timetable.choices:
        for section in choice.sections:
            meetings += [(meeting, section, choice.subject) for meeting in section.meetings]
            if not section.meetings:
                loose.append(_loose_line(section, choice.subject, language))
    meetings.sort(key=lambda one: one[0])
    every = common_weeks(timetable)
    return [_line(*one, every, language) for one in meetings] + loose


def common_weeks(timetable: Timetable) -> int:
    """The weeks most of its meetings share; only others need to be named."""
    counts: dict[int, int] = {}
    for choice in timetable.choices:
        for meeting in choice.option.meetings:
            counts[meeting.weeks] = counts.get(meeting.weeks, 0) + 1
    return max(counts, key=lambda weeks: (counts[weeks], weeks.bit_count()), default=0)


def _line(meeting: Meeting, section: Section, subject: Subject, every: int, language: Language) -> str:
    day = DAY_NAMES[known(language)][meeting.day]
    times = f"{format_time(meeting.start)}-{format_time(meeting.end)}"
    name = subject_name(subject, language)
    details = [name, f"{phrase('class', language)} {section.class_id}", meeting.room]
    if meeting.weeks != every:
        details.append(weeks_text(meeting.weeks, every, language))
    return f"{day} {times}: {', '.join(detail for detail in details if detail)}"


def weeks_text(weeks: int, every: int, language: Language) -> str:
    """ "tuần lẻ" where these are the odd weeks of `every`, likewise the even ones; else the list of weeks."""
    for name, pattern in (("odd_weeks", _ODD), ("even_weeks", _ODD << 1)):
        if weeks == every & pattern and weeks.bit_count() > 1:
            return phrase(name, language)
    return f"{phrase('weeks', language)} {format_weeks(weeks)}"


def _loose_line(section: Section, subject: Subject, language: Language) -> str:
    name = subject_name(subject, language)
    return f"{name}, {phrase('class', language)} {section.class_id}: {phrase('no_meeting', language).lower()}"


def subject_name(subject: Subject, language: Language) -> str:
    return subject.name_en if known(language) == "en" and subject.name_en else subject.name
