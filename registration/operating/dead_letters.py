"""`dead-letters list|show|replay|drop`."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import Annotated, Any

import msgspec
import typer
from rich.markup import escape
from rich.table import Table

from registration.messaging.glance import glance
from registration.messaging.topology import QUEUES, Queue
from registration.operating.carrier import Carrier, Letter, Letters
from registration.operating.carriers import carrier_of
from registration.operating.reasons import by_reason
from registration.operating.selection import NewerThan, OlderThan, Reason, Selection, Student
from registration.operating.terminal import (
    FAULT,
    AsJson,
    QueueArgument,
    Yes,
    ask,
    console,
    new_app,
    parse_queue,
    progress,
    settings,
    tell,
)

_AT_ONCE = 100
app = new_app("Messages that could not be stored: look, bring back, delete.")

_AnyQueue = Annotated[
    Queue | None, typer.Argument(parser=parse_queue, metavar="[QUEUE]", help="Without it, all.")
]


@app.command("list")
def list_letters(
    queue: _AnyQueue = None,
    reason: Reason = "",
    student: Student = "",
    older_than: OlderThan = None,
    newer_than: NewerThan = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many of each queue.")] = 100,
    as_json: AsJson = False,
) -> None:
    """Show them without their texts, oldest first, and count them by reason."""
    carrier = carrier_of(settings())
    wanted = Selection(reason, student, older_than, newer_than)
    found = [
        letter
        for each in ([queue] if queue else QUEUES.values())
        for letter in _read(carrier, each, wanted, limit)
    ]
    if as_json:
        typer.echo(json.dumps([_facts(letter) for letter in found], indent=2, ensure_ascii=False))
    else:
        console().print(_table(found))
        for text, count in by_reason(found).items():
            typer.echo(f"{count:>7,}  {text}")


@app.command()
def show(queue: QueueArgument, message_id: str) -> None:
    """One dead letter with its body, which holds what the student wrote."""
    wanted = Selection(message_id=message_id)
    found = _read(carrier_of(settings()), queue, wanted, limit=1)
    if not found:
        tell(f"{queue.name} has no dead letter {message_id}")
        raise typer.Exit(FAULT)
    typer.echo(json.dumps({**_facts(found[0]), "body": _body(found[0])}, indent=2, ensure_ascii=False))


@app.command()
def replay(
    queue: QueueArgument,
    reason: Reason = "",
    student: Student = "",
    older_than: OlderThan = None,
    newer_than: NewerThan = None,
    message_id: Annotated[str, typer.Option(help="Only this one.")] = "",
    yes: Yes = False,
) -> None:
    """Give them to the worker again, under the same message ids: none is stored twice."""
    wanted = Selection(reason, student, older_than, newer_than, message_id)
    _deal_with(queue, wanted, "replay", yes, lambda letters: letters.replay)


@app.command()
def drop(
    queue: QueueArgument,
    reason: Reason = "",
    student: Student = "",
    older_than: OlderThan = None,
    newer_than: NewerThan = None,
    message_id: Annotated[str, typer.Option(help="Only this one.")] = "",
    yes: Yes = False,
) -> None:
    """Delete them for good."""
    wanted = Selection(reason, student, older_than, newer_than, message_id)
    _deal_with(queue, wanted, "drop", yes, lambda letters: letters.drop)


def _deal_with(
    queue: Queue,
    wanted: Selection,
    verb: str,
    yes: bool,
    way: Callable[[Letters], Callable[[Sequence[Letter]], None]],
) -> None:
    carrier = carrier_of(settings())
    count = _agreed_on(carrier, queue, verb, yes)
    done = 0
    with carrier.letters(queue) as letters, progress(verb, count) as step:
        for batch in _batches(letters, count):
            chosen = [letter for letter in batch if wanted.takes(letter)]
            way(letters)(chosen)
            done += len(chosen)
            step.advance(len(batch))
    typer.echo(f"{verb}: {done:,} of {count:,} dead letters of {queue.name}")


def _agreed_on(carrier: Carrier, queue: Queue, verb: str, yes: bool) -> int:
    """How many letters there were when the operator agreed to deal with them."""
    with carrier.letters(queue) as letters:
        count = letters.count
    # Not while they are open: nobody answers the broker's heartbeats as long as the operator thinks.
    ask(f"{verb.capitalize()} those of {count:,} dead letters of {queue.name} that match?", yes)
    return count


def _batches(letters: Letters, most: int) -> Iterator[list[Letter]]:
    waiting = islice(letters, most)
    while batch := list(islice(waiting, _AT_ONCE)):
        yield batch


def _read(carrier: Carrier, queue: Queue, wanted: Selection, limit: int) -> list[Letter]:
    found: list[Letter] = []
    with carrier.letters(queue) as letters:
        for letter in letters:
            if wanted.takes(letter):
                found.append(letter)
            if len(found) == limit:
                break
    return found


def _table(found: list[Letter]) -> Table:
    table = Table("Queue", "Message id", "Student", "Failed at", "Tries", "Reason", header_style="bold")
    for letter in found:
        facts = _facts(letter)
        student = "" if facts["student_id"] is None else str(facts["student_id"])
        table.add_row(
            letter.queue,
            escape(letter.message_id),
            student,
            facts["failed_at"] or "",
            str(letter.attempts),
            escape(letter.reason),
        )
    return table


def _facts(letter: Letter) -> dict[str, Any]:
    return {
        "queue": letter.queue,
        "message_id": letter.message_id,
        "student_id": glance(letter.body).student_id,
        "failed_at": letter.failed_at and letter.failed_at.isoformat(timespec="seconds"),
        "attempts": letter.attempts,
        "reason": letter.reason,
        "bytes": len(letter.body),
    }


def _body(letter: Letter) -> Any:
    with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return msgspec.json.decode(letter.body)
    return letter.body.decode(errors="replace")
