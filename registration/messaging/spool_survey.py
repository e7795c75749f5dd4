"""A look into a spool from outside, beside those who write and read it."""

from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from registration.errors import SpoolError
from registration.messaging.spool_file import SpoolFile


@dataclass
class Survey:
    """What lies in a spool's folder; counts are never too low, as in `SpoolFile.depth`."""

    files: int = 0
    size: int = 0  # bytes
    damaged: int = 0  # files set aside
    unreadable: int = 0
    waiting: dict[str, int] = field(default_factory=dict)  # by queue
    oldest: dict[str, bytes] = field(default_factory=dict)  # the first body of each queue

    @property
    def total(self) -> int:
        return sum(self.waiting.values())


def survey(folder: Path) -> Survey:
    """Counts what is there; a folder that does not exist holds nothing."""
    found = Survey()
    for path in folder.glob("*"):
        with suppress(FileNotFoundError):  # finished by its reader meanwhile
            found.size += path.stat().st_size
        found.damaged += path.name.endswith(".corrupt")
    for path in spool_files(folder):
        try:
            _look_into(path, found)
        except SpoolError:
            found.unreadable += path.exists()
    return found


def purge_spool(folder: Path, queue: str) -> int:
    """Delete what waits for `queue` in every file; how many messages. Raises SpoolError."""
    count = 0
    for path in spool_files(folder):
        with closing(SpoolFile(path, must_exist=True)) as file:
            count += file.clear(queue)
    return count


def spool_files(folder: Path) -> Iterator[Path]:
    """Oldest first; those that vanish meanwhile were empty."""
    for path in sorted(folder.glob("*.db")):
        if path.exists():
            yield path


def _look_into(path: Path, found: Survey) -> None:
    with closing(SpoolFile(path, must_exist=True)) as file:
        for queue, count in file.depths().items():
            found.waiting[queue] = found.waiting.get(queue, 0) + count
            first = file.after(queue, 0, 1, 1)
            if first and queue not in found.oldest:
                found.oldest[queue] = first[0][-1]
    found.files += 1
