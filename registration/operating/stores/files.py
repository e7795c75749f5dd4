"""The proof for SQLite's files: no byte of a message that was erased."""

import mmap
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

_UUID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass
class Searched:
    """What was looked through, and the files that still hold one of the message ids."""

    files: int = 0
    size: int = 0  # bytes
    message_ids: int = 0
    found_in: list[str] = field(default_factory=list)


def search(files: Iterable[Path], message_ids: set[str]) -> Searched:
    """Looks for the ids of erased messages, which every copy of a message holds, in the files' bytes."""
    result = Searched(message_ids=len(message_ids))
    wanted = {each.encode() for each in message_ids}
    for path in files:
        with suppress(FileNotFoundError):  # a spool file that was finished meanwhile
            result.size += path.stat().st_size
            result.files += 1
            if _holds_any(path, wanted):
                result.found_in.append(str(path))
    return result


def _holds_any(path: Path, wanted: set[bytes]) -> bool:
    if not path.stat().st_size:
        return False
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if any(found[0] in wanted for found in _UUID.finditer(content)):
            return True
        others = (each for each in wanted if not _UUID.fullmatch(each))
        return any(content.find(each) >= 0 for each in others)
