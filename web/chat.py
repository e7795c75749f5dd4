"""The chat page on `/`, and the widget's files under `/static`, which other pages load too."""

from html import escape
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

from sanic import Blueprint, HTTPResponse, Request
from sanic.exceptions import NotFound

from registration.settings import Settings

from . import security
from .assets import Asset

_STATIC = Path(__file__).parent / "static"
_PAGE = Path(__file__).parent / "chat.html"


def chat(settings: Settings) -> Blueprint:
    """The page; it talks to Rasa at CHAT_URL."""
    page = _page(settings)
    headers = {"Content-Security-Policy": _policy(settings)}
    files = {file.name: Asset.read(file) for file in sorted(_STATIC.iterdir())}

    async def show(request: Request) -> HTTPResponse:
        answer = page.answer(request)
        answer.headers.update(headers)
        return answer

    async def static(request: Request, name: str) -> HTTPResponse:
        if name not in files:
            raise NotFound("no such file")
        answer = files[name].answer(request)
        answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # the widget is for other pages too
        return answer

    routes = Blueprint("chat")
    routes.add_route(show, "/")
    routes.add_route(static, "/static/<name>")
    return routes


def _page(settings: Settings) -> Asset:
    trial = "/trial" if settings.chat.trial == "on" else ""
    filled = Template(_PAGE.read_text()).substitute(
        chat_url=escape(settings.chat.url), trial_url=escape(trial)
    )
    return Asset.of(filled.encode(), "text/html; charset=utf-8")


def _policy(settings: Settings) -> str:
    """As every page's, and connections to Rasa, and pictures from where the bot says that they are."""
    parts = urlsplit(settings.chat.url)
    rasa = (
        f"{parts.scheme}://{parts.netloc} {_websocket(parts.scheme)}://{parts.netloc}" if parts.netloc else ""
    )
    public = urlsplit(settings.web.public_url)
    pictures = f"{public.scheme}://{public.netloc}" if public.netloc else ""
    return security.policy(connect=rasa, images=pictures)


def _websocket(scheme: str) -> str:
    return "wss" if scheme == "https" else "ws"
