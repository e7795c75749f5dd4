"""`POST /trial`: a visitor on this machine chats under a student number of their choice."""

import ipaddress

from sanic import Blueprint, HTTPResponse, Request
from sanic.exceptions import Forbidden, InvalidUsage
from sanic.response import json

from registration.errors import SettingsError
from registration.settings import Settings
from registration.student_id import MAX_STUDENT_ID, student_id
from registration.student_tokens import StudentTokens

_NAMES = ("localhost", "127.0.0.1", "[::1]")


def trial(settings: Settings) -> Blueprint:
    """Raises SettingsError where others than this machine could reach it."""
    if not _is_loopback(settings.web.host):
        raise SettingsError(
            f"CHAT_TRIAL is 'on'; allowed only where WEB_HOST is loopback, not {settings.web.host}"
        )
    tokens = StudentTokens.of(settings.token)

    async def sign_in(request: Request) -> HTTPResponse:
        _check_local(request)
        return json({"token": tokens.sign_trial(_number(request))}, headers={"Cache-Control": "no-store"})

    routes = Blueprint("trial", url_prefix="/trial")
    routes.add_route(sign_in, "/", methods=["POST"])
    return routes


def _check_local(request: Request) -> None:
    """A page of another name that leads here, or one of another address, has no business here."""
    host = (request.headers.get("host") or "").rsplit(":", 1)[0]
    origin = request.headers.get("origin", f"http://{request.headers.get('host')}")
    if (
        not _is_loopback(request.ip)
        or host not in _NAMES
        or not origin.endswith(f"//{request.headers['host']}")
    ):
        raise Forbidden("a trial is for this machine only")


def _number(request: Request) -> int:
    try:
        given = request.load_json()["student"]
        number = student_id(given)
    except Exception:  # Sanic's error quotes the body
        number = None
    if number is None:
        raise InvalidUsage(f'the body is {{"student": "N"}} with N from 1 to {MAX_STUDENT_ID}')
    return number


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
