"""Child processes that start together and leave nothing behind."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

GRACE = 12.0  # seconds a process has to end by itself; the worker promises 10
_PAUSE = 0.1  # seconds between two looks
_TAIL_LINES = 15


class StartError(Exception):
    """Something could not be started; the text says what to do."""


class EndAsked(Exception):
    """Somebody asked for the end of all."""


@dataclass(frozen=True)
class Program:
    """A command with its environment, its log, and how to see that it is ready."""

    name: str
    command: Sequence[str]
    environ: Mapping[str, str]
    is_ready: Callable[[], bool]
    timeout: float = 120.0  # seconds


class Processes:
    """Starts programs one by one, each in a process group of its own, and stops them in reverse.

    At the end of a `with`, too. `is_end_asked` is looked at again and again: a signal's handler that raised
    could do so between a program's start and our note of it, or, at a second signal, in the midst of `stop`.
    """

    def __init__(self, log_folder: Path, is_end_asked: Callable[[], bool] = lambda: False) -> None:
        self._log_folder = log_folder
        self._is_end_asked = is_end_asked
        self._running: list[tuple[Program, subprocess.Popen[bytes]]] = []

    def __enter__(self) -> "Processes":
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def launch(self, program: Program) -> None:
        self._log_folder.mkdir(parents=True, exist_ok=True)
        with self.log(program.name).open("wb") as log:
            process = subprocess.Popen(
                program.command,
                env={**os.environ, **program.environ},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # A terminal's Ctrl-C goes to the whole foreground group; only we decide who stops when.
                start_new_session=True,
            )
        self._running.append((program, process))

    def wait_ready(self, program: Program) -> None:
        """Wait until `program` is ready. Raises StartError where it is not in time, and as `check` does."""
        end = time.monotonic() + program.timeout
        while True:
            self.check()
            if program.is_ready():
                return
            if time.monotonic() > end:
                raise StartError(
                    f"{program.name} is not ready after {program.timeout:.0f} s; see {self.log(program.name)}"
                )
            time.sleep(_PAUSE)

    def run(self, program: Program) -> int:
        """Run `program` to its end; its exit code. Raises as `check` does for all others."""
        self.launch(program)
        _, process = self._running[-1]
        while process.poll() is None:
            self.check(may_end=process)
            time.sleep(_PAUSE)
        self._running.remove((program, process))
        return process.returncode

    def check(self, may_end: subprocess.Popen[bytes] | None = None) -> None:
        """Raises EndAsked where the end was asked for, StartError where a program has ended."""
        if self._is_end_asked():
            raise EndAsked
        for program, process in self._running:
            if process is not may_end and process.poll() is not None:
                raise StartError(
                    f"{program.name} ended with exit code {process.returncode}; the end of its log:\n"
                    f"{self._tail(program.name)}"
                )

    def stop(self) -> None:
        """End all programs, last started first; whoever does not end within GRACE is killed."""
        for _, process in reversed(self._running):
            _signal(process, signal.SIGTERM)
        end = time.monotonic() + GRACE
        for _, process in reversed(self._running):
            try:
                process.wait(max(0.0, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal(process, signal.SIGKILL)
                process.wait()
            _signal(process, signal.SIGKILL)  # what the program itself left in its group
        self._running.clear()

    def log(self, name: str) -> Path:
        return self._log_folder / f"{name}.log"

    def _tail(self, name: str) -> str:
        lines = self.log(name).read_text(errors="replace").splitlines()
        return "\n".join(f"  {line}" for line in lines[-_TAIL_LINES:])


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):
        return
