"""`python -m registration new DIR`."""

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
    typer.echo(
        f"{len(files)} files in {folder}. Next: cd {folder} && rasa train; its README.md says the rest."
    )
