"""One queue's way into the database: take, store, settle; wait while either end is away."""

import contextlib
import logging
import time
from collections.abc import Callable, Sequence
from threading import Event
from typing import TypeVar

from registration.errors import (
    BrokerError,
    RegistrationError,
    SpoolError,
    StorageError,
    StoragePaused,
    StorageUnavailable,
    TopologyMismatch,
    place_of,
)
from registration.messaging.retries import ATTEMPTS
from registration.messaging.topology import Queue

from .backoff import Backoff, Stopped
from .batch import Storage, store_batch
from .source import Delivery, Refused, Source

log = logging.getLogger(__name__)
T = TypeVar("T")

_PAUSE_LOOK = 0.5  # seconds between two looks whether an operator has paused us
AWAY = (StorageUnavailable, BrokerError, SpoolError)


class Lane:
    """Serves one queue until `stop` is set. It shares nothing with other lanes but the storage."""

    def __init__(self, queue: Queue, source: Source, storage: Storage, stop: Event) -> None:
        self.queue = queue
        self.fatal: RegistrationError | None = None
        self.healthy = Event()  # both ends worked when last tried
        self.trouble = "not begun"  # why it is not healthy, fit for an operator to read
        self._source = source
        self._storage = storage
        self._stop = stop
        self._backoff = Backoff(stop)
        self._next_look = 0.0

    def run(self) -> None:
        """Returns when stopped, or with `fatal` set (and everything stopped) when waiting is no use.

        Whatever else goes wrong in it ends only this round: the lane closes, waits and begins again,
        because the other queues of the process must not pay for this one.
        """
        while not self._stop.is_set():
            try:
                self._serve()
            except Stopped:
                break
            except StoragePaused as paused:
                self._rest(paused)
            except (*AWAY, StorageError) as error:
                if _is_for_an_operator(error):
                    return self._give_up(error)
                self._try_again(error)
            except Exception as error:
                # Not the error's own text: it could quote a message.
                self._try_again(error, f" at {place_of(error)}")

    def _serve(self) -> None:
        try:
            self._storage.check()  # nothing is taken before there is where to put it
            self._storage.check_pause()
            self._source.open()
            log.info("consuming queue=%s", self.queue.name)
            self.healthy.set()
            while not self._stop.is_set():
                self._make_way()
                self._one_batch()
        finally:
            self._source.close()

    def _make_way(self) -> None:
        """Between batches: an operator who erases a student wants no worker to hold a message meanwhile."""
        now = time.monotonic()
        if now >= self._next_look:
            self._next_look = now + _PAUSE_LOOK
            self._storage.check_pause()

    def _rest(self, paused: StoragePaused) -> None:
        """What was taken has been handed back; it is looked at again until the operator is done."""
        if self.healthy.is_set():
            log.info("resting queue=%s reason=%s", self.queue.name, paused)
        self.healthy.clear()
        self.trouble = str(paused)
        self._stop.wait(_PAUSE_LOOK)

    def _one_batch(self) -> None:
        batch = self._source.take()
        if not batch:
            self._backoff.reset()
            return
        refused = self._patiently(lambda: store_batch(self.queue.message, batch, self._storage.store))
        self._patiently(lambda: self._source.settle(batch, refused))
        self._backoff.reset()
        self.healthy.set()
        self._report(batch, refused)

    def _patiently(self, action: Callable[[], T]) -> T:
        """What `action` gives, tried until it does; what is in hand stays in hand meanwhile.

        Handing it back and taking it again would count as deliveries, which some queues limit.
        """
        while True:
            try:
                return action()
            except AWAY as error:
                if _is_for_an_operator(error) or not self._source.is_open():
                    raise
                self._wait(error)

    def _try_again(self, error: Exception, where: str = "") -> None:
        with contextlib.suppress(Stopped):  # the loop sees it too
            self._wait(error, where)

    def _wait(self, error: Exception, where: str = "") -> None:
        self.healthy.clear()
        text = error if isinstance(error, RegistrationError) else "unexpected"
        self.trouble = f"{_name(error)}: {text}"
        log.warning("waiting queue=%s error=%s reason=%s%s", self.queue.name, _name(error), text, where)
        self._backoff.wait()

    def _give_up(self, error: RegistrationError) -> None:
        log.error("stopping queue=%s error=%s reason=%s", self.queue.name, _name(error), error)
        self.fatal = error
        self._stop.set()

    def _report(self, batch: Sequence[Delivery], refused: Sequence[Refused]) -> None:
        log.debug("stored queue=%s rows=%d", self.queue.name, len(batch) - len(refused))
        for item in refused:
            self._report_one(item)

    def _report_one(self, item: Refused) -> None:
        move = item.move(self.queue)
        log.error(
            "refused queue=%s message_id=%r attempts=%d to=%s reason=%s",
            self.queue.name,
            item.delivery.message_id,
            move.headers[ATTEMPTS],
            move.target,
            item.reason,
        )


def _is_for_an_operator(error: Exception) -> bool:
    """Whether waiting cannot mend it: a queue or a table of another shape than ours."""
    if isinstance(error, TopologyMismatch):
        return True
    return isinstance(error, StorageError) and not isinstance(error, StorageUnavailable)


def _name(error: Exception) -> str:
    return type(error).__name__
