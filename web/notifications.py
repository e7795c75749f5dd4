"""`GET /notifications?after=ID`: what was sent to the student whom the token names, and to nobody else."""

import asyncio
from typing import Any

from sanic import Blueprint, HTTPResponse, Request
from sanic.exceptions import InvalidUsage
from sanic.response import empty, json

from registration.settings import Settings
from registration.storage.engine import open_engine
from registration.storage.notices import Notice, Notices
from registration.student_tokens import BadToken, Student, StudentTokens

_BEARER = "Bearer "
_MAX_ID = 2**63 - 1


def notifications(settings: Settings) -> Blueprint:
    """Reads from the database of the settings; pages of CHAT_ORIGINS may ask as well."""
    notices = Notices(open_engine(settings.database_url))
    tokens = StudentTokens.of(settings.token)

    async def show(request: Request) -> HTTPResponse:
        student = _student(request, tokens)
        found = await asyncio.to_thread(notices.after, student.student_id, _last(request))
        return json(
            {"notifications": [_as_json(notice) for notice in found]}, headers=_cors(request, settings)
        )

    async def allow(request: Request) -> HTTPResponse:
        return empty(headers={**_cors(request, settings), "Access-Control-Allow-Headers": "Authorization"})

    async def close(*_: object) -> None:
        notices.close()

    routes = Blueprint("notifications", url_prefix="/notifications")
    routes.add_route(show, "/")
    routes.add_route(allow, "/", methods=["OPTIONS"], name="allow")
    routes.listener("after_server_stop")(close)
    return routes


def _student(request: Request, tokens: StudentTokens) -> Student:
    header = request.headers.get("authorization", "")
    if not header.startswith(_BEARER):
        raise BadToken("the header Authorization: Bearer TOKEN is missing")
    return tokens.read(header[len(_BEARER) :])


def _last(request: Request) -> int:
    given = request.args.get("after", "0")
    if not (given.isascii() and given.isdigit() and len(given) < 20 and int(given) <= _MAX_ID):
        raise InvalidUsage("`after` is the id of a notification: a whole number from 0")
    return int(given)


def _cors(request: Request, settings: Settings) -> dict[str, str]:
    origin = request.headers.get("origin", "")
    allowed = {"Access-Control-Allow-Origin": origin} if origin in settings.chat.origins else {}
    return {**allowed, "Vary": "Origin", "Cache-Control": "no-store"}


def _as_json(notice: Notice) -> dict[str, Any]:
    return {
        "id": notice.id,
        "type": notice.notification_type,
        "title": notice.title,
        "content": notice.content,
        "timestamp": f"{notice.timestamp.isoformat()}Z",
    }
