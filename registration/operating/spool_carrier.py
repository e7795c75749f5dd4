"""Embedded mode as an operator sees it: messages in the spool, retries and dead letters on the shelf."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timezone

from registration.messaging.attendance import attending
from registration.messaging.glance import glance, moment
from registration.messaging.shelf import DeadLetter, Shelf
from registration.messaging.spool_survey import Survey, purge_spool, survey
from registration.messaging.topology import QUEUES, Queue, queue_beside
from registration.operating.carrier import Letter, Letters, QueueState
from registration.settings import SpoolSettings


class SpoolCarrier:
    """A Carrier on the spool's folder, which workers and action servers may be using."""

    def __init__(self, settings: SpoolSettings) -> None:
        self._folder = settings.folder.absolute()

    def states(self) -> list[QueueState]:
        found = survey(self._folder)
        with self._shelf() as shelf:
            retries, dead = shelf.counts("retries"), shelf.counts("dead_letters")
        return [
            QueueState(
                name=name,
                waiting=found.waiting.get(name, 0),
                limit=None,
                retrying=retries.get(name, 0),
                dead=dead.get(name, 0),
                consumers=attending(self._folder, name),
                oldest=_oldest(found, name),
            )
            for name in QUEUES
        ]

    def purge(self, name: str) -> int:
        queue = queue_beside(name)
        if name == queue.name:
            return purge_spool(self._folder, name)
        with self._shelf() as shelf:
            return shelf.clear("dead_letters" if name == queue.dead else "retries", queue)

    @contextmanager
    def letters(self, queue: Queue) -> Iterator[Letters]:
        with self._shelf() as shelf:
            yield _DeadLetters(shelf, queue)

    @contextmanager
    def _shelf(self) -> Iterator[Shelf]:
        shelf = Shelf(self._folder)
        try:
            yield shelf
        finally:
            shelf.close()


class _DeadLetters:
    def __init__(self, shelf: Shelf, queue: Queue) -> None:
        self._shelf = shelf
        self._queue = queue
        self.count = shelf.counts("dead_letters").get(queue.name, 0)

    def __iter__(self) -> Iterator[Letter]:
        if self.count:
            for letter in self._shelf.dead_letters(self._queue):
                yield _letter(self._queue, letter)

    def replay(self, letters: Sequence[Letter]) -> None:
        self._shelf.revive([letter.handle for letter in letters])

    def drop(self, letters: Sequence[Letter]) -> None:
        self._shelf.drop([letter.handle for letter in letters])


def _letter(queue: Queue, letter: DeadLetter) -> Letter:
    return Letter(
        queue=queue.name,
        message_id=letter.message_id,
        reason=letter.reason,
        attempts=letter.attempts,
        failed_at=moment(letter.first_seen) or datetime.fromtimestamp(letter.died_at, timezone.utc),
        body=letter.body,
        handle=letter.origin,
    )


def _oldest(found: Survey, name: str) -> datetime | None:
    body = found.oldest.get(name)
    return None if body is None else glance(body).written_at
