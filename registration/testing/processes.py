"""A server process of the test's own, on 127.0.0.1: it can be killed, frozen and emptied at will."""

import atexit
import contextlib
import random
import shutil
import signal
import socket
import tempfile
from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from registration.testing.process_group import Group
from registration.testing.waiting import wait_until

ServerKind = TypeVar("ServerKind", bound="Server")
_LAST_LOG_BYTES = 2_000
_PORTS = (15_000, 32_000)


class ServerFailed(Exception):
    """A server did not start or did not obey; the text ends with the last lines of its log."""


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on at this moment.

    It lies below those that systems give to outgoing connections: while a server is down, one of those may
    be taken by anybody's connection, even by a client's that tries to reach the server.
    """
    while True:
        port = random.randrange(*_PORTS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def port_answers(port: int) -> bool:
    """Whether somebody listens on this port of 127.0.0.1."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


class Server(ABC):
    """A server that a test owns: `start`, hurt it, `close`. Its port stays the same over restarts.

    `folder` holds data and log; without one a temporary folder is made, and removed by `close`.
    """

    name = "server"
    start_timeout = 60.0
    stop_timeout = 30.0

    def __init__(self, folder: Path | None = None) -> None:
        self._own_folder = folder is None
        self.folder = folder or Path(tempfile.mkdtemp(prefix=f"{self.name}-"))
        self.port = free_port()
        self._group: Group | None = None

    def __enter__(self: ServerKind) -> ServerKind:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @abstractmethod
    def command(self) -> list[str]:
        """The program and its arguments."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether the server does real work at this moment."""

    def environ(self) -> dict[str, str]:
        """Variables that the server needs beside ours."""
        return {}

    def prepare(self) -> None:  # noqa: B027  (not every server has something to prepare)
        """Bring the data folder, empty or not, into the shape that the server wants."""

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def running(self) -> bool:
        return self._group is not None and self._group.running

    @property
    def pid(self) -> int:
        return self._running_group().pid

    def start(self) -> None:
        """Start it and return once it answers. Raises ServerFailed."""
        self.launch()
        self.wait_until_it_answers()

    def launch(self) -> None:
        """Start it and return at once."""
        if self.running:
            return
        if port_answers(self.port):  # else whoever it is would be taken for this server
            raise ServerFailed(f"port {self.port} is in use; {self.name} was not started")
        atexit.register(self.close)
        self.data.mkdir(parents=True, exist_ok=True)
        self.prepare()
        self._group = Group(self.command(), self.log, self.environ())

    def wait_until_it_answers(self) -> None:
        """Raises ServerFailed when it has died or does not answer in time."""
        try:
            wait_until(self._answers_or_died, self.start_timeout, f"{self.name} on port {self.port}")
        except TimeoutError as error:
            self.kill()
            raise ServerFailed(f"{error}\n{self._last_log()}") from error
        if not self.running:
            raise ServerFailed(f"{self.name} ended at its start\n{self._last_log()}")

    def stop(self) -> None:
        """A clean shutdown; a server that does not end in time is killed, which raises ServerFailed."""
        if not self.running:
            return
        group = self._running_group()
        group.signal(signal.SIGCONT)
        group.terminate()
        if not group.wait(self.stop_timeout):
            self.kill()
            raise ServerFailed(f"{self.name} did not stop\n{self._last_log()}")
        group.kill()  # whatever the leader left behind

    def kill(self) -> None:
        """kill -9, also of a server that is paused."""
        if self._group is not None:
            self._group.kill()
            # The leader may be gone before a child of its that listens.
            wait_until(lambda: not port_answers(self.port), 10, f"the end of {self.name}")

    def pause(self) -> None:
        """SIGSTOP: connections stay open, and nothing answers."""
        self._running_group().signal(signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT."""
        self._running_group().signal(signal.SIGCONT)

    def restart(self) -> None:
        """A clean stop and a start with the same data."""
        self.stop()
        self.start()

    def wipe(self) -> None:
        """Kill it and delete all its data; the next `start` begins with nothing."""
        self.kill()
        shutil.rmtree(self.data, ignore_errors=True)

    def close(self) -> None:
        """Kill it and remove what it wrote. A second call does nothing."""
        self.kill()
        atexit.unregister(self.close)
        if self._own_folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _running_group(self) -> Group:
        if self._group is None:
            raise ServerFailed(f"{self.name} was not started")
        return self._group

    def _answers_or_died(self) -> bool:
        return not self.running or self.answers()

    def _last_log(self) -> str:
        try:
            return self.log.read_bytes()[-_LAST_LOG_BYTES:].decode("utf-8", "replace")
        except OSError:
            return "(it left no log)"
