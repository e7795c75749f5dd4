"""socket.io for students, at `/webhooks/student_socketio/socket.io/`.

The client connects with `auth: {token}`, then asks to `resume` with `{epoch, last}`, the last item that it
has (none: `{}`), and is answered `{epoch, items}`. It says something by `user_uttered` with
`{id, message, title}`, `id` being its own for this turn and `title` what to show in place of a button's
payload, and is answered `{}` or a refusal. Items come by `bot_uttered`: `{id, epoch, kind, turn, …}` of kind
`user` (`text`), `bot` (`message`, in the shapes of Rasa's own channel) or `done`. A turn that is handed in
twice is answered once, so a client that lost its connection sends again what it has no `done` for.
"""

import logging
from typing import Any

from rasa.core.channels.channel import InputChannel
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, empty, json
from socketio import AsyncServer
from socketio.exceptions import ConnectionRefusedError

from registration.errors import place_of
from registration.quiet_logs import quiet
from registration.settings import ChatSettings, get_settings
from registration.student_tokens import Student

from .limits import Limits, get_limits
from .refusals import Refusal, bad_token
from .talk import RESUME, SAID, Talk
from .turns import Handler, get_tokens, student_of
from .windows import Windows

_log = logging.getLogger(__name__)

MAX_FRAME = 32 * 1024  # bytes


class StudentSocketIO(InputChannel):
    """Keeps each student's last items, and sends them to all windows that the student has open."""

    def __init__(self, settings: ChatSettings, limits: Limits) -> None:
        self._origins = list(settings.origins) or None  # None: pages of the same address only
        self._limits = limits

    @classmethod
    def name(cls) -> str:
        return "student_socketio"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> "StudentSocketIO":
        """Raises SettingsError: a channel that could check no token must not open."""
        get_tokens()
        return cls(get_settings().chat, get_limits())

    def blueprint(self, on_new_message: Handler) -> Blueprint:
        """The health route, and the one that socket.io talks over."""
        sio = self._server()
        _listen(sio, Talk(sio, on_new_message, self._limits))
        routes = _WithWebSockets("student_socketio")

        async def health(_: Request) -> HTTPResponse:
            return json({"status": "ok"})

        async def talk(request: Request) -> Any:
            try:
                return await sio.handle_request(request)
            except ValueError as error:  # a frame that engine.io cannot decode; it does not look for them
                _log.error("a frame that cannot be read: %s at %s", type(error).__name__, place_of(error))
                request.transport.close()
                return empty(400)

        routes.add_route(health, "/", methods=["GET"])
        routes.add_route(talk, "/socket.io/", methods=["GET", "POST", "OPTIONS"])
        return routes

    def _server(self) -> AsyncServer:
        return AsyncServer(
            async_mode="sanic",
            cors_allowed_origins=self._origins,
            max_http_buffer_size=MAX_FRAME,
            logger=quiet("channels.socketio"),
            engineio_logger=quiet("channels.engineio"),
        )


class _WithWebSockets(Blueprint):
    def register(self, app: Any, options: dict[str, Any]) -> None:
        app.enable_websocket()  # socket.io shakes hands itself, in a route that Sanic takes for a plain one
        super().register(app, options)  # type: ignore[no-untyped-call]


def _listen(sio: AsyncServer, talk: Talk) -> None:
    """Tie the client's events to `talk`; whatever else a client sends is passed over."""
    windows = Windows(close=lambda sid: sio.start_background_task(sio.disconnect, sid))

    async def connect(sid: str, environ: object, auth: object = None) -> None:
        try:
            student = student_of(auth.get("token") if isinstance(auth, dict) else None)
        except Refusal as refusal:
            raise ConnectionRefusedError(refusal.as_json()) from None
        windows.open(sid, student)

    async def disconnect(sid: str, *_: object) -> None:
        windows.shut(sid)

    async def resume(sid: str, *data: object) -> dict[str, Any]:
        return await _answer(lambda student: talk.resume(sid, student, *data[:1]), windows.student(sid))

    async def said(sid: str, *data: object) -> dict[str, Any]:
        return await _answer(lambda student: talk.said(student, *data[:1]), windows.student(sid))

    for event, handler in (("connect", connect), ("disconnect", disconnect), (RESUME, resume), (SAID, said)):
        sio.on(event, handler)


async def _answer(work: Any, student: Student | None) -> dict[str, Any]:
    try:
        if student is None:
            raise bad_token("not connected")
        answer: dict[str, Any] = await work(student)
        return answer
    except Refusal as refusal:
        return refusal.as_json()
