"""Our own catalogue format.

{"schema": 1,
 "term": {"name": "2025.2", "first_monday": "2026-02-02", "weeks": "1-9,11-19"},
 "subjects": [{"code": "IT3090", "name": "Cơ sở dữ liệu", "name_en": "Database", "credits": 3,
   "sections": [{"class_id": "155001", "kind": "LT+BT", "teacher": "Nguyễn Văn A", "seats": 60,
     "registered": 12, "linked_class_id": "",
     "meetings": [{"day": "Monday", "start": "06:45", "end": "09:10", "weeks": "2-9,11-18",
                   "room": "D3-201"}]}]}]}

Needed: schema, subjects, code, name, class_id, and of a meeting day, start and end. Without weeks a meeting
takes place in all weeks of the term. A class with linked_class_id accompanies that class of the same subject.
"""

from collections.abc import Mapping
from datetime import date

from registration.timetable.builder import Builder, Reading, tidy_meetings
from registration.timetable.clock import parse_day, parse_time
from registration.timetable.faults import Fault
from registration.timetable.model import Meeting, Section, Subject
from registration.timetable.record import Record, credits_of, subject_code, whole_number
from registration.timetable.weeks import parse_weeks

SCHEMA = 1


def read_own_json(document: Mapping[str, object]) -> Reading:
    """A decoded document of our schema."""
    builder = Builder()
    top = Record(document, "", builder.faults)
    if document.get("schema") != SCHEMA:
        top.fault("schema", f"must be {SCHEMA}")
    name, weeks, first_monday = _read_term(document.get("term", {}), builder)
    for index, value in enumerate(top.children("subjects")):
        _read_subject(builder, f"subjects[{index}]", value, weeks)
    return builder.finish(name=name, weeks=weeks, first_monday=first_monday)


def _read_term(value: object, builder: Builder) -> tuple[str, int, date | None]:
    record = _record(builder, "term", value)
    first_monday = record.read("first_monday", _monday, None)
    return record.text("name"), record.read("weeks", parse_weeks, 0), first_monday


def _monday(text: str) -> date:
    day = date.fromisoformat(text)
    if day.weekday() != 0:
        raise ValueError(f"{text} is not a Monday")
    return day


def _record(builder: Builder, row: str, value: object) -> Record:
    if isinstance(value, dict):
        return Record(value, row, builder.faults)
    builder.faults.append(Fault(row, "", "must be an object"))
    return Record({}, row, [])


def _read_subject(builder: Builder, row: str, value: object, weeks: int) -> None:
    record = _record(builder, row, value)
    code = subject_code(record.text("code", needed=True))
    name = record.text("name", needed=True)
    points = record.read("credits", credits_of, 0.0)
    if record.ok and code:
        builder.add_subject(row, Subject(code, name, record.text("name_en"), points))
    for index, section in enumerate(record.children("sections")):
        _read_section(builder, f"{row}.sections[{index}]", section, code, weeks)


def _read_section(builder: Builder, row: str, value: object, code: str, weeks: int) -> None:
    record = _record(builder, row, value)
    meetings = [
        _read_meeting(builder, f"{row}.meetings[{index}]", meeting, weeks)
        for index, meeting in enumerate(record.children("meetings"))
    ]
    section = Section(
        class_id=record.text("class_id", needed=True),
        subject_code=code,
        kind=record.text("kind"),
        teacher=record.text("teacher"),
        meetings=tidy_meetings([meeting for meeting in meetings if meeting]),
        linked=record.text("linked_class_id"),
        seats=record.read("seats", whole_number, None),
        registered=record.read("registered", whole_number, None),
    )
    if record.ok and section.class_id:
        builder.add_section(row, section)


def _read_meeting(builder: Builder, row: str, value: object, weeks: int) -> Meeting | None:
    record = _record(builder, row, value)
    day = record.read("day", parse_day, 0, needed=True)
    start = record.read("start", parse_time, 0, needed=True)
    end = record.read("end", parse_time, 0, needed=True)
    held = record.read("weeks", parse_weeks, weeks, needed=not weeks)
    if record.ok and end <= start:
        record.fault("end", "is not after start")
    return Meeting(day, start, end, held, record.text("room")) if record.ok else None
