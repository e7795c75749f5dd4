"""Counts what Redis answers, and how fast."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from registration.cache.state_store import Change, StateStore, Stored
from registration.dialogue.state import State
from registration.errors import CacheUnavailable
from registration.metrics.names.publishing import CACHE_OPERATIONS, CACHE_READS, CACHE_SECONDS


class MeteredStore(StateStore):
    async def load(self, key: str) -> Stored:
        with _measured("load"):
            stored = await super().load(key)
        CACHE_READS.labels("hit" if stored.raw else "miss").inc()
        return stored

    async def update(self, key: str, change: Change, mirror: State | None = None) -> State:
        with _measured("update"):
            return await super().update(key, change, mirror)

    async def save_conversation(self, key: str, conversation: str) -> None:
        with _measured("save_conversation"):
            await super().save_conversation(key, conversation)


@contextmanager
def _measured(operation: str) -> Iterator[None]:
    began = time.perf_counter()
    try:
        yield
    except CacheUnavailable:
        CACHE_OPERATIONS.labels(operation, "failed").inc()
        raise
    CACHE_OPERATIONS.labels(operation, "ok").inc()
    CACHE_SECONDS.labels(operation).observe(time.perf_counter() - began)
