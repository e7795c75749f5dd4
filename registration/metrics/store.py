"""Counts what Redis answers, and how fast."""

import time
from collections.abc import Awaitable
from typing import TypeVar

from registration.cache.pipelining import Meanwhile
from registration.cache.state_store import Change, StateStore, Stored
from registration.dialogue.state import State
from registration.errors import CacheUnavailable
from registration.metrics.children import child
from registration.metrics.names.publishing import CACHE_OPERATIONS, CACHE_READS, CACHE_SECONDS

_Result = TypeVar("_Result")


class MeteredStore(StateStore):
    async def load(self, key: str) -> Stored:
        stored = await _measured("load", super().load(key))
        child(CACHE_READS, "hit" if stored.raw else "miss").inc()
        return stored

    async def update(
        self, key: str, change: Change, mirror: State | None = None, meanwhile: Meanwhile | None = None
    ) -> State:
        return await _measured("update", super().update(key, change, mirror, meanwhile))

    async def save_conversation(self, key: str, conversation: bytes) -> None:
        await _measured("save_conversation", super().save_conversation(key, conversation))


async def _measured(operation: str, asked: Awaitable[_Result]) -> _Result:
    began = time.perf_counter()
    try:
        result = await asked
    except CacheUnavailable:
        child(CACHE_OPERATIONS, operation, "failed").inc()
        raise
    child(CACHE_OPERATIONS, operation, "ok").inc()
    child(CACHE_SECONDS, operation).observe(time.perf_counter() - began)
    return result
