"""Commands go out as they are asked and answers come back in their order, with no wait in between.

redis-py opens the connection (passwords, TLS, Sentinels); what is said on it is read here. A pool, a pipeline
object and a coroutine for each part of an answer cost several times what Redis itself does.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any

import hiredis
from redis.asyncio import Connection
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisClusterException, ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

from registration.cache.limits import Limits

Meanwhile = Callable[[], None]

_INCOMPLETE = object()
_GRACE = 0.01  # seconds in which an event loop reads what has come


class _NotSent(RedisConnectionError):
    """The connection ended before the command went out."""


class Pipelining:
    """One connection for all who ask. Belongs to one event loop."""

    def __init__(self, make_connection: Callable[[], Connection], limits: Limits) -> None:
        self._make_connection = make_connection
        self._limits = limits
        self._line: _Line | None = None
        self._opening: asyncio.Task[_Line] | None = None

    async def ask(self, *command: Any, meanwhile: Meanwhile | None = None) -> Any:
        """What Redis answers to one command; `meanwhile` is called when it is on its way.

        Raises what redis-py raises, or TimeoutError.
        """
        answer = (self._open_line or await self._opened()).send(command, self._limits.answer)
        if meanwhile is not None:
            await asyncio.sleep(0)  # in which it goes out
            meanwhile()
        try:
            return await answer
        except _NotSent:  # Redis had closed it while nobody asked anything
            return await (self._open_line or await self._opened()).send(command, self._limits.answer)

    async def close(self) -> None:
        """Ends what is on its way; the next command opens a connection of its own."""
        if self._opening is not None:
            self._opening.cancel()
            await asyncio.gather(self._opening, return_exceptions=True)
        if self._line is not None:
            self._line.close(RedisConnectionError("the connection was closed"))
            self._line = None

    @property
    def _open_line(self) -> "_Line | None":
        return None if self._line is None or self._line.is_closed else self._line

    async def _opened(self) -> "_Line":
        """The connection that all who came while there was none wait for."""
        if self._opening is None:
            self._opening = asyncio.create_task(self._open())
            # All who wait may have given up before it fails.
            self._opening.add_done_callback(lambda opening: opening.cancelled() or opening.exception())
        return await asyncio.wait_for(asyncio.shield(self._opening), self._limits.opening)

    async def _open(self) -> "_Line":
        connection = self._make_connection()
        try:
            # Asks the Sentinels, and takes no longer than the client's own limits allow.
            await connection.connect()  # type: ignore[no-untyped-call]
            self._line = _Line(_taken(connection))
            return self._line
        finally:
            self._opening = None
            await connection.disconnect(nowait=True)  # what a failure left open; else nothing is


class _Line(asyncio.Protocol):
    """An open connection, which `writer` has opened. Belongs to one event loop."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._loop = asyncio.get_running_loop()
        self._reader = hiredis.Reader(encoding="utf-8", notEnoughData=_INCOMPLETE, replyError=ResponseError)
        self._waiting: deque[tuple[asyncio.Future[Any], float]] = deque()
        self._outgoing: list[bytes] = []
        self._timer: asyncio.TimerHandle | None = None
        self.is_closed = False
        self._writer = writer  # which would close the transport if it were forgotten
        self._transport = writer.transport
        self._transport.set_protocol(self)

    def send(self, command: tuple[Any, ...], limit: float) -> "asyncio.Future[Any]":
        """What will be Redis's answer to `command`, in at most `limit` seconds."""
        answer: asyncio.Future[Any] = self._loop.create_future()
        deadline = self._loop.time() + limit
        if not self._outgoing:  # what others ask in this turn of the loop goes with it: writing is dear
            self._loop.call_soon(self._write)
        self._outgoing.append(hiredis.pack_command(command))
        self._waiting.append((answer, deadline))
        if self._timer is None:  # one for all: most answers are there long before it ends
            self._timer = self._loop.call_at(deadline, self._look)
        return answer

    def _write(self) -> None:
        if not self.is_closed:
            self._transport.write(b"".join(self._outgoing))
            self._outgoing.clear()

    def data_received(self, data: bytes) -> None:
        try:
            self._reader.feed(data)
            while (result := self._reader.gets()) is not _INCOMPLETE:
                if not isinstance(result, hiredis.PushNotification):
                    _settle(self._waiting.popleft()[0], result)
        except (hiredis.ProtocolError, UnicodeDecodeError, IndexError):
            self.close(RedisConnectionError("the answer is not what was asked for"))

    def eof_received(self) -> None:
        self.connection_lost(None)

    def connection_lost(self, exc: Exception | None) -> None:
        self.close(RedisConnectionError("the connection was lost"))

    def close(self, reason: Exception) -> None:
        """Close it; those who still wait for an answer get `reason`."""
        self.is_closed = True
        self._transport.abort()
        if self._timer is not None:
            self._timer.cancel()
        while self._waiting:
            is_sent = len(self._waiting) > len(self._outgoing)
            _settle(self._waiting.popleft()[0], reason if is_sent else _NotSent(*reason.args))

    def _look(self, once_more: bool = True) -> None:
        """Give up where the answer that is due first is late: those behind it would come later still.

        `once_more`: perhaps the event loop is late, and the answer only waits to be read.
        """
        self._timer = None
        if not self._waiting:
            return
        _, deadline = self._waiting[0]
        if deadline > self._loop.time():
            self._timer = self._loop.call_at(deadline, self._look)
        elif once_more:
            self._timer = self._loop.call_later(_GRACE, self._look, False)
        else:
            self.close(RedisTimeoutError("no answer in time"))


class Routing:
    """The same for a cluster: each command goes by itself, to the node that has its key."""

    def __init__(self, client: Any, limit: float) -> None:
        """`limit`: seconds that an answer may take, finding the node included."""
        self._client = client
        self._limit = limit

    async def ask(self, *command: Any, meanwhile: Meanwhile | None = None) -> Any:
        """What Redis answers to one command; nothing is done meanwhile. Raises what redis-py raises."""
        try:
            return await asyncio.wait_for(self._client.execute_command(*command), self._limit)
        except (RedisClusterException, AttributeError) as error:
            # No node answers; or the cluster forms anew, and redis-py closed the connection meanwhile.
            raise RedisConnectionError("the cluster does not answer") from error

    async def close(self) -> None:
        """Nothing is on its way of its own; the client is closed by whoever opened it."""


def _taken(connection: Any) -> asyncio.StreamWriter:
    """The writer of a connection that redis-py has opened, and from now on knows nothing of."""
    writer: asyncio.StreamWriter = connection._writer
    connection._reader = connection._writer = None
    return writer


def _settle(answer: "asyncio.Future[Any]", result: Any) -> None:
    if answer.done():  # whoever asked has gone
        return
    if isinstance(result, Exception):
        answer.set_exception(result)
    else:
        answer.set_result(result)
