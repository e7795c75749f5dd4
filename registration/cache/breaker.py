"""A circuit breaker: after one failure nobody waits for Redis again until a probe has found it well."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

_log = logging.getLogger(__name__)


class Breaker:
    """Open after a failure; a background task probes and closes it. Belongs to one event loop."""

    def __init__(self, probe: Callable[[], Awaitable[object]], interval: float) -> None:
        self._probe = probe
        self._interval = interval  # seconds between two probes
        self._task: asyncio.Task[None] | None = None

    @property
    def is_open(self) -> bool:
        return self._task is not None

    def trip(self, error: Exception) -> None:
        """Note a failure; the first of an outage is logged, and starts the probing."""
        if self._task is None:
            _log.warning("redis does not answer (%s); going on without it", type(error).__name__)
            self._task = asyncio.get_running_loop().create_task(self._watch())

    async def wait_until_closed(self) -> None:
        if self._task is not None:
            await asyncio.shield(self._task)

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _watch(self) -> None:
        while not await self._answers():  # noqa: ASYNC110 - no event in this process can tell
            await asyncio.sleep(self._interval)
        self._task = None
        _log.warning("redis answers again")

    async def _answers(self) -> bool:
        try:
            await self._probe()
        except Exception:  # whatever it is, Redis is not well yet
            return False
        return True
