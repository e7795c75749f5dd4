"""The Sanic application: a few pages, each a blueprint of its own."""

from typing import Any

from sanic import Blueprint, HTTPResponse, Request, Sanic
from sanic.response import text

from registration.bootstrap import get_planner, get_questionnaire
from registration.errors import SettingsError
from registration.preferences.wordings import texts_by_language
from registration.settings import Settings
from registration.signed_links import links_or_none

from . import security
from .chat import chat
from .monitoring import monitor
from .notifications import notifications
from .review import review
from .timetables import timetables
from .trial import trial


def create_app(settings: Settings, name: str = "registration-web") -> "Sanic[Any, Any]":
    """The application with the pages that the settings allow. Raises SettingsError where they allow none."""
    pages = _pages(settings)
    if not pages:
        raise SettingsError(
            "nothing to serve; set STUDENT_TOKEN_SECRET or STUDENT_TOKEN_KEY_FILE for the chat,"
            " LINK_SECRET, PUBLIC_URL and CATALOGUE_PATH for timetables, or REVIEW_PASSWORD_HASH"
        )
    app: Sanic[Any, Any] = Sanic(name)
    for page in pages:
        app.blueprint(page)
    app.add_route(_live, "/live")
    security.protect(app)
    monitor(app, settings)
    monitor(app, settings)
    return app


def _pages(settings: Settings) -> list[Blueprint]:
    """What this process serves: each page is a line here, and leaves itself out where it lacks a setting."""
    return [
        *_chat(settings),
        *_timetables(settings),
        *_review(settings),
    ]


def _chat(settings: Settings) -> list[Blueprint]:
    if not (settings.token.secret or settings.token.key_file):
        return []
    return [
        chat(settings),
        notifications(settings),
        *([trial(settings)] if settings.chat.trial == "on" else []),
    ]


def _timetables(settings: Settings) -> list[Blueprint]:
    links = links_or_none(settings.web.public_url, settings.web.link_secret)
    return [timetables(get_planner(), links)] if links and settings.catalogue_path else []


def _review(settings: Settings) -> list[Blueprint]:
    if not settings.web.review_password_hash:
        return []
    return [review(settings, get_questionnaire(), list(texts_by_language()))]


async def _live(_: Request) -> HTTPResponse:
    return text("ok")
