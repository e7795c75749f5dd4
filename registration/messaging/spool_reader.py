"""Taking messages out of the spool, oldest first, and removing those that are safe elsewhere."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from itertools import groupby
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from registration.errors import SpoolError
from registration.messaging.file_lock import FileLock, is_locked
from registration.messaging.forking import make_fork_safe
from registration.messaging.spool import Spool
from registration.messaging.spool_file import SpoolCorrupt, SpoolFile, beside, delete, set_aside, translated
from registration.settings import SpoolSettings

log = logging.getLogger(__name__)

MAX_BYTES = 8 << 20  # of bodies in one answer

_AT_ONCE = 100  # rows removed in one transaction, so that no append waits for long


class Entry(NamedTuple):
    """A message in the spool; `path` and `number` say where."""

    path: Path
    number: int
    queue: str
    message_id: str
    routing_key: str
    order_key: str
    trace: str  # traceparent, or empty
    body: bytes


class SpoolReader:
    """The reading end of a folder, for any thread; each file has one reader at a time, in one process.

    With `own` it reads that spool's file and those of dead processes (a forwarder); without, every file
    in the folder, also those being written (a worker without a broker).
    """

    fork_rank = 1

    def __init__(self, settings: SpoolSettings, own: Spool | None = None) -> None:
        self.lock = Lock()
        self._folder = settings.folder.absolute()
        self._worth_a_checkpoint = min(1 << 20, settings.max_bytes // 16)  # bytes of write-ahead log
        self._too_long = min(32 << 20, settings.max_bytes // 8)
        self._own = own
        self._files: dict[Path, SpoolFile] = {}
        self._locks: dict[Path, FileLock] = {}
        self._shunned: set[Path] = set()  # damaged, and still being written
        self._said: set[str] = set()  # what the log has of files that could not be used for a while
        make_fork_safe(self)

    def refresh(self) -> None:
        """Take what has appeared (new files, those of processes that died) and drop what is finished.

        Call it now and then. Raises SpoolError when the folder cannot be used.
        """
        with self._alone():
            for path in sorted(self._folder.glob("*.db")):
                if path not in self._files and self._may_take(path):
                    self._try_to_take(path)
            for path in list(self._files):
                if not self._is_alive(path):
                    with self._forgiven(path):
                        self._finish(path)

    def entries(
        self, queue: str, limit: int, after: Mapping[Path, int] | None = None, max_bytes: int = MAX_BYTES
    ) -> list[Entry]:
        """The oldest messages for this queue, `limit` at most and at least one if there is one.

        `after` leaves out, for each file, the messages up to that number. Never waits.
        """
        self._take_own()
        found: list[Entry] = []
        with self._alone():
            for path, file in list(self._files.items()):
                rows = []
                with self._guarded(path):
                    rows = file.after(queue, (after or {}).get(path, 0), limit - len(found), max_bytes)
                    found += [Entry(path, row[0], queue, *row[1:]) for row in rows]
                max_bytes -= sum(len(row[-1]) for row in rows)
                if len(found) >= limit or max_bytes <= 0:
                    break
        return found

    def remove(self, entries: Iterable[Entry]) -> None:
        """Forget these messages, which are safe elsewhere. Raises SpoolError; then some may remain."""
        by_table = sorted(entries, key=lambda entry: entry[:1] + entry[2:3])
        for (path, queue), group in groupby(by_table, key=lambda entry: (entry.path, entry.queue)):
            numbers = sorted(entry.number for entry in group)
            for start in range(0, len(numbers), _AT_ONCE):
                self._remove(path, queue, numbers[start : start + _AT_ONCE])

    def is_empty(self) -> bool:
        """Whether nothing waits in any file that is ours to read."""
        self._take_own()
        with self._alone():
            return self._untaken() is None and all(file.is_empty() for file in self._files.values())

    def depth(self) -> int:
        """How many messages wait, at most."""
        with self._alone():
            return sum(file.depth() for file in self._files.values())

    def checkpoint(self) -> None:
        """Keep the write-ahead logs short. Call it several times a second, never where a student waits."""
        with self._alone():
            for path, file in list(self._files.items()):
                with self._guarded(path):
                    self._checkpoint(path, file)

    def close(self) -> None:
        """Let go of every file; those of dead processes with nothing in them are deleted."""
        with self._alone():
            for path in list(self._files):
                if not self._is_alive(path):
                    with self._forgiven(path):
                        self._finish(path)
                self._release(path)

    def after_fork_in_child(self) -> None:
        self.lock = Lock()
        for file in self._files.values():
            file.leak()
        for lock in self._locks.values():
            lock.release()
        self._files, self._locks = {}, {}

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """No other thread is inside, and whatever the file system refuses becomes a SpoolError."""
        with self.lock, translated(self._folder):
            yield

    def _untaken(self) -> Path | None:
        """The file of the spool that is ours, while we do not hold it."""
        path = self._own.path if self._own is not None else None
        return None if path in self._files else path

    def _take_own(self) -> None:
        path = self._untaken()
        if path is not None:
            with self._alone():
                self._try_to_take(path)

    def _may_take(self, path: Path) -> bool:
        if path in self._shunned:
            return False
        return self._own is None or self._own.path == path or not self._is_alive(path)

    def _is_alive(self, path: Path) -> bool:
        return is_locked(beside(path, ".owner"))

    def _try_to_take(self, path: Path) -> None:
        with self._forgiven(path):
            self._take(path)
        if path not in self._files:
            self._release(path)

    @contextmanager
    def _forgiven(self, path: Path) -> Iterator[None]:
        """What cannot be used for a while must not hold up the rest; the next refresh tries again."""
        try:
            with translated(path):
                yield
        except SpoolError as error:
            if str(error) not in self._said:  # once: it may be tried for days
                self._said.add(str(error))
                log.error("spool file left for now: %s", error)

    def _take(self, path: Path) -> None:
        lock = FileLock(beside(path, ".reader"))
        if not lock.acquire():
            return
        self._locks[path] = lock
        if not path.exists():  # its last reader has just deleted it
            lock.path.unlink(missing_ok=True)
            return
        with self._guarded(path):
            # "normal" whatever the writer's setting: what a power cut brings back is only sent again.
            self._files[path] = SpoolFile(path, "normal")
            self._files = dict(sorted(self._files.items()))
            if self._own is not None and self._own.path != path:
                log.info("carrying on with %s, which a process has left", path.name)

    def _finish(self, path: Path) -> None:
        with self._guarded(path):
            if self._files[path].is_empty():
                self._files.pop(path).close()
                try:
                    delete(path)
                finally:
                    self._release(path)

    def _remove(self, path: Path, queue: str, numbers: list[int]) -> None:
        with self._alone():
            file = self._files.get(path)
            if file is not None:
                with self._guarded(path), self._appends_paused(path):
                    file.remove(queue, numbers)

    def _checkpoint(self, path: Path, file: SpoolFile) -> None:
        if file.wal_bytes() < self._worth_a_checkpoint:
            return
        file.checkpoint()
        if file.wal_bytes() > self._too_long:
            # Nearly all is copied; with nobody appending the rest is, too, and the log begins at nothing.
            with self._appends_paused(path):
                file.checkpoint(truncate=True)

    @contextmanager
    def _appends_paused(self, path: Path) -> Iterator[None]:
        own = self._own is not None and self._own.path == path
        with self._own.paused() if own and self._own else nullcontext():
            yield

    @contextmanager
    def _guarded(self, path: Path) -> Iterator[None]:
        """A damaged file is set aside by whoever finds it, unless another process is still writing it."""
        try:
            yield
        except SpoolCorrupt as error:
            self._release(path)
            if self._own is not None and self._own.give_up(path, error):
                return
            if self._is_alive(path):
                self._shun(path, error)
            elif path.exists():
                log.error("spool file set aside as %s: %s", set_aside(path).name, error)

    def _shun(self, path: Path, error: SpoolError) -> None:
        log.error("spool file left alone: %s", error)
        self._shunned.add(path)
        self._release(path)

    def _release(self, path: Path) -> None:
        file = self._files.pop(path, None)
        if file is not None:
            file.close()
        lock = self._locks.pop(path, None)
        if lock is not None:
            lock.release()
