"""Small catalogues for the tests, by hand and by hypothesis."""

from typing import Any

from hypothesis import strategies as st

from registration.timetable import Catalogue, Meeting, Section, Subject, Term
from registration.timetable.clock import DAYS, PERIODS, parse_day, parse_time
from registration.timetable.weeks import parse_weeks

TERM = Term(parse_weeks("1-8"))
TEACHERS = ("Nguyễn Văn Hùng", "Trần Thị Lan", "Lê Minh", "")


def meeting(text: str) -> Meeting:
    """ "Mon 06:45-09:10 1-8 D3-201": day, times, weeks and room; the last two may be left out."""
    day, times, *rest = text.split()
    start, end = times.split("-")
    weeks = parse_weeks(rest[0]) if rest else TERM.weeks
    return Meeting(parse_day(day), parse_time(start), parse_time(end), weeks, "".join(rest[1:]))


def section(class_id: str, *meetings: str, code: str = "A", **more: Any) -> Section:
    return Section(class_id, code, meetings=tuple(meeting(text) for text in meetings), **more)


def subject(code: str, *sections: Section, name: str = "") -> Subject:
    own = tuple(Section(**{**vars(one), "subject_code": code}) for one in sections)
    return Subject(code, name or code, credits=3, sections=own)


def catalogue(*subjects: Subject) -> Catalogue:
    return Catalogue(TERM, {one.code: one for one in subjects})


@st.composite
def meetings(draw: st.DrawFn) -> Meeting:
    start = draw(st.sampled_from([405, 450, 510, 560, 605, 690, 750, 825, 930, 1005, 1080]))
    length = draw(st.sampled_from([45, 90, 135, 145, 180]))
    weeks = draw(st.sampled_from(["1-8", "1-8", "1,3,5,7", "2,4,6,8", "1-4", "5-8", "3"]))
    return Meeting(draw(st.integers(0, 5)), start, start + length, parse_weeks(weeks), "R")


@st.composite
def catalogues(draw: st.DrawFn, max_subjects: int = 4, max_sections: int = 5) -> Catalogue:
    """Up to four subjects with up to five sections, some of them labs linked to a lecture."""
    subjects = []
    for code in "ABCD"[: draw(st.integers(1, max_subjects))]:
        sections: list[Section] = []
        for index in range(draw(st.integers(1, max_sections))):
            lectures = [one.class_id for one in sections if not one.linked]
            linked = draw(st.sampled_from(["", "", *lectures]))
            kind = draw(st.sampled_from(["BT", "TN"])) if linked else "LT"
            held = draw(st.lists(meetings(), min_size=0 if index else 1, max_size=2, unique=True))
            teacher = draw(st.sampled_from(TEACHERS))
            sections.append(Section(f"{code}{index}", code, kind, teacher, tuple(held), linked))
        subjects.append(Subject(code, f"Subject {code}", sections=tuple(sections)))
    return catalogue(*subjects)


def preferences(codes: list[str], hard: bool = True) -> st.SearchStrategy[dict[str, Any]]:
    """Preference states for these subjects."""
    flag = st.sampled_from([True, False, "any"])
    days = st.lists(st.sampled_from(DAYS), max_size=3, unique=True)
    optional: dict[str, st.SearchStrategy[Any]] = {
        "time_period": st.sampled_from([*PERIODS, "any"]),
        "avoid_time_periods": st.lists(st.sampled_from(PERIODS), max_size=2, unique=True),
        "avoid_early_start": flag,
        "avoid_late_end": flag,
        "prefer_days": days,
        "avoid_days": days,
        "prefer_continuous": flag,
        "prefer_free_days": flag,
        "preferred_teachers": st.lists(st.sampled_from(["Hùng", "Lan", "minh"]), max_size=2, unique=True),
    }
    if hard:
        optional["specific_times"] = st.sampled_from(
            [{"start": "07:00", "end": None}, {"start": None, "end": "17:30"}]
        )
        ids = [f"{code}{index}" for code in codes for index in range(3)]
        optional["specific_class_ids"] = st.lists(st.sampled_from(ids), max_size=1)
    return st.fixed_dictionaries({"subjects": st.just(codes)}, optional=optional)
