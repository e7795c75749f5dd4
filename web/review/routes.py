"""Routes that nobody reaches but through a door."""

from collections.abc import Awaitable, Callable

from sanic import Blueprint, HTTPResponse, Request
from sanic.exceptions import NotFound

Handler = Callable[..., Awaitable[HTTPResponse]]
MAX_ID = 2_147_483_647
# Answers in the handler's place, or returns None.
Check = Callable[[Request, bool], HTTPResponse | None]


class Routes:
    """Adds handlers to a blueprint, each behind `check`.

    Not as the blueprint's middleware: which requests that runs for differs between versions of Sanic.
    """

    def __init__(self, blueprint: Blueprint, check: Check) -> None:
        self._blueprint = blueprint
        self._check = check

    def add(self, handler: Handler, uri: str, name: str, http: str = "GET", is_open: bool = False) -> None:
        """`is_open`: for those too who have not signed in. The variable parts of `uri` are ids."""

        async def handle(request: Request, **parts: int) -> HTTPResponse:
            if refusal := self._check(request, is_open):
                return refusal
            if any(number > MAX_ID for number in parts.values()):
                raise NotFound("a number that no row has")
            return await handler(request, **parts)

        self._blueprint.add_route(handle, uri, methods=[http], name=name)
