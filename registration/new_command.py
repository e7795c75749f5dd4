"""`python -m registration new DIR`."""

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated

import typer

from registration.domain_command import write_domain
from registration.errors import DeclarationError
from registration.operating.terminal import FAULT, tell
from registration.scaffold import make


def new(
    folder: Annotated[Path, typer.Argument(help="A folder that does not exist yet, or is empty.")],
) -> None:
    """Begin a bot of your own: files that train and answer at once, with tests."""
    try:
        files = make(folder)
        write_domain(folder / "domain.yml", "bot:BOT", folder)
    except DeclarationError as error:
        tell(str(error))
        raise typer.Exit(FAULT) from None
    typer.echo(f"{len(files)} files in {folder}. {_next_steps(folder)}; its README.md says the rest.")


def _next_steps(folder: Path) -> str:
    train = f"cd {folder} && rasa train"
    if _is_installed():
        return f"Next: {train}"
    return f"Next: install this package where Rasa is (see docs/install.md), and in that environment: {train}"


def _is_installed() -> bool:
    """Whether the new folder will find this package; a checkout is found from its own folder alone."""
    try:
        version("class-registration-bot")
    except PackageNotFoundError:
        return False
    return True
