"""What a connected student may ask: the items that are missing, and a turn."""

import asyncio
import time
from typing import Any

from socketio import AsyncServer

from registration.student_tokens import Student

from .limits import Limits
from .outbox import Outbox, Outboxes
from .output import StudentOutput
from .refusals import bad_message, token_expired
from .turns import APOLOGY, Handler, run_turn, user_message

RESUME, SAID, SAYS = "resume", "user_uttered", "bot_uttered"
CHANNEL = "student_socketio"
_MAX_ID, _MAX_TITLE = 64, 200  # characters


class Talk:
    """The conversations of all students of this process."""

    def __init__(self, sio: AsyncServer, handle: Handler, limits: Limits) -> None:
        self._sio = sio
        self._handle = handle
        self._limits = limits
        self._outboxes = Outboxes()
        self._turns: set[asyncio.Task[None]] = set()

    async def resume(self, sid: str, student: Student, data: object = None) -> dict[str, Any]:
        """The items that this client lacks; from now on it is sent every later one."""
        known = data if isinstance(data, dict) else {}
        await self._sio.enter_room(sid, _room(student))
        # From here to the answer nothing waits, so no item falls between the answer and the room.
        outbox = self._outboxes.of(student.student_id)
        return {"epoch": outbox.epoch, "items": outbox.since(known.get("epoch"), known.get("last"))}

    async def said(self, student: Student, data: object = None) -> dict[str, Any]:
        """Begin a turn, unless it was begun already. Raises Refusal."""
        if time.time() > student.expires:
            raise token_expired()
        fields = data if isinstance(data, dict) else {}
        turn, title = _short(fields, "id", _MAX_ID), _short(fields, "title", _MAX_TITLE, needed=False)
        outbox = self._outboxes.of(student.student_id)
        if not outbox.knows(turn):
            text = self._limits.take(student.student_id, fields.get("message"))
            outbox.begin(turn)
            output = StudentOutput(self._sio, SAYS, _room(student), outbox, turn)
            self._start(self._turn(student, text, title or text, outbox, output))
        return {}

    async def _turn(
        self, student: Student, text: str, title: str, outbox: Outbox, output: StudentOutput
    ) -> None:
        async with outbox.turn:
            await output.put("user", text=title)
            await run_turn(self._handle, user_message(text, output, student, CHANNEL, output.turn))
            if not output.said:
                await output.send_text_message(student.sender_id, APOLOGY)
            await output.put("done")

    def _start(self, turn: Any) -> None:
        task = asyncio.ensure_future(turn)
        self._turns.add(task)  # asyncio itself holds no task
        task.add_done_callback(self._turns.discard)


def _room(student: Student) -> str:
    return f"student {student.student_id}"


def _short(fields: dict[str, Any], name: str, longest: int, needed: bool = True) -> str:
    text = fields.get(name, None if needed else "")
    if not isinstance(text, str) or len(text) > longest or (needed and not text):
        raise bad_message(f"`{name}` is a text of at most {longest} characters")
    return text
