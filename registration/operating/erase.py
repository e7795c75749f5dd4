"""`export STUDENT` and `erase STUDENT`."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from registration.operating.people import Erasure, People, counts
from registration.operating.terminal import FAULT, AsJson, Yes, ask, console, settings, tell
from registration.sender import Sender
from registration.storage.engine import open_engine

Student = Annotated[str, typer.Argument(help="A student's number, or an anonymous sender's id.")]
Endpoints = Annotated[
    Path, typer.Option(help="Rasa's endpoints file, which says where its tracker store is.")
]
WithConsumers = Annotated[
    bool, typer.Option("--with-consumers", help="Go on although somebody takes messages from the queues.")
]


def export(
    student: Student,
    output: Annotated[Path | None, typer.Option(help="A file; it must not exist yet.")] = None,
    endpoints: Endpoints = Path("endpoints.yml"),
    with_consumers: WithConsumers = False,
) -> None:
    """Everything that is kept on a student, as JSON; workers rest meanwhile."""
    with _opened(student, endpoints) as people, people.workers_paused(with_consumers):
        found = people.find()
    at = datetime.now(timezone.utc).isoformat(timespec="seconds")
    text = json.dumps({"student": student, "at": at, **found}, indent=2, ensure_ascii=False)
    if output is None:
        typer.echo(text)
    else:
        _write_privately(output, text + "\n")
        tell(f"{sum(map(len, found.values())):,} records written to {output}")


def erase(
    student: Student,
    yes: Yes = False,
    as_json: AsJson = False,
    endpoints: Endpoints = Path("endpoints.yml"),
    with_consumers: WithConsumers = False,
) -> None:
    """Delete everything that is kept on a student, and search for it afterwards; workers rest meanwhile.

    Exit code 0 only if the search found nothing.
    """
    with _opened(student, endpoints) as people:
        known = sum(counts(people.find()).values())
        ask(f"Delete all that is kept on {student} ({known:,} records) for good?", yes)
        with people.workers_paused(with_consumers):
            erasure = people.erase()
    if as_json:
        typer.echo(json.dumps(_as_json(student, erasure), indent=2, ensure_ascii=False))
    else:
        _print(student, erasure)
    raise typer.Exit(0 if erasure.is_complete else FAULT)


@contextmanager
def _opened(student: str, endpoints: Path) -> Iterator[People]:
    known = settings()
    engine = open_engine(known.database_url)
    try:
        yield People(known, engine, endpoints, Sender.of(student))
    finally:
        engine.dispose()


def _write_privately(path: Path, text: str) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise typer.BadParameter(f"{path} cannot be written: {error.strerror}") from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def _as_json(student: str, erasure: Erasure) -> dict[str, Any]:
    return {
        "student": student,
        "complete": erasure.is_complete,
        "erased": counts(erasure.erased),
        "left": counts(erasure.left),
        "searched": asdict(erasure.searched),
        "by_hand": erasure.by_hand,
    }


def _print(student: str, erasure: Erasure) -> None:
    table = Table("Store", "Erased", "Found afterwards", title=f"Student {student}", title_justify="left")
    for name, erased in counts(erasure.erased).items():
        left = len(erasure.left[name])
        table.add_row(name, f"{erased:,}", f"[red]{left:,}[/]" if left else "[green]0[/]")
    console().print(table)
    searched = erasure.searched
    where = ", ".join(searched.found_in) or "none"
    typer.echo(
        f"Files of SQLite searched for {searched.message_ids:,} message ids: {searched.files},"
        f" {searched.size:,} bytes; found in: {where}"
    )
    typer.echo("Left to you:")
    for remark in erasure.by_hand:
        typer.echo(f"  - {remark}")
