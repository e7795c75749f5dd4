"""The JSON of a Canadian college's published semester: real data to test and measure with.

Course code -> {"courseName", "sections": [{"ID", "teacher", "schedule", …}]}. A schedule row is weekly,
[day letter M T W R F S U, "830", "1130"], or dated, ["Monday Jun 01, 2026", "9:00 AM - 5:00 PM", room].
Dated rows whose weekday and date disagree are weekly from that date on (compressed courses are written so),
and so are their fellows with the same date. Rows without a day are left out with a remark. IDs are unique
within a course only, so the class id here is course and ID.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from registration.timetable.builder import Builder, Reading, tidy_meetings
from registration.timetable.clock import parse_time
from registration.timetable.faults import Fault
from registration.timetable.model import Meeting, Section, Subject
from registration.timetable.record import Record, subject_code
from registration.timetable.weeks import LAST_WEEK

LETTERS = "MTWRFSU"
FIRST_MONDAY = date(2025, 12, 22)  # week 1 holds the earliest dated row of the winter term of 2026
WEEKS = (1 << 21) - (1 << 5)  # the weekly classes run in weeks 5 to 20: 19 January to 10 May
_TWELVE_HOURS = re.compile(r"(\d{1,2}:\d{2} [AP]M) - (\d{1,2}:\d{2} [AP]M)")


def looks_like_college(document: Mapping[str, object]) -> bool:
    return "schema" not in document and any(
        isinstance(course, dict) and "courseName" in course for course in document.values()
    )


def read_college_json(document: Mapping[str, object]) -> Reading:
    """A decoded document of this shape."""
    builder = Builder()
    for code, value in document.items():
        course = Record(value if isinstance(value, dict) else {}, code, builder.faults)
        name = course.text("courseName", needed=True)
        if course.ok:
            builder.add_subject(code, Subject(subject_code(code), name, name))
        for index, section in enumerate(course.children("sections")):
            _read_section(builder, subject_code(code), f"{code}.sections[{index}]", section)
    return builder.finish(name="2026 winter", weeks=WEEKS, first_monday=FIRST_MONDAY)


def _read_section(builder: Builder, code: str, row: str, value: object) -> None:
    record = Record(value if isinstance(value, dict) else {}, row, builder.faults)
    identity = record.text("ID", needed=True)
    rows = record.children("schedule")
    dates = _recurring_dates(rows)
    meetings = [_read_row(builder, f"{row}.schedule[{i}]", item, dates) for i, item in enumerate(rows)]
    if record.ok:
        held = tidy_meetings([meeting for meeting in meetings if meeting])
        section = Section(f"{code}-{identity}", code, teacher=record.text("teacher"), meetings=held)
        builder.add_section(row, section)


def _read_row(builder: Builder, row: str, item: object, recurring: set[date]) -> Meeting | None:
    if not isinstance(item, list) or len(item) != 3 or not all(isinstance(x, str) for x in item[1:]):
        builder.faults.append(Fault(row, "", "must be a list of day, start and end"))
        return None
    if item[0] is None:
        builder.remarks.append(Fault(row, "day", "is empty; this meeting is left out"))
        return None
    try:
        meeting = _weekly(item) if item[0] in tuple(LETTERS) else _dated(item, recurring)
    except (ValueError, TypeError) as error:
        builder.faults.append(Fault(row, "", str(error)))
        return None
    if meeting.end <= meeting.start:
        builder.faults.append(Fault(row, "end", "is not after start"))
        return None
    return meeting


def _weekly(item: list[str]) -> Meeting:
    return Meeting(LETTERS.index(item[0]), parse_time(item[1]), parse_time(item[2]), WEEKS)


def _dated(item: list[str], recurring: set[date]) -> Meeting:
    when = _date(item[0])
    match = _TWELVE_HOURS.fullmatch(item[1])
    if match is None:
        raise ValueError(f"{item[1]!r} is not a time such as 9:00 AM - 5:00 PM")
    start, end = (_minutes(text) for text in match.groups())
    week = (when - FIRST_MONDAY) // timedelta(weeks=1) + 1
    if not 1 <= week <= LAST_WEEK:
        raise ValueError(f"{item[0]} is not within the term")
    weeks = (WEEKS >> week) << week if when in recurring else 1 << week
    return Meeting(_weekday(item[0]), start, end, weeks or 1 << week, item[2])


def _recurring_dates(rows: list[object]) -> set[date]:
    dated = [row[0] for row in rows if isinstance(row, list) and row and isinstance(row[0], str)]
    found = set()
    for text in dated:
        try:
            if len(text) > 1 and _date(text).weekday() != _weekday(text):
                found.add(_date(text))
        except ValueError:
            continue  # told when the row itself is read
    return found


def _date(text: str) -> date:
    return datetime.strptime(text.partition(" ")[2], "%b %d, %Y").date()


def _weekday(text: str) -> int:
    return ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun").index(text[:3])


def _minutes(text: str) -> int:
    moment = datetime.strptime(text, "%I:%M %p")
    return moment.hour * 60 + moment.minute
