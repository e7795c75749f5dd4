"""A student's window: a socket.io client that keeps to the channel's protocol, as the widget does."""

import asyncio
import uuid
from collections.abc import Callable
from typing import Any

import aiohttp
import socketio

from tests.channels.serving import SOCKET_PATH

TIMEOUT = 60.0  # seconds; a busy machine answers late
Item = dict[str, Any]


class Refused(Exception):
    """The server's own words why it does not let this client in."""


class Window:
    """Keeps the items in the order of their numbers, and asks for what it lacks when it connects again."""

    def __init__(self, url: str, token: object) -> None:
        self._url = url
        self._token = token
        self.items: list[Item] = []
        self.doubles = 0
        self.epoch = ""
        self._changed = asyncio.Event()
        self._client: Any = None
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "Window":
        await self.connect()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.disconnect()

    @property
    def connected(self) -> bool:
        return self._client is not None and self._client.connected

    async def connect(self, **headers: str) -> None:
        """Raises Refused with what the server says, and socketio's ConnectionError where it says nothing."""
        self._session = aiohttp.ClientSession()  # ours to close, however the connection ends
        self._client = socketio.AsyncClient(reconnection=False, http_session=self._session)
        self._client.on("bot_uttered", self._take)
        outcome: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._client.on("connect", lambda: outcome.done() or outcome.set_result(None))
        self._client.on("connect_error", lambda said=None: outcome.done() or outcome.set_result(said or {}))
        try:
            await self._open(headers)
        except socketio.exceptions.ConnectionError:
            await self.disconnect()
            raise
        said = await asyncio.wait_for(outcome, TIMEOUT)
        if said is not None:
            await self.disconnect()
            raise Refused(said)
        await self._resume()

    async def _open(self, headers: dict[str, str]) -> None:
        await self._client.connect(
            self._url,
            headers=headers,
            auth={"token": self._token},
            socketio_path=SOCKET_PATH,
            transports=["websocket"],
            wait=False,
        )

    async def _resume(self) -> None:
        answer = await self.ask("resume", {"epoch": self.epoch, "last": self.last})
        self.epoch = answer["epoch"]
        for item in answer["items"]:
            self._take(item)

    async def disconnect(self) -> None:
        await self._client.disconnect()
        if self._session is not None:
            await self._session.close()

    @property
    def last(self) -> int:
        return max((item["id"] for item in self.items if item["epoch"] == self.epoch), default=0)

    async def ask(self, event: str, *data: object) -> Any:
        return await self._client.call(event, data, timeout=TIMEOUT)

    async def send(self, message: object, **more: object) -> Any:
        """Hand a turn in; what the server answers to that."""
        return await self.ask("user_uttered", {"id": uuid.uuid4().hex, "message": message, **more})

    async def say(self, message: str) -> list[str]:
        """The bot's texts of one whole turn."""
        turn = uuid.uuid4().hex
        answer = await self.send(message, id=turn)
        assert answer == {}, answer
        await self.until(lambda items: any(item["turn"] == turn and item["kind"] == "done" for item in items))
        return self.texts(turn)

    def texts(self, turn: str | None = None) -> list[str]:
        bots = (item for item in self.items if item["kind"] == "bot" and turn in (None, item["turn"]))
        return [item["message"].get("text", "") for item in bots]

    async def until(self, condition: Callable[[list[Item]], bool]) -> None:
        """Wait until the items are as they should be. Raises TimeoutError."""

        async def wait() -> None:
            while not condition(self.items):
                self._changed.clear()
                await self._changed.wait()

        await asyncio.wait_for(wait(), TIMEOUT)

    async def until_closed(self) -> None:
        await asyncio.wait_for(self._client.wait(), TIMEOUT)

    def _take(self, item: Item) -> None:
        if any(item["id"] == known["id"] and item["epoch"] == known["epoch"] for known in self.items):
            self.doubles += 1
        else:
            self.items.append(item)
        self._changed.set()
