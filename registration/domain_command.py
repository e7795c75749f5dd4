"""`python -m registration domain write|check`: the part of domain.yml that follows from the questions."""

import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from registration.errors import DeclarationError
from registration.forms.domain import DomainPart
from registration.operating.terminal import FAULT, new_app, tell

T = TypeVar("T")
app = new_app("The part of domain.yml that follows from the table of questions.")

File = Annotated[Path, typer.Argument(help="The domain file.")]
Of = Annotated[str, typer.Option("--bot", metavar="MODULE:NAME", help="Where the bot is declared.")]


@app.command()
def write(file: File = Path("domain.yml"), bot: Of = "bot:BOT") -> None:
    """Write entities, slots, form and actions below the mark; what stands above it stays."""
    _told(lambda: write_domain(file, bot, Path.cwd()))
    typer.echo(f"{file} written from {bot}")


@app.command()
def check(file: File = Path("domain.yml"), bot: Of = "bot:BOT") -> None:
    """Name every fault of the bot's declaration, and say whether the file holds what it asks for."""
    part = _told(lambda: _part(bot, Path.cwd()))
    if not file.exists() or part.into(file.read_text("utf-8")) != file.read_text("utf-8"):
        command = f"{sys.executable} -m registration domain write {file} --bot {bot}"
        tell(f"{file} differs from {bot}: run `{command}`")
        raise typer.Exit(FAULT)
    typer.echo(f"{file} holds what {bot} asks for")


def write_domain(file: Path, bot: str, folder: Path) -> None:
    """Bring a domain file up to the bot that is declared in `folder`. Raises DeclarationError."""
    part = _part(bot, folder)
    before = file.read_text("utf-8") if file.exists() else ""
    file.write_text(part.into(before), "utf-8")


def _told(work: Callable[[], T]) -> T:
    try:
        return work()
    except DeclarationError as error:
        tell(str(error))
        raise typer.Exit(FAULT) from None


def _part(place: str, folder: Path) -> DomainPart:
    bot = _declared(place, folder)
    bot.check()
    part: DomainPart = bot.domain
    return part


def _declared(place: str, folder: Path) -> Any:
    module, _, name = place.partition(":")
    sys.path.insert(0, str(folder.resolve()))  # an installed command does not look there by itself
    try:
        return getattr(import_module(module), name or "BOT")
    except ModuleNotFoundError as error:
        raise DeclarationError(f"--bot is {place!r}, but there is no module {error.name!r}") from error
    except AttributeError as error:
        raise DeclarationError(f"--bot is {place!r}, but {error}") from error
