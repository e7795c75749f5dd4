"""Fresh environments with our wheel in them, and bots that run there."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from registration.testing.process_group import Group
from registration.testing.processes import free_port
from registration.testing.rest import RestChat
from registration.testing.waiting import wait_until

ROOT = Path(__file__).parents[2]
UV = ROOT / ".tools/bin/uv"
# Of the process that runs the tests: it must not reach the bots, which have their own.
_OURS = ("PYTHONPATH", "VIRTUAL_ENV", "MESSAGE_TYPES")
_QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "2",
    "PYTHONWARNINGS": "ignore",
    # Nobody answers there: the dialogues go on from their slots.
    "REDIS_HOST": "127.0.0.1",
    "REDIS_PORT": "1",
}


@dataclass(frozen=True)
class Environment:
    """A virtual environment that was made for the tests."""

    folder: Path

    @property
    def python(self) -> Path:
        return self.folder / "bin/python"

    @property
    def variables(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in _OURS}
        path = f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
        return {**kept, **_QUIET, "VIRTUAL_ENV": str(self.folder), "PATH": path}

    def run(self, command: str | Sequence[str], folder: Path, timeout: float = 600.0) -> str:
        """What a command prints; fails the test where it fails."""
        done = subprocess.run(
            command, shell=isinstance(command, str), cwd=folder, env=self.variables, capture_output=True,
            text=True, timeout=timeout, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{command}\n{done.stdout[-1500:]}\n{done.stderr[-1500:]}"
        return done.stdout


def make_environment(folder: Path, like: str, lock: str, wheel: str) -> Environment:
    """An environment of the Python that `like` has, the locked packages and the wheel; made outside.

    Outside, because the project's own settings of uv would override what Rasa says about Redis.
    """
    constraints = folder.parent / f"{folder.name}.txt"
    lines = (ROOT / "requirements" / lock).read_text().splitlines()
    pinned = [line.split(" \\")[0] for line in lines if "==" in line and not line.startswith((" ", "#"))]
    constraints.write_text(
        "\n".join(line for line in pinned if not line.startswith(("redis==", "hiredis==")))
    )
    environment = Environment(folder)
    for command in (
        [str(UV), "venv", "-q", "--python", str(ROOT / like / "bin/python"), str(folder)],
        [str(UV), "pip", "install", "-q", "-c", str(constraints), wheel],
    ):
        environment.run(command, folder.parent, 500)
    return environment


@dataclass
class RunningBot:
    """A bot's folder, served from an environment: action server, Rasa and worker on ports of their own."""

    environment: Environment
    folder: Path
    rasa_port: int = field(default_factory=free_port)
    actions_port: int = field(default_factory=free_port)
    resources: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> "RunningBot":
        return self

    def __exit__(self, *_: object) -> None:
        self.resources.close()

    def start(self, command: str) -> None:
        """Start a program of the bot's README in the background, at a port of this test."""
        log = self.folder / f"{command.split()[-1].strip('-')}.log"
        ours = self._at_our_ports(command)
        group = Group(
            ["sh", "-c", f"exec {ours}"], log, _without_ours(self.environment.variables), self.folder
        )
        self.resources.callback(group.kill)
        self.resources.callback(group.terminate)

    def chat(self, sender: str) -> RestChat:
        """A student, once Rasa and the actions answer."""
        for port, path in ((self.actions_port, "/health"), (self.rasa_port, "/")):
            wait_until(lambda port=port, path=path: is_up(port, path), 240)  # type: ignore[misc]
        return RestChat(f"http://127.0.0.1:{self.rasa_port}", sender)

    def at_our_port(self, command: str) -> str:
        """A command that calls Rasa, at this test's port."""
        return command.replace("5005", str(self.rasa_port))

    def _at_our_ports(self, command: str) -> str:
        endpoints = self.folder / "endpoints.yml"
        endpoints.write_text(endpoints.read_text().replace("5055", str(self.actions_port)))
        if command.startswith("rasa run actions"):
            return f"{command} -p {self.actions_port}"
        return f"{command} -i 127.0.0.1 -p {self.rasa_port}" if command.startswith("rasa run") else command


def seconds_since(began: float) -> float:
    return time.monotonic() - began


def _without_ours(variables: Mapping[str, str]) -> dict[str, str]:
    return {**{name: "" for name in _OURS if name in os.environ}, **variables}


def is_up(port: int, path: str) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}{path}", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False
