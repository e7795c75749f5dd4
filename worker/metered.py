"""Counts what the worker does at its two seams, the source and the storage; the lanes know nothing of it."""

import time
from collections.abc import Sequence

from registration.messaging.messages import Message
from registration.messaging.topology import Queue, queue_of
from registration.metrics.names.worker import (
    BATCH_MESSAGES,
    CONSUMED,
    DEAD_LETTERED,
    LAST_STORE,
    RETRIED,
    STORE_FAILURES,
    STORE_SECONDS,
    STORED,
)

from .batch import Storage
from .source import Around, Delivery, Refused, Source


class MeteredSource(Around):
    """Counts what passes."""

    def __init__(self, source: Source, queue: Queue) -> None:
        super().__init__(source)
        self._queue = queue

    def take(self) -> Sequence[Delivery]:
        batch = super().take()
        if batch:
            BATCH_MESSAGES.labels(self._queue.name).observe(len(batch))
        return batch

    def settle(self, batch: Sequence[Delivery], refused: Sequence[Refused]) -> None:
        super().settle(batch, refused)
        name = self._queue.name
        CONSUMED.labels(name).inc(len(batch))
        for item in refused:
            is_dead = item.move(self._queue).target == self._queue.dead
            (DEAD_LETTERED if is_dead else RETRIED).labels(name).inc()


class MeteredStorage:
    """A Storage that hands on to another."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def check(self) -> None:
        self._storage.check()

    def check_pause(self) -> None:
        self._storage.check_pause()

    def store(self, messages: Sequence[Message]) -> None:
        name = queue_of(messages[0]).name  # a lane stores the messages of one queue
        began = time.perf_counter()
        try:
            self._storage.store(messages)
        except Exception as error:
            STORE_FAILURES.labels(name, type(error).__name__).inc()
            raise
        STORE_SECONDS.labels(name).observe(time.perf_counter() - began)
        STORED.labels(name).inc(len(messages))
        LAST_STORE.labels(name).set_to_current_time()
