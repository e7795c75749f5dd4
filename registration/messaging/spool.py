"""The spool: what was published lies on the local disk before the publisher goes on.

Each process writes one file of its own in the spool's folder; `SpoolReader` takes messages out again.
"""

import contextlib
import itertools
import logging
import os
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Lock

from registration.errors import SpoolError, SpoolFull
from registration.messaging.file_lock import FileLock
from registration.messaging.forking import make_fork_safe
from registration.messaging.spool_file import (
    Row,
    SpoolBusy,
    SpoolCorrupt,
    SpoolFile,
    beside,
    delete,
    set_aside,
)
from registration.settings import SpoolSettings

log = logging.getLogger(__name__)

_LOOK_EVERY = 64  # appends between two looks at the write-ahead log's size


class Spool:
    """The writing end, for any thread of any process; the file is made by the first append.

    It may grow to `max_bytes`: half for the messages, half for SQLite's write-ahead log.
    """

    fork_rank = 2  # after the reader, which holds its own lock while it takes this one

    def __init__(self, settings: SpoolSettings) -> None:
        # A process that changes its folder still means the same spool.
        self.settings = replace(settings, folder=settings.folder.absolute())
        self.lock = Lock()
        self.listener: Callable[[], None] | None = None  # called after each append, by its thread
        self._trouble = ""  # the listener's, as the log has it
        self._file: SpoolFile | None = None
        self._owner: FileLock | None = None
        self._numbers = itertools.count(1)
        self._until_look = _LOOK_EVERY
        make_fork_safe(self)

    @property
    def path(self) -> Path | None:
        """The file that is being written."""
        return self._file.path if self._file else None

    def append(
        self, queue: str, message_id: str, routing_key: str, order_key: str, body: bytes, trace: str = ""
    ) -> None:
        """Keeps a message for good. Messages of one queue and one `order_key` leave in the order they came.

        Raises SpoolFull when there is no room, SpoolError when the folder cannot be used.
        """
        self.append_all([(queue, (message_id, routing_key, order_key, trace, body))])

    def append_all(self, rows: Sequence[tuple[str, Row]]) -> None:
        """The same for several messages, each with its queue, in one commit: all are kept, or none."""
        with self.lock:
            try:
                self._insert(rows)
            except (SpoolCorrupt, SpoolBusy) as error:
                self._leave(error)
                self._insert(rows)
        if self.listener is not None:
            try:
                self.listener()
            except Exception as error:  # what is kept is kept: who heard of it would publish it once more
                self._report(f"{type(error).__name__} {error}")

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Nothing is appended meanwhile; for a reader in this process, so that SQLite need never wait."""
        with self.lock:
            yield

    def give_up(self, path: Path, error: SpoolError) -> bool:
        """Begin a new file if `path` is the one being written; whether it was."""
        with self.lock:
            if self.path != path:
                return False
            self._leave(error)
            return True

    def close(self) -> None:
        """End this process's file; it is deleted if nothing is in it, else left to be adopted."""
        with self.lock:
            if self._file is not None:
                path = self._let_go()
                _delete_if_empty(path)

    def after_fork_in_child(self) -> None:
        self.lock = Lock()
        if self._file is not None and self._owner is not None:
            self._file.leak()
            self._owner.release()
        self._file = self._owner = None

    def _report(self, trouble: str) -> None:
        if trouble != self._trouble:
            self._trouble = trouble
            log.error("messages wait in the spool until the next one is published: %s", trouble)

    def _insert(self, rows: Sequence[tuple[str, Row]]) -> None:
        file = self._file or self._begin()
        self._until_look -= len(rows)
        if self._until_look <= 0:
            file = self._looked_after(file)
        file.insert([(queue, next(self._numbers), row) for queue, row in rows])

    def _begin(self) -> SpoolFile:
        folder = self.settings.folder
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise SpoolError(f"the spool's folder {folder} cannot be made: {error.strerror}") from error
        # By age, and never the same twice, even when the clock steps back.
        path = folder / f"{time.time_ns():020d}-{os.getpid()}-{uuid.uuid4().hex[:8]}.db"
        owner = FileLock(beside(path, ".owner"))
        owner.acquire()  # before the file exists, so that nobody takes it for a dead process's
        try:
            self._file = SpoolFile(path, self.settings.synchronous, self.settings.max_bytes // 2)
        except SpoolError:
            owner.release()
            delete(path)
            raise
        self._owner, self._numbers, self._until_look = owner, itertools.count(1), _LOOK_EVERY
        return self._file

    def _looked_after(self, file: SpoolFile) -> SpoolFile:
        """The file to write to, once its write-ahead log is known to have room."""
        if not file.path.exists():
            self._leave(SpoolCorrupt(f"{file.path} was deleted"))
            return self._begin()
        if file.wal_bytes() >= self.settings.max_bytes // 2:
            # Looked at again by the next append: whoever reads the spool makes room.
            raise SpoolFull(f"{file.path} holds all it may, {self.settings.max_bytes} bytes")
        self._until_look = _LOOK_EVERY
        return file

    def _leave(self, error: SpoolError) -> None:
        path = self._let_go()
        if isinstance(error, SpoolCorrupt):
            log.error("spool file set aside as %s: %s", set_aside(path).name, error)
        else:
            log.warning("spool file left to its reader: %s", error)

    def _let_go(self) -> Path:
        assert self._file is not None
        assert self._owner is not None
        path = self._file.path
        self._file.close()
        self._owner.release()
        self._file = self._owner = None
        return path


def _delete_if_empty(path: Path) -> None:
    reader = FileLock(beside(path, ".reader"))
    with contextlib.suppress(SpoolError):
        if not path.exists() or not reader.acquire():
            return
        try:
            file = SpoolFile(path)
            empty = file.is_empty()
            file.close()
            if empty:
                delete(path)
        finally:
            reader.release()
