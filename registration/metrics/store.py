"""Counts what Redis answers, and how fast."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from registration.cache.state_store import Change, StateStore, Stored
from registration.dialogue.state import State
from registration.errors import CacheUnavailable
from registration.metrics.children import child
from registration.metrics.names.publishing import CACHE_OPERATIONS, CACHE_READS, CACHE_SECONDS


class MeteredStore(StateStore):
    async def load(self, key: str) -> Stored:
        with _measured("load"):
            stored = await super().load(key)
        child(CACHE_READS, "hit" if stored.raw else "miss").inc()
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
        child(CACHE_OPERATIONS, operation, "failed").inc()
        raise
    child(CACHE_OPERATIONS, operation, "ok").inc()
    child(CACHE_SECONDS, operation).observe(time.perf_counter() - began)
