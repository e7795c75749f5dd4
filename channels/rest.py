"""REST for students: `POST /webhooks/student_rest/webhook` with `Authorization: Bearer TOKEN`."""

from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, json

from .limits import Limits, get_limits
from .refusals import Refusal, bad_message, bad_token
from .turns import Handler, get_tokens, run_turn, student_of, user_message

_BEARER = "Bearer "
_MAX_BODY = 64 * 1024  # bytes


class StudentRest(InputChannel):
    """Like Rasa's `rest`: takes `{"message": "…"}` and answers a list of the bot's messages."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    @classmethod
    def name(cls) -> str:
        return "student_rest"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> "StudentRest":
        """Raises SettingsError: a channel that could check no token must not open."""
        get_tokens()
        return cls(get_limits())

    def blueprint(self, on_new_message: Handler) -> Blueprint:
        """The two routes of this channel."""
        routes = Blueprint("student_rest")

        async def health(_: Request) -> HTTPResponse:
            return json({"status": "ok"})

        async def receive(request: Request) -> HTTPResponse:
            try:
                return json(await self._answer(request, on_new_message))
            except Refusal as refusal:
                return _refused(refusal)

        routes.add_route(health, "/", methods=["GET"])
        routes.add_route(receive, "/webhook", methods=["POST"])
        return routes

    async def _answer(self, request: Request, handle: Handler) -> list[dict[str, Any]]:
        student = student_of(_token(request))
        body = _body(request)
        text = self._limits.take(student.student_id, body.get("message"))
        output = CollectingOutputChannel()
        message_id = body.get("message_id")
        known = message_id if isinstance(message_id, str) else None
        await run_turn(handle, user_message(text, output, student, self.name(), known))
        messages: list[dict[str, Any]] = output.messages
        return messages


def _token(request: Request) -> str:
    header = request.headers.get("Authorization", "")
    if not header.startswith(_BEARER):
        raise bad_token("the header Authorization: Bearer TOKEN is missing")
    return str(header[len(_BEARER) :])


def _body(request: Request) -> dict[str, Any]:
    if len(request.body) > _MAX_BODY:
        raise Refusal("too_long", 413, f"the body has {len(request.body)} bytes; allowed: {_MAX_BODY}")
    try:
        body = request.load_json()
    except Exception:  # Sanic's error quotes the body
        body = None
    if not isinstance(body, dict):
        raise bad_message('the body is no JSON object such as {"message": "…"}')
    return body


def _refused(refusal: Refusal) -> HTTPResponse:
    headers = {"Retry-After": str(refusal.retry_after)} if refusal.retry_after else {}
    return json(refusal.as_json(), status=refusal.status, headers=headers)
