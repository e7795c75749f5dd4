"""A university's own database as the catalogue: the three members of `ClassCatalogue` over SQL.

    python -m examples.sql_catalogue sqlite:///classes.db IT3080 MI2020

The tables of this example are `subjects` (code, name, name_en, credits), `sections` (class_id, subject_code,
kind, teacher, linked, seats, registered) and `meetings` (class_id, day, start, end, weeks, room), with days
and times as text ("Monday", "06:45") and weeks such as "2-9,11-18". Yours will differ; only queries change.
"""

import sys
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from registration.timetable import Meeting, Section, Subject, Term, describe, make_problem, search
from registration.timetable.clock import parse_day, parse_time
from registration.timetable.weeks import parse_weeks

_SECTIONS = "SELECT * FROM sections WHERE subject_code = :code ORDER BY class_id"
_MEETINGS = (
    "SELECT m.* FROM meetings m JOIN sections s ON s.class_id = m.class_id WHERE s.subject_code = :code"
)


class SqlCatalogue:
    """A `ClassCatalogue`: sections are read when a subject is asked for, as fresh as the database."""

    def __init__(self, engine: sa.engine.Engine, term: Term) -> None:
        self._engine = engine
        self._term = term

    @property
    def term(self) -> Term:
        return self._term

    def subject(self, code: str) -> Subject | None:
        rows = self._rows("SELECT * FROM subjects WHERE code = :code", code=code)
        return _subject(rows[0], self._sections(code)) if rows else None

    def subjects(self) -> Iterable[Subject]:
        return [_subject(row, ()) for row in self._rows("SELECT * FROM subjects ORDER BY code")]

    def _sections(self, code: str) -> tuple[Section, ...]:
        meetings: dict[str, list[Meeting]] = defaultdict(list)
        for row in self._rows(_MEETINGS, code=code):
            meetings[row["class_id"]].append(_meeting(row))
        return tuple(
            Section(**row, meetings=tuple(meetings[row["class_id"]]))
            for row in self._rows(_SECTIONS, code=code)
        )

    def _rows(self, query: str, **values: str) -> list[dict[str, Any]]:
        with self._engine.connect() as connection:
            return [dict(row._mapping) for row in connection.execute(sa.text(query), values)]


def _subject(row: dict[str, Any], sections: tuple[Section, ...]) -> Subject:
    return Subject(row["code"], row["name"], row["name_en"], row["credits"], sections)


def _meeting(row: dict[str, Any]) -> Meeting:
    start, end = parse_time(row["start"]), parse_time(row["end"])
    return Meeting(parse_day(row["day"]), start, end, parse_weeks(row["weeks"]), row["room"])


def main(url: str, codes: list[str]) -> None:
    catalogue = SqlCatalogue(sa.create_engine(url), Term(parse_weeks("1-17")))
    preferences = {"subjects": codes}
    for timetable in search(make_problem(catalogue, preferences)).timetables:
        print(describe(timetable, preferences, "en"), end="\n\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
