"""Catalogues as tables, CSV or Excel: one row for each weekly meeting of a class.

Columns by the headings Vietnamese universities publish or by English ones; order, case, accents and further
columns do not matter. Needed: class_id, subject_code, subject_name, and day with either time or start and end
(a row without any of these is a class without meetings). Rows of one class repeat its class_id.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from registration.folding import fold
from registration.timetable.builder import Builder, Reading, tidy_meetings
from registration.timetable.clock import parse_day, parse_time
from registration.timetable.faults import Fault
from registration.timetable.model import Meeting, Section, Subject
from registration.timetable.periods import period_times
from registration.timetable.record import Record, credits_of, subject_code, whole_number
from registration.timetable.weeks import parse_weeks

HEADINGS = {
    "class_id": ("Mã_lớp", "class_id"),
    "linked": ("Mã_lớp_kèm", "linked_class_id"),
    "code": ("Mã_HP", "Mã_học_phần", "subject_code"),
    "name": ("Tên_HP", "Tên_học_phần", "subject_name"),
    "name_en": ("Tên_HP_Tiếng_Anh", "subject_name_en"),
    "credits": ("Khối_lượng", "Số_TC", "credits"),
    "day": ("Thứ", "day"),
    "time": ("Thời_gian", "time"),
    "first": ("BĐ", "first_period"),
    "last": ("KT", "last_period"),
    "half": ("Kíp", "session"),
    "start": ("start",),
    "end": ("end",),
    "weeks": ("Tuần", "weeks"),
    "room": ("Phòng", "room"),
    "kind": ("Loại_lớp", "kind"),
    "seats": ("SL_Max", "seats"),
    "registered": ("SLĐK", "SL_ĐK", "registered"),
    "teacher": ("Giảng_viên", "GV", "Giáo_viên", "teacher"),
}
NEEDED = ("class_id", "code", "name", "day")
TIMES = (("time",), ("start", "end"), ("first", "last"))
HEADING_ROWS = 20  # a title may stand above the headings

Row = tuple[int, list[object]]  # its number in the file, from 1, and its cells
_FIELDS = {fold(heading): name for name, headings in HEADINGS.items() for heading in headings}


@dataclass
class _Class:
    row: str
    section: Section
    meetings: list[Meeting] = field(default_factory=list)
    rows: dict[Meeting, str] = field(default_factory=dict)


def read_table(rows: Iterable[Row], first_monday: date | None = None) -> Reading:
    """The catalogue in these rows."""
    builder = Builder()
    numbered = iter(rows)
    columns = _find_headings(numbered, builder)
    classes: dict[str, _Class] = {}
    for number, cells in numbered if columns else ():
        values = {columns[i]: cell for i, cell in enumerate(cells) if i in columns and not _is_blank(cell)}
        if values:
            _read_row(builder, classes, _NamedRecord(values, f"row {number}", builder.faults))
    for one in classes.values():
        builder.add_section(one.row, replace(one.section, meetings=tidy_meetings(one.meetings)))
    return builder.finish(first_monday=first_monday)


class _NamedRecord(Record):
    """A record whose faults name the column as the file does."""

    def fault(self, column: str, message: str) -> None:
        super().fault(HEADINGS[column][0] if column in HEADINGS else column, message)


def _is_blank(cell: object) -> bool:
    # Exports of databases write NULL where there is nothing.
    return cell is None or str(cell).strip() in ("", "NULL", "null")


def _find_headings(rows: Iterable[Row], builder: Builder) -> dict[int, str]:
    """Column index -> field, from the first row that has the class and the subject; faults if none is
    whole."""
    for number, cells in rows:
        columns = {i: _FIELDS[fold(str(cell))] for i, cell in enumerate(cells) if fold(str(cell)) in _FIELDS}
        found = set(columns.values())
        if {"class_id", "code"} <= found or (len(found) >= 3 and number <= HEADING_ROWS):
            missing = [HEADINGS[name][0] for name in NEEDED if name not in found]
            if not any(found.issuperset(names) for names in TIMES):
                missing.append("Thời_gian (or start and end, or BĐ and KT)")
            if missing:
                builder.faults.append(Fault(f"row {number}", "", f"lacks the columns {', '.join(missing)}"))
                return {}
            return columns
        if number >= HEADING_ROWS:
            break
    names = ", ".join(HEADINGS[name][0] for name in NEEDED)
    builder.faults.append(
        Fault("", "", f"has no row of headings ({names}, …) in its first {HEADING_ROWS} rows")
    )
    return {}


def _read_row(builder: Builder, classes: dict[str, _Class], record: Record) -> None:
    section = _section(record)
    subject = Subject(
        section.subject_code,
        record.text("name", needed=True),
        record.text("name_en"),
        record.read("credits", credits_of, 0.0),
    )
    meeting = _meeting(record)
    if not record.ok:
        return
    builder.subjects.setdefault(subject.code, subject)
    known = classes.setdefault(section.class_id, _Class(record.row, section))
    if known.section != section:
        record.fault(
            "class_id",
            f"class {section.class_id} differs from {known.row} in {_difference(known.section, section)}",
        )
    elif meeting and meeting in known.rows:
        record.fault("class_id", f"repeats {known.rows[meeting]}")
    elif meeting:
        known.meetings.append(meeting)
        known.rows[meeting] = record.row


def _difference(one: Section, other: Section) -> str:
    names = {"subject_code": "code", "kind": "kind", "teacher": "teacher", "linked": "linked"}
    differing = [
        HEADINGS[key][0] for name, key in names.items() if getattr(one, name) != getattr(other, name)
    ]
    return ", ".join(differing) or "SL_Max"


def _section(record: Record) -> Section:
    class_id = record.text("class_id", needed=True)
    linked = record.text("linked")
    return Section(
        class_id=class_id,
        subject_code=subject_code(record.text("code", needed=True)),
        kind=record.text("kind"),
        teacher=record.text("teacher"),
        linked="" if linked == class_id else linked,  # some universities link a class to itself
        seats=record.read("seats", whole_number, None),
        registered=record.read("registered", whole_number, None),
    )


def _meeting(record: Record) -> Meeting | None:
    """The row's meeting; None for a class without one."""
    if not any(record.values.get(name) for name in ("day", "time", "start", "end", "first", "last")):
        return None
    day = record.read("day", parse_day, 0, needed=True)
    start, end, column = _times(record)
    weeks = record.read("weeks", parse_weeks, 0, needed=True)
    if record.ok and end <= start:
        record.fault(column, "ends before it starts")
    return Meeting(day, start, end, weeks, record.text("room")) if record.ok else None


def _times(record: Record) -> tuple[int, int, str]:
    """Start, end, and the column they came from: clock times first, else the numbers of the periods."""
    values: Mapping[str, object] = record.values
    if "time" in values:
        start, end = record.read("time", _span, (0, 0))
        return start, end, "time"
    if "first" in values or "last" in values:
        half = record.text("half")
        first = record.read("first", whole_number, 1, needed=True)
        last = record.read("last", whole_number, 1, needed=True)
        try:
            return (*period_times(first, last, half), "last")
        except ValueError as error:
            record.fault("first", str(error))
            return 0, 0, "first"
    start = record.read("start", parse_time, 0, needed=True)
    return start, record.read("end", parse_time, 0, needed=True), "end"


def _span(text: str) -> tuple[int, int]:
    parts = text.replace("–", "-").split("-")
    if len(parts) != 2:
        raise ValueError(f"{text!r} is not a time span such as 0645-0910")
    return parse_time(parts[0]), parse_time(parts[1])
