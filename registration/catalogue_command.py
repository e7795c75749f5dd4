"""`python -m registration catalogue check|show FILE`: 0 when the file can be used, 1 when it cannot."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from registration.errors import CatalogueError
from registration.operating.terminal import FAULT, new_app, tell
from registration.timetable import Catalogue, Reading, read_catalogue
from registration.timetable.clock import DAYS, format_time
from registration.timetable.weeks import format_weeks

app = new_app("Class catalogues (JSON, CSV or Excel).")

FirstMonday = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="The Monday of week 1."),
]


@app.command()
def check(file: Path, first_monday: FirstMonday = None) -> None:
    """Name every fault of a catalogue."""
    _end(file, _read(file, first_monday))


@app.command()
def show(file: Path, first_monday: FirstMonday = None) -> None:
    """Print a catalogue class by class."""
    reading = _read(file, first_monday)
    _show(reading.catalogue)
    _end(file, reading)


def _read(file: Path, first_monday: datetime | None) -> Reading:
    try:
        return read_catalogue(file, first_monday=first_monday and first_monday.date())
    except CatalogueError as error:
        tell(str(error))
        raise typer.Exit(FAULT) from None


def _end(file: Path, reading: Reading) -> None:
    for line in (*reading.faults, *reading.remarks):
        tell(f"{file}: {line}")
    count = len(list(reading.catalogue.subjects()))
    typer.echo(f"{count} subjects, {reading.catalogue.section_count} classes, {len(reading.faults)} faults")
    raise typer.Exit(FAULT if reading.faults else 0)


def _show(catalogue: Catalogue) -> None:
    for subject in catalogue.subjects():
        typer.echo(f"{subject.code}  {subject.name}  ({subject.credits:g})")
        for section in subject.sections:
            times = ", ".join(
                f"{DAYS[meeting.day]} {format_time(meeting.start)}-{format_time(meeting.end)}"
                f" {meeting.room} weeks {format_weeks(meeting.weeks)}"
                for meeting in section.meetings
            )
            linked = f" with {section.linked}" if section.linked else ""
            typer.echo(f"    {section.class_id} {section.kind}{linked}  {section.teacher}  {times}")
