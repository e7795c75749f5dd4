"""Servers found once a run, and an empty room for each measurement: a virtual host, a database, a folder."""

import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.drain_queue import Bench
from registration.testing.rooms import VirtualHosts, new_database
from registration.testing.servers import Database, find_broker, find_database


class Rooms:
    """Hands out rooms; a database is dropped with its room, the virtual hosts go together at the end."""

    def __init__(self, hosts: VirtualHosts, database: Database) -> None:
        self._hosts = hosts
        self._database = database

    @contextmanager
    def room(self) -> Iterator[Bench]:
        with new_database(self._database) as url, TemporaryDirectory(prefix="bench-") as folder:
            yield Bench(self._hosts.take(), url, Path(folder))


@contextmanager
def open_hosts() -> Iterator[VirtualHosts]:
    """Virtual hosts of the broker that answers, or of one started for this run. Raises ServerMissing."""
    # By default a SIGTERM ends Python at once, and everything that is removed at the end would stay.
    signal.signal(signal.SIGTERM, _leave)
    with ExitStack() as stack:
        broker = find_broker()
        if broker.server is not None:
            stack.callback(broker.server.close)
        hosts = VirtualHosts(broker)
        stack.callback(hosts.close)
        yield hosts


@contextmanager
def open_rooms() -> Iterator[Rooms]:
    """Rooms of the broker and the database that answer, or are started. Raises ServerMissing."""
    with ExitStack() as stack:
        hosts = stack.enter_context(open_hosts())
        database = find_database()
        if database.server is not None:
            stack.callback(database.server.close)
        yield Rooms(hosts, database)


def _leave(*_: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a second one must not break off the cleaning up
    sys.exit(143)
