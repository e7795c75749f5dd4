"""The example of a catalogue in SQL finds what the same catalogue in a file finds."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from examples.sql_catalogue import SqlCatalogue, main
from registration.timetable import load_catalogue, make_problem, search
from registration.timetable.clock import DAYS, format_time
from registration.timetable.weeks import format_weeks

SAMPLE = load_catalogue(Path("registration/timetable/sample/sample.json"))
CODES = ["IT3080", "IT3090", "MI2020"]
_TABLES = (
    "CREATE TABLE subjects (code TEXT, name TEXT, name_en TEXT, credits REAL)",
    "CREATE TABLE sections (class_id TEXT, subject_code TEXT, kind TEXT, teacher TEXT, linked TEXT,"
    " seats INTEGER, registered INTEGER)",
    'CREATE TABLE meetings (class_id TEXT, day TEXT, start TEXT, "end" TEXT, weeks TEXT, room TEXT)',
)


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The sample catalogue in the example's tables."""
    url = f"sqlite:///{tmp_path / 'classes.db'}"
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        for table in _TABLES:
            connection.execute(sa.text(table))
        for subject in SAMPLE.subjects():
            _insert(connection, "subjects", subject.code, subject.name, subject.name_en, subject.credits)
            for one in subject.sections:
                known = (one.kind, one.teacher, one.linked, one.seats, one.registered)
                _insert(connection, "sections", one.class_id, one.subject_code, *known)
                for meeting in one.meetings:
                    times = (format_time(meeting.start), format_time(meeting.end))
                    when = (DAYS[meeting.day], *times, format_weeks(meeting.weeks))
                    _insert(connection, "meetings", one.class_id, *when, meeting.room)
    engine.dispose()
    return url


def _insert(connection: sa.engine.Connection, table: str, *values: object) -> None:
    names = [f"v{number}" for number in range(len(values))]
    places = ", ".join(f":{name}" for name in names)
    connection.execute(
        sa.text(f"INSERT INTO {table} VALUES ({places})"), dict(zip(names, values, strict=True))
    )


def test_the_best_timetables_are_those_of_the_file(url: str) -> None:
    engine = sa.create_engine(url)
    preferences = {"subjects": CODES, "time_period": "morning", "avoid_days": ["Saturday"]}
    found = search(make_problem(SqlCatalogue(engine, SAMPLE.term), preferences))
    expected = search(make_problem(SAMPLE, preferences))
    assert found.timetables[0].points == pytest.approx(expected.timetables[0].points)
    assert len(found.timetables) == 3
    engine.dispose()


def test_the_example_prints_timetables(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(url, CODES)
    assert "Computer Networks" in capsys.readouterr().out
