"""Commands that are asked for at the same time travel together: one round trip for all who wait.

Works on one connection of redis-py rather than on its client: taking a connection from the pool, a pipeline
object and a task for every time-out cost more than Redis itself.
"""

import asyncio
import math
from collections.abc import Callable, Sequence
from typing import Any

import hiredis
from redis.asyncio import Connection
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisClusterException, RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

_Command = tuple[Any, ...]
_Asked = tuple[_Command, "asyncio.Future[Any]"]


class Pipelining:
    """Sends what gathers while the commands before it are on their way. Belongs to one event loop."""

    def __init__(self, make_connection: Callable[[], Connection], limit: float) -> None:
        """`limit`: seconds that an answer may take, connecting included."""
        self._make_connection = make_connection
        self._limit = limit
        self._connection: Connection | None = None
        self._waiting: list[_Asked] = []
        self._sending: asyncio.Task[None] | None = None

    async def ask(self, *command: Any) -> Any:
        """What Redis answers to one command. Raises what redis-py raises."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Any] = loop.create_future()
        self._waiting.append((command, answer))
        if self._sending is None:
            self._sending = loop.create_task(self._send())
        timer = loop.call_later(self._limit, self._give_up, answer)
        try:
            return await answer
        finally:
            timer.cancel()

    async def close(self) -> None:
        """Ends what is on its way; the next command opens a connection of its own."""
        if self._sending is not None:
            self._sending.cancel()
            await asyncio.gather(self._sending, return_exceptions=True)
        if self._connection is not None:
            await self._connection.disconnect(nowait=True)
            self._connection = None

    def _give_up(self, answer: "asyncio.Future[Any]") -> None:
        if not answer.done():
            answer.set_exception(RedisTimeoutError("no answer in time"))
        if self._sending is not None:
            self._sending.cancel()

    async def _send(self) -> None:
        batch: list[_Asked] = []
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                results = await self._round_trip([command for command, _ in batch])
                for (_, answer), result in zip(batch, results, strict=True):
                    _settle(answer, result)
        except asyncio.CancelledError:
            self._fail(batch, RedisConnectionError("given up with a command that got no answer in time"))
            raise
        except Exception as error:
            self._fail(batch, error)
        finally:
            self._sending = None

    def _fail(self, batch: list[_Asked], error: Exception) -> None:
        for _, answer in (*batch, *self._waiting):
            _settle(answer, error)
        self._waiting = []

    async def _round_trip(self, commands: Sequence[_Command]) -> list[Any]:
        """An answer, or the error that Redis gave instead, for each command."""
        connection = self._connection = self._connection or self._made()
        if connection.is_connected and await _says_something(connection):
            await connection.disconnect(nowait=True)  # the server closed it, or sent what nobody asked for
        if not connection.is_connected:
            # Asks the Sentinels, where sending alone would not.
            await connection.connect()  # type: ignore[no-untyped-call]
        packed = [hiredis.pack_command(command) for command in commands]
        await connection.send_packed_command(packed, check_health=False)
        return [await _answer(connection) for _ in commands]

    def _made(self) -> Connection:
        connection = self._make_connection()
        connection.socket_timeout = None  # `ask` keeps the time, without a task for each command
        return connection


class Routing:
    """The same for a cluster: each command goes by itself, to the node that has its key."""

    def __init__(self, client: Any, limit: float) -> None:
        """`limit`: seconds that an answer may take, finding the node included."""
        self._client = client
        self._limit = limit

    async def ask(self, *command: Any) -> Any:
        """What Redis answers to one command. Raises what redis-py raises."""
        try:
            return await asyncio.wait_for(self._client.execute_command(*command), self._limit)
        except (RedisClusterException, AttributeError) as error:
            # No node answers; or the cluster forms anew, and redis-py closed the connection meanwhile.
            raise RedisConnectionError("the cluster does not answer") from error

    async def close(self) -> None:
        """Nothing is on its way of its own; the client is closed by whoever opened it."""


async def _says_something(connection: Any) -> bool:
    # redis-py 4 has another name for it, and raises where the server has closed the connection.
    look = getattr(connection, "can_read", None) or connection.can_read_destructive
    try:
        return bool(await look())
    except (RedisConnectionError, OSError):
        return True


async def _answer(connection: Connection) -> Any:
    try:
        return await connection.read_response(timeout=math.inf)
    except (RedisConnectionError, RedisTimeoutError):
        raise
    except RedisError as refusal:  # of this one command: the answers to the others follow
        return refusal


def _settle(answer: "asyncio.Future[Any]", result: Any) -> None:
    if answer.done():  # whoever asked has gone
        return
    if isinstance(result, Exception):
        answer.set_exception(result)
    else:
        answer.set_result(result)
