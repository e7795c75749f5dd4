"""A publisher or a worker as a process that comes back whenever it ends."""

import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from registration.testing.process_group import Group

_STOP_TIMEOUT = 10.0  # seconds: what the worker promises


@dataclass
class Program:
    """A publisher or a worker that is started again whenever it ends, as a supervisor would."""

    name: str
    command: list[str]
    log: Path
    environ: dict[str, str]
    group: Group | None = None
    wanted: bool = True
    killed: bool = False  # by a fault, so its end is no surprise
    logged: int = 0  # bytes of the log when it was started
    lock: threading.RLock = field(default_factory=threading.RLock)

    def start(self) -> None:
        with self.lock:
            self.killed = False
            self.wanted = True
            self.logged = self._log_size()
            self.group = Group(self.command, self.log, self.environ)

    @property
    def has_begun(self) -> bool:
        """Whether it lives and has logged anything; a signal before that would find no handler yet."""
        with self.lock:  # one that was killed has logged too, until it is started again
            return self.group is not None and self.group.running and self._log_size() > self.logged

    def _log_size(self) -> int:
        return self.log.stat().st_size if self.log.exists() else 0

    def revive(self) -> int | None:
        """Start it again if it ended; the exit code if nobody had killed it."""
        with self.lock:
            if not self.wanted or self.group is None or self.group.running:
                return None
            code = None if self.killed else self.group.code
            self.start()
            return code

    def kill(self) -> None:
        """kill -9; the supervisor starts it again."""
        with self.lock:
            self.killed = True
            if self.group is not None:
                self.group.kill()

    def close(self) -> None:
        with self.lock:
            self.wanted = False
            self.kill()

    def stop(self) -> tuple[float, int | None]:
        """SIGTERM: after how many seconds it ended, and with which code (None: not within the promise)."""
        assert self.group is not None
        self.wanted = False
        begun = time.monotonic()
        self.group.terminate()
        ended = self.group.wait(_STOP_TIMEOUT)
        code = self.group.code
        self.kill()
        return time.monotonic() - begun, code if ended else None
