"""Messages that are published at the same time share one commit: it is what costs most."""

import asyncio
from collections.abc import Sequence

from registration.messaging.spool import Spool
from registration.messaging.spool_file import Row

_Waiting = tuple[str, Row, "asyncio.Future[None]"]


class Gathering:
    """Appends to a spool, for the event loops of any threads."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._waiting: dict[asyncio.AbstractEventLoop, list[_Waiting]] = {}

    async def append(self, queue: str, row: Row) -> None:
        """Keeps a message for good, and raises, as `Spool.append` does."""
        loop = asyncio.get_running_loop()
        kept: asyncio.Future[None] = loop.create_future()
        waiting = self._waiting.setdefault(loop, [])
        if not waiting:
            # In the turn of the loop after the next: what has just come in may have something to add.
            loop.call_soon(loop.call_soon, self._commit, loop)
        waiting.append((queue, row, kept))
        await kept

    def _commit(self, loop: asyncio.AbstractEventLoop) -> None:
        self._append(self._waiting.pop(loop))

    def _append(self, waiting: Sequence[_Waiting]) -> None:
        failure: Exception | None = None
        try:
            self._spool.append_all([(queue, row) for queue, row, _ in waiting])
        except Exception as error:  # whatever it is, somebody waits to be told
            if len(waiting) > 1:  # it may be one message's, or there may be room for some
                for each in waiting:
                    self._append([each])
                return
            failure = error
        for _, _, kept in waiting:
            if kept.done():  # whoever published it has gone
                continue
            if failure is None:
                kept.set_result(None)
            else:
                kept.set_exception(failure)
