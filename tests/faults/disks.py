"""Small file systems of a run's own, and filling them."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path


def mount(folder: Path, megabytes: int) -> None:
    """A file system of this size in memory at `folder`, if this user may mount one."""
    options = ["-o", f"size={megabytes}m,mode=700", "tmpfs", str(folder)]
    with contextlib.suppress(OSError):
        subprocess.run(["mount", "-t", "tmpfs", *options], capture_output=True, check=False)


def unmount(folder: Path) -> None:
    if os.path.ismount(folder):
        subprocess.run(["umount", "-l", str(folder)], capture_output=True, check=False)
    shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def full(disk: Path) -> Iterator[None]:
    filler = disk / "filler"
    try:
        with filler.open("wb") as file:
            _fill(file.fileno())
        yield
    finally:
        filler.unlink(missing_ok=True)


def _fill(file: int) -> None:
    # Others write at the same time, so the last pages are taken one by one until there is none.
    size = 0
    for step in (1 << 20, 1 << 12):
        with contextlib.suppress(OSError):
            while True:
                os.posix_fallocate(file, size, step)
                size += step
