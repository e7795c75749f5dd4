"""What the bot says, as numbered items to whichever windows of the student are open."""

from typing import Any

from rasa.core.channels.socketio import SocketIOOutput
from socketio import AsyncServer

from .outbox import Item, Outbox


class StudentOutput(SocketIOOutput):
    """The shapes are those of Rasa's socketio channel, under `message`; each is kept before it is sent."""

    @classmethod
    def name(cls) -> str:
        return "student_socketio"

    def __init__(self, sio: AsyncServer, event: str, room: str, outbox: Outbox, turn: str) -> None:
        super().__init__(sio, event)
        self._room = room
        self._outbox = outbox
        self.turn = turn
        self.said = 0

    async def put(self, kind: str, **content: Any) -> Item:
        """Keep an item and send it."""
        item = self._outbox.add(kind, self.turn, **content)
        await self.sio.emit(self.bot_message_evt, item, room=self._room)
        return item

    async def send_custom_json(self, recipient_id: str, json_message: dict[str, Any], **kwargs: Any) -> None:
        await self._send_message(recipient_id, {"custom": json_message})

    async def _send_message(self, socket_id: str, response: Any) -> None:
        self.said += 1
        await self.put("bot", message=response)
