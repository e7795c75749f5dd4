"""A disk without room."""

import contextlib
import os
from pathlib import Path


def fill(ballast: Path) -> None:
    """Writes until nothing more fits; deleting `ballast` makes room again."""
    with ballast.open("wb") as file, contextlib.suppress(OSError):
        while True:
            os.write(file.fileno(), b"x" * 4096)
