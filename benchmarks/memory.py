"""Unshared memory and processor time of processes, as Linux counts them."""

import contextlib
import os
from pathlib import Path

_MIB = 1024  # kB


def unshared(pid: int) -> float | None:
    """MiB that would come free if this one process ended (USS); None where the system does not say."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return None
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / _MIB


def unshared_of_group(group: int) -> float | None:
    """MiB of all processes of a process group together; None where the system does not say."""
    sizes = [unshared(pid) for pid in _members(group)]
    return sum(size or 0.0 for size in sizes) or None


def processor_time(pid: int) -> float | None:
    """Seconds that all threads of this one process have computed; None where the system does not say."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _members(group: int) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.getpgid(int(folder.name)) == group:
                found.append(int(folder.name))
    return found
