"""A new bot as a folder of files that train and answer at once."""

import re
from pathlib import Path

from registration.errors import DeclarationError

_TEMPLATE = Path(__file__).parent / "template"
_DOTTED = {"env": ".env", "gitignore": ".gitignore"}
_NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")


def make(folder: Path) -> list[Path]:
    """Write a new bot, named after the folder; the files that were written.

    Raises DeclarationError for a folder that holds something, or whose name can't be a bot's.
    """
    name = folder.resolve().name.lower().replace("-", "_")
    if not _NAME.fullmatch(name):
        raise DeclarationError(f"{name!r} is no name for a bot; allowed: small letters, digits, _ and -")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise DeclarationError(f"{folder} exists and is not empty")
    written = []
    for source in sorted(path for path in _TEMPLATE.rglob("*") if path.is_file() and path.suffix != ".pyc"):
        target = folder / source.relative_to(_TEMPLATE)
        target = target.with_name(_DOTTED.get(target.name, target.name))
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(source.read_text("utf-8").replace("NAME", name), "utf-8")
        written.append(target)
    return written
