"""A child process together with its children."""

import contextlib
import os
import signal
import subprocess
from pathlib import Path


class Group:
    """A child process with all its own children, in a process group of theirs."""

    def __init__(
        self, command: list[str], log: Path, environ: dict[str, str] | None = None, folder: Path | None = None
    ) -> None:
        """`folder`: where it works; without one, where we do."""
        with log.open("ab") as output:
            self._child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=folder,
                env={**os.environ, **(environ or {})},
                start_new_session=True,
            )
        self.pid = self._child.pid

    @property
    def running(self) -> bool:
        return self._child.poll() is None

    @property
    def code(self) -> int | None:
        """The leader's exit code, negative for a signal; None while it runs."""
        return self._child.poll()

    def signal(self, number: int) -> None:
        """Send the signal to the whole group, if any of it is left."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def terminate(self) -> None:
        """Ask the leader to end; it takes its children along."""
        self._child.terminate()

    def wait(self, timeout: float) -> bool:
        """Whether the leader ended within `timeout` seconds."""
        try:
            self._child.wait(timeout)
        except subprocess.TimeoutExpired:
            return False
        return True

    def kill(self) -> None:
        """SIGKILL for the whole group, stopped or not; returns when the leader is gone."""
        self.signal(signal.SIGKILL)
        self._child.wait()
