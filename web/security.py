"""What every answer of the web process carries, and what an error of it may say."""

import logging
from typing import Any

from sanic import HTTPResponse, Request, Sanic
from sanic.exceptions import SanicException
from sanic.response import BaseHTTPResponse, text

from registration.errors import (
    CatalogueError,
    InvalidMessage,
    RegistrationError,
    StorageUnavailable,
    place_of,
)
from registration.signed_links import BadLink
from registration.student_tokens import BadToken, TokenExpired

_log = logging.getLogger(__name__)


def policy(connect: str = "", images: str = "") -> str:
    """A Content-Security-Policy: nothing inline, and from other addresses only what is named here."""
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: {images}; "
        f"connect-src 'self' {connect}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


_HEADERS = {
    "Content-Security-Policy": policy(),  # a page that needs more sets its own
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# Errors whose text is meant for whoever asked; any other is only logged.
_STATUS: dict[type[RegistrationError], int] = {
    BadLink: 404,
    CatalogueError: 410,
    InvalidMessage: 400,
    BadToken: 401,
    TokenExpired: 401,
}


def protect(app: "Sanic[Any, Any]") -> None:
    """Headers on every answer, and errors as a plain status and message."""
    app.register_middleware(_add_headers, "response")
    app.error_handler.add(Exception, _as_plain_text)


async def _add_headers(_: Request, response: BaseHTTPResponse) -> None:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)


def _as_plain_text(_: Request, error: Exception) -> HTTPResponse:
    if isinstance(error, SanicException):
        return text(_reason(error), status=error.status_code, headers=getattr(error, "headers", None))
    if isinstance(error, RegistrationError) and type(error) in _STATUS:
        return text(str(error), status=_STATUS[type(error)])
    _log.error("a request failed: %s at %s", type(error).__name__, place_of(error))
    if isinstance(error, StorageUnavailable):
        return text("the database does not answer; please try again in a minute", status=503)
    return text("something went wrong here; please try again", status=500)


def _reason(error: SanicException) -> str:
    return "there is nothing at this address" if error.status_code == 404 else str(error)
