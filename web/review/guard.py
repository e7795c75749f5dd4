"""The door of the review: login, logout, and the check before every other page."""

import asyncio
import logging
import math
from http.cookies import SimpleCookie
from urllib.parse import quote, urlsplit

from sanic import HTTPResponse, Request
from sanic.exceptions import Forbidden
from sanic.response import redirect

from ..review.entrance import SESSION_SECONDS, Lockout, Session, Sessions, is_right
from ..review.forms import field_of, raw_field_of
from ..review.rendering import page
from ..review.routes import Routes

HOME = "/review/"
LOGIN = "/review/login"
_COOKIE = "review_session"
_MAX_PASSWORD = 1_000  # characters
_UNAUTHORIZED, _TOO_MANY = 401, 429

_log = logging.getLogger(__name__)


class Door:
    """Everything but the login page and its style needs a session, every POST the token of its form.

    `secure`: the cookie travels over https only.
    """

    def __init__(self, password_hash: str, secure: bool) -> None:
        self._password_hash = password_hash
        self._secure = secure
        self._sessions = Sessions(password_hash)
        self._lockout = Lockout()

    def add_to(self, routes: Routes) -> None:
        routes.add(self.ask, "/login", "ask", is_open=True)
        routes.add(self.enter, "/login", "enter", "POST", is_open=True)
        routes.add(self.leave, "/logout", "leave", "POST")

    def check(self, request: Request, is_open: bool) -> HTTPResponse | None:
        """To the login, where a session is needed and not there. Raises Forbidden for a foreign form."""
        session = self._sessions.read(request.cookies.get(_COOKIE))
        if not is_open and (session is None or not session.reviewer):
            return redirect(_login_for(request), status=303)
        if request.method == "POST" and not self._is_own_form(request, session):
            raise Forbidden("this form is out of date or from elsewhere; load the page again")
        request.ctx.session = session
        request.ctx.form_token = self._sessions.form_token(session) if session else ""
        return None

    async def ask(self, request: Request) -> HTTPResponse:
        wanted = _wanted(request.args.get("next"))
        session: Session | None = request.ctx.session
        if session is None:  # the form must belong to somebody
            session, cookie = self._sessions.begin(reviewer=False)
            return self._with_cookie(_form(self._sessions.form_token(session), wanted), cookie)
        return redirect(wanted, status=303) if session.reviewer else _form(request.ctx.form_token, wanted)

    async def enter(self, request: Request) -> HTTPResponse:
        wanted = _wanted(field_of(request.form, "next"))
        if left := self._lockout.seconds_left(request.ip):
            _log.warning("review login shut seconds=%d", left)
            return _shut(request.ctx.form_token, wanted, left)
        self._lockout.count(request.ip)
        password = raw_field_of(request.form, "password")[:_MAX_PASSWORD]
        if not await asyncio.to_thread(is_right, password, self._password_hash):
            _log.warning("review login refused")
            return _form(request.ctx.form_token, wanted, "That is not the password.", _UNAUTHORIZED)
        self._lockout.forget(request.ip)
        _log.info("review login accepted")
        return self._with_cookie(redirect(wanted, status=303), self._sessions.begin(reviewer=True)[1])

    async def leave(self, _: Request) -> HTTPResponse:
        return self._with_cookie(redirect(LOGIN, status=303), "")

    def _is_own_form(self, request: Request, session: Session | None) -> bool:
        token = field_of(request.form, "form_token")
        return session is not None and self._sessions.is_own_form(session, token)

    def _with_cookie(self, response: HTTPResponse, value: str) -> HTTPResponse:
        # As a header: the ways of Sanic 21 and of later ones differ.
        cookie: SimpleCookie = SimpleCookie({_COOKIE: value})
        kept = SESSION_SECONDS if value else 0
        attributes = {"path": "/review", "httponly": True, "samesite": "Strict", "max-age": kept}
        for name, setting in (attributes | ({"secure": True} if self._secure else {})).items():
            cookie[_COOKIE][name] = setting
        response.headers["Set-Cookie"] = cookie[_COOKIE].OutputString()
        return response


def _form(form_token: str, wanted: str, said: str = "", status: int = 200) -> HTTPResponse:
    return page("login.html", status, form_token=form_token, wanted=wanted, said=said, signed_in=False)


def _shut(form_token: str, wanted: str, seconds: int) -> HTTPResponse:
    minutes = math.ceil(seconds / 60)
    said = f"Too many tries. The door opens again in {minutes} minute{'' if minutes == 1 else 's'}."
    shut = _form(form_token, wanted, said, _TOO_MANY)
    shut.headers["Retry-After"] = str(seconds)
    return shut


def _login_for(request: Request) -> str:
    is_page = request.method == "GET" and request.path != HOME
    return f"{LOGIN}?next={quote(request.path)}" if is_page else LOGIN


def _wanted(next_path: str | None) -> str:
    """Where to go after the login: a page of the review, whatever the address says."""
    path = urlsplit(next_path or "").path
    return path if path.startswith(HOME) and not path.startswith(LOGIN) and "\\" not in path else HOME
