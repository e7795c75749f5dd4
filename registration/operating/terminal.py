"""What all commands share: how they speak, ask and end.

Exit codes: 0 done, and nothing is wrong; 1 something is wrong, or the operator said no; 2 the command or a
setting is wrong; 3 a server, or the spool, does not answer or refuses.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from registration.errors import (
    BrokerError,
    DeclarationError,
    InvalidMessage,
    RegistrationError,
    SettingsError,
)
from registration.messaging.topology import Queue, queue_named
from registration.settings import Settings, load_settings

FAULT, WRONG_COMMAND, NO_ANSWER = 1, 2, 3


def parse_queue(name: str) -> Queue:
    try:
        return queue_named(name)
    except BrokerError as error:
        raise typer.BadParameter(str(error)) from None


QueueArgument = Annotated[
    Queue, typer.Argument(parser=parse_queue, metavar="QUEUE", help="Such as chat_messages.")
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


def new_app(help_text: str) -> typer.Typer:
    return typer.Typer(
        help=help_text, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
    )


def console() -> Console:
    """Standard output as it is now; what is piped away has no colours and is not cut at 80 columns."""
    return Console(width=None if sys.stdout.isatty() else 160)


def settings() -> Settings:
    return load_settings()


def code_of(error: RegistrationError) -> int:
    return (
        WRONG_COMMAND if isinstance(error, (SettingsError, InvalidMessage, DeclarationError)) else NO_ANSWER
    )


def tell(text: str) -> None:
    """A line on standard error, so that standard output stays what was asked for."""
    typer.echo(text, err=True)


def ask(question: str, yes: bool) -> None:
    """Ends the command where the operator says no, or is not there to say anything."""
    if not yes and not typer.confirm(question, err=True):
        raise typer.Exit(FAULT)


@contextmanager
def progress(title: str, total: int) -> Iterator["Step"]:
    """A bar on standard error while something long goes on."""
    columns = (TextColumn(title), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield Step(bar, total)


class Step:
    def __init__(self, bar: Progress, total: int) -> None:
        self._bar = bar
        self._task = bar.add_task("", total=total)

    def advance(self, count: int) -> None:
        self._bar.advance(self._task, count)
