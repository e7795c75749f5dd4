"""Random students, and a generated catalogue of the shape of a real one."""

import random
from typing import Any

from registration.timetable import Catalogue, ClassCatalogue, Meeting, Section, Subject, Term
from registration.timetable.clock import DAYS, PERIODS
from registration.timetable.weeks import parse_weeks

TERM = Term(parse_weeks("1-15"))
STARTS = range(8 * 60, 17 * 60, 30)
# How many sections the courses of a real semester have: half one or two, a tenth five to 68.
SIZES = (1, 1, 1, 2, 2, 2, 2, 3, 3, 5)
LARGE = (68, 68, 60, 58, 51, 39, 37, 34, 32, 31, 29, 24, 24, 21, 20, 20, 20, 19, 18, 17, 17, 16, 16, 16)


def generated(courses: int = 582, seed: int = 1, sections: int | None = None) -> Catalogue:
    """A catalogue of this many courses; with `sections`, every course has that many."""
    source = random.Random(seed)
    subjects = {}
    for number in range(courses):
        code = f"C{number:03d}"
        usual = LARGE[number] if number < len(LARGE) else source.choice(SIZES)
        held = tuple(_section(source, code, index) for index in range(sections or usual))
        subjects[code] = Subject(code, f"Course {number}", sections=held)
    return Catalogue(TERM, subjects)


def _section(source: random.Random, code: str, index: int) -> Section:
    count = source.choice((1, 2, 2, 2, 3))
    length = 180 if count == 1 else source.choice((90, 120))
    meetings = []
    for day in sorted(source.sample(range(5), count)):
        start = source.choice(STARTS)
        meetings.append(Meeting(day, start, start + length, TERM.weeks))
    teacher = f"Teacher {source.randrange(40)}"
    return Section(f"{code}-{index}", code, teacher=teacher, meetings=tuple(meetings))


def student(source: random.Random, catalogue: ClassCatalogue, courses: int) -> dict[str, Any]:
    """A student of so many courses; a course is as likely as it has sections, as with students there are."""
    pool = [subject for subject in catalogue.subjects() if subject.sections]
    chosen: dict[str, Subject] = {}
    while len(chosen) < courses:
        (one,) = source.choices(pool, [len(subject.sections) for subject in pool])
        chosen[one.code] = one
    return {"subjects": list(chosen), **wishes(source, list(chosen.values()))}


def wishes(source: random.Random, subjects: list[Subject]) -> dict[str, Any]:
    flags = ("avoid_early_start", "avoid_late_end", "prefer_continuous", "prefer_free_days")
    teachers = [section.teacher for section in source.choice(subjects).sections if section.teacher]
    return {
        "time_period": source.choice((*PERIODS[:2], PERIODS[source.randrange(3)], "any", "any")),
        **{flag: source.random() < 0.5 for flag in flags},
        "avoid_days": source.sample(DAYS[:6], source.choice((0, 0, 1, 2))),
        "prefer_days": source.sample(DAYS[:5], source.choice((0, 0, 0, 3))),
        "preferred_teachers": teachers[:1] if source.random() < 0.3 else [],
    }
